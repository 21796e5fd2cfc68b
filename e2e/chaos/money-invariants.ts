// What must hold of the money: it left at most once, only when and as it was asked for, and what is paid here is paid there.
import { hasOpenItem } from './attention-invariants.ts'
import type { Facts, Verdict } from './invariants.ts'
import { cents, label } from './rows.ts'
import type { PayoutRow } from './rows.ts'

const ordersOf = ({ orders }: Facts, { clientOrderId }: PayoutRow) =>
  orders.filter((order) => order.clientOrderId === clientOrderId)

/** I1, first half. Counted at the gateway's door, before anybody looked at the request. */
export function oneArrival(facts: Facts): Verdict {
  const offenders = facts.payouts.flatMap((payout) => {
    const arrived = ordersOf(facts, payout).reduce((sum, { payReceived }) => sum + payReceived, 0)
    return arrived > 1 ? [`${label(payout)}: payout-pay arrived ${arrived} times`] : []
  })
  if (facts.strayPays > 0) offenders.push(`${facts.strayPays} payout-pays for orders that do not exist`)
  const checked = facts.orders.reduce((sum, { payReceived }) => sum + payReceived, 0)
  return { name: 'I1', promise: 'payout-pay arrived at most once per payout', checked, offenders }
}

/** I1, second half: the money that left there is the money that is paid here, but for what is listed. */
export function sameMoney(facts: Facts): Verdict {
  const offenders: string[] = []
  const sums = { there: 0n, here: 0n, unknown: 0n, disputed: 0n }
  for (const order of facts.orders) {
    sums.there += cents(order.moneyMoved)
    if (order.timesPaid === 0) continue
    const payout = facts.payouts.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    if (!payout) offenders.push(`order ${order.orderId} was paid for no payout`)
    else if (order.timesPaid > 1) offenders.push(`${label(payout)}: paid ${order.timesPaid} times`)
    else if (payout.status === 'outcome_unknown') sums.unknown += cents(order.moneyMoved)
    else if (payout.status !== 'paid') {
      sums.disputed += cents(order.moneyMoved)
      if (!hasOpenItem(facts, payout, 'paid_after_end'))
        offenders.push(`${label(payout)}: paid there, and nobody here is told`)
    } else if (payout.orderId !== order.orderId)
      offenders.push(`${label(payout)}: order ${order.orderId} was paid, ours is ${payout.orderId ?? 'none'}`)
  }
  for (const payout of facts.payouts.filter(({ status }) => status === 'paid')) {
    const money = ordersOf(facts, payout).reduce((sum, { moneyMoved }) => sum + cents(moneyMoved), 0n)
    const told = cents(payout.gatewayAmount ?? payout.amount)
    sums.here += told
    if (money === told) continue
    // Cardzo changed its mind after the end: a person must know.
    if (money === 0n && hasOpenItem(facts, payout, 'final_contradicted')) sums.disputed -= told
    else
      offenders.push(`${label(payout)}: ${payout.gatewayAmount ?? payout.amount} here, ${money} cents there`)
  }
  if (sums.there !== sums.here + sums.unknown + sums.disputed)
    offenders.push(
      `the sums differ: ${sums.there} cents there, ${sums.here} here and ${sums.unknown} unknown`,
    )
  return {
    name: 'I1',
    promise: 'sum paid there = sum paid here + unknown, one by one',
    checked: facts.orders.length,
    offenders,
    detail: `${money(sums.there)} there; ${money(sums.here)} here, ${money(sums.unknown)} unknown, ${money(sums.disputed)} disputed with an item`,
  }
}

const money = (of: bigint) =>
  `${of < 0n ? '-' : ''}${(of < 0n ? -of : of) / 100n}.${String((of < 0n ? -of : of) % 100n).padStart(2, '0')}`

/** The gateway's log of each order: the bank's yes comes before the first payout-pay. */
export function askedBeforePaid(facts: Facts): Verdict {
  const paid = facts.orders.filter(({ payReceived }) => payReceived > 0)
  const offenders = paid.flatMap((order) => {
    const first = order.log.findIndex(({ what }) => what === 'payout-pay')
    const yes = order.log.findIndex(
      ({ what, detail }) => what === 'move' && detail.includes('payout_check_validated'),
    )
    return first >= 0 && (yes < 0 || yes > first) ? [`order ${order.orderId} of ${order.clientOrderId}`] : []
  })
  return {
    name: 'P1',
    promise: 'no payout-pay before the bank has confirmed',
    checked: paid.length,
    offenders,
  }
}

/** What arrived is what was asked for, and was approved before. */
export function sentAsAsked(facts: Facts): Verdict {
  const offenders = facts.orders.flatMap((order) => {
    const payout = facts.payouts.find(({ clientOrderId }) => clientOrderId === order.clientOrderId)
    const plan = payout && facts.plans[payout.plan]
    if (!payout || !plan) return [`order ${order.orderId} belongs to no payout`]
    const same =
      order.amountAsked === plan.amount &&
      order.currency === plan.currency &&
      order.accountLast4 === plan.account.slice(-4)
    if (!same) return [`${label(payout)}: ${order.amountAsked} ${order.currency} was sent`]
    const own = facts.events.filter(({ payoutId }) => payoutId === payout.id)
    const claimed = own.findIndex(({ move }) => move === 'claim')
    const approved = own.findIndex(({ move }) => move === 'approve' || move === 'auto_approve')
    if (order.payReceived > 0 && (claimed < 0 || approved < 0 || approved > claimed))
      return [`${label(payout)}: paid without an approval and a claim`]
    return []
  })
  return {
    name: 'P2',
    promise: 'only what was approved was sent, as it was asked for',
    checked: facts.orders.length,
    offenders,
  }
}

export function onePayoutPerKey(facts: Facts): Verdict {
  const offenders = [...facts.toldWrong]
  for (const [plan, ids] of facts.toldIds) {
    if (ids.size !== 1) offenders.push(`payout ${plan} was given ${ids.size} ids`)
    for (const id of ids)
      if (!facts.payouts.some((payout) => payout.id === id && payout.plan === plan))
        offenders.push(`payout ${plan} was promised as ${id} and is not there`)
  }
  for (const { n } of facts.plans) {
    const rows = facts.payouts.filter(({ plan }) => plan === n)
    const orders = rows.flatMap((row) => ordersOf(facts, row))
    // What the bank has declined and was then asked for again was sent twice, and paid once.
    const paid = orders.filter(({ timesPaid }) => timesPaid > 0).length
    const sent = Math.max(
      0,
      ...rows.map((row) => ordersOf(facts, row).filter((one) => one.payAccepted > 0).length),
    )
    const promised = facts.toldIds.has(n) || !facts.toldRefused.has(n)
    const first = rows.filter(({ replacesId }) => replacesId === null)
    if (first.length !== (promised ? 1 : 0)) offenders.push(`payout ${n} is there ${first.length} times`)
    const replaced = rows.flatMap(({ replacesId }) => replacesId ?? [])
    if (new Set(replaced).size < replaced.length) offenders.push(`payout ${n} was asked for again twice`)
    if (paid > 1) offenders.push(`payout ${n}: ${paid} orders were paid under one key`)
    if (sent > 1) offenders.push(`payout ${n}: ${sent} orders of one payout were to be paid`)
  }
  return {
    name: 'P3',
    promise:
      'one key, one payout, at most one paid order, asked for again or not; no promised payout is lost',
    checked: facts.plans.length,
    offenders,
  }
}
