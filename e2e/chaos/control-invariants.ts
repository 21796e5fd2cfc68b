// What must hold of balances, limits and approvals. Like the rest of the judge it shares no code with the portal: what was granted,
// what the limits are and how many must agree is known from the schedule.
import type { Facts, Verdict } from './invariants.ts'
import { cents, label } from './rows.ts'
import type { PayoutRow } from './rows.ts'
import { autoApproveBelow, money, receivers, twoApproversFrom } from './schedule.ts'

/** I3: the books of every receiver balance, nothing is below zero, and they say what became of each payout. */
export function booksBalance(facts: Facts): Verdict {
  const offenders = facts.balances.flatMap((row) => {
    const [granted, available, reserved, paid] = [row.granted, row.available, row.reserved, row.paid].map(
      BigInt,
    )
    const name = `the balance of ${row.receiver} in ${row.currency}`
    const wrong: string[] = []
    if ([granted, available, reserved, paid].some((part = 0n) => part < 0n))
      wrong.push(`${name} is below zero`)
    if (granted !== (available ?? 0n) + (reserved ?? 0n) + (paid ?? 0n)) wrong.push(`${name} does not add up`)
    const byTransfers = [
      row.grantedByTransfers,
      row.availableByTransfers,
      row.reservedByTransfers,
      row.paidByTransfers,
    ]
    if (byTransfers.join() !== [row.granted, row.available, row.reserved, row.paid].join())
      wrong.push(`${name} is not what its transfers make`)
    const given = money[row.currency as keyof typeof money].granted * 100
    if (row.granted !== String(given)) wrong.push(`${name}: ${row.granted} granted instead of ${given}`)
    const own = facts.payouts.filter(
      ({ receiver, currency }) => receiver === row.receiver && currency === row.currency,
    )
    const sum = (which: (payout: PayoutRow) => boolean) =>
      own.filter(which).reduce((total, { amount }) => total + cents(amount), 0n)
    if (reserved !== sum(({ isFinal }) => !isFinal))
      wrong.push(`${name}: what is reserved is not what is open`)
    if (paid !== sum(({ status }) => status === 'paid'))
      wrong.push(`${name}: what was taken is not what was paid`)
    return wrong
  })
  for (const payout of facts.payouts) {
    const kinds = facts.transfers.filter(({ payoutId }) => payoutId === payout.id).map(({ kind }) => kind)
    const end = payout.isFinal ? [payout.status === 'paid' ? 'capture' : 'release'] : []
    if (kinds.join() !== ['reserve', ...end].join())
      offenders.push(`${label(payout)}: its money was moved by ${kinds.join(', ') || 'nothing'}`)
  }
  if (facts.balances.length !== Object.keys(money).length * receivers)
    offenders.push(`${facts.balances.length} balances instead of one for each receiver and currency`)
  return {
    name: 'I3',
    promise: 'no balance below zero; every one is what its transfers and payouts make it',
    checked: facts.balances.length + facts.payouts.length,
    offenders,
  }
}

/** What is open or paid of one receiver in one day stays within their limit. A run lasts less than a day. */
export function limitsKept(facts: Facts): Verdict {
  const sums = new Map<string, bigint>()
  for (const { receiver, currency, amount, isFinal, status } of facts.payouts)
    if (!isFinal || status === 'paid') {
      const key = `${receiver} ${currency}`
      sums.set(key, (sums.get(key) ?? 0n) + cents(amount))
    }
  const offenders = [...sums].flatMap(([key, sum]) => {
    const { dayMax } = money[key.split(' ')[1] as keyof typeof money]
    return dayMax !== null && sum > BigInt(dayMax) * 100n ? [`${key}: ${sum} cents of ${dayMax}.00`] : []
  })
  const refused = [...facts.toldRefused.values()]
  const count = (code: string) => refused.filter((one) => one === code).length
  return {
    name: 'L1',
    promise: 'nobody got beyond their limit',
    checked: sums.size,
    offenders,
    detail: `${count('limit_exceeded')} refused by a limit, ${count('insufficient_balance')} for want of money`,
  }
}

/** I5: whatever was claimed had, at that moment, as many different people behind it as its amount asks for, and for its very content. */
export function enoughAgreed(facts: Facts): Verdict {
  const claimed = facts.payouts.filter(({ claimedAt }) => claimedAt !== null)
  const offenders = claimed.flatMap((payout) => {
    if (payout.policyApproved)
      return payout.currency === 'EUR' &&
        payout.judgedSource === 'api' &&
        cents(payout.amount) < BigInt(autoApproveBelow) * 100n
        ? []
        : [`${label(payout)}: approved by the policy, which does not say so`]
    const needed = cents(payout.amount) >= BigInt(twoApproversFrom) * 100n ? 2 : 1
    const counting = facts.approvals.filter(
      ({ payoutId, contentHash, orderId, at, voidedAt }) =>
        payoutId === payout.id &&
        contentHash === payout.contentHash &&
        orderId === payout.orderId &&
        at.getTime() <= (payout.claimedAt?.getTime() ?? 0) &&
        (voidedAt === null || voidedAt.getTime() >= (payout.claimedAt?.getTime() ?? 0)),
    )
    const people = new Set(counting.map(({ personId }) => personId))
    if (counting.some(({ approverId }) => approverId === payout.keyOwnerId))
      return [`${label(payout)}: approved by the person who asked for it`]
    return people.size >= needed ? [] : [`${label(payout)}: sent with ${people.size} of ${needed} approvals`]
  })
  const twice = new Map<string, number>()
  for (const { payoutId, personId, voidedAt } of facts.approvals)
    if (voidedAt === null)
      twice.set(`${payoutId} ${personId}`, (twice.get(`${payoutId} ${personId}`) ?? 0) + 1)
  offenders.push(
    ...[...twice].filter(([, count]) => count > 1).map(([key]) => `the same person twice: ${key}`),
  )
  return {
    name: 'I5',
    promise: 'as many different people agreed as the policy asks for, to exactly what was sent',
    checked: claimed.length,
    offenders,
  }
}

/** I3: the lab requires a balance of everybody, so nothing is paid that did not come from one, after any number of retries. */
export function paidFromBalance(facts: Facts): Verdict {
  const paid = facts.payouts.filter(({ status }) => status === 'paid')
  const offenders = paid.flatMap((payout) => {
    const taken = facts.transfers
      .filter(({ payoutId, kind }) => payoutId === payout.id && kind === 'capture')
      .reduce((sum, { amount }) => sum + cents(amount), 0n)
    return taken === cents(payout.amount) ? [] : [`${label(payout)}: ${taken} cents were taken`]
  })
  return { name: 'I3', promise: 'nothing was paid outside the balance', checked: paid.length, offenders }
}

/** O1: only the key that a payout came by, or the person who asked, has taken it back. */
export function cancelledByOwn(facts: Facts): Verdict {
  const cancels = facts.events.filter(({ move }) => move === 'cancel')
  const offenders = cancels.flatMap(({ payoutId, actorKind, actorId }) => {
    const payout = facts.payouts.find(({ id }) => id === payoutId)
    if (!payout) return [`${payoutId} was cancelled and is not there`]
    const own = actorKind === 'api_key' ? payout.apiKeyId : actorKind === 'user' ? payout.requestedById : null
    return actorId !== null && actorId === own ? [] : [`${label(payout)}: cancelled by another ${actorKind}`]
  })
  return {
    name: 'O1',
    promise: 'only who asked has cancelled',
    checked: cancels.length,
    offenders,
  }
}
