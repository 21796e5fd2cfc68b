// The judge: what must hold whatever happened, checked against the simulator's own ledger. Pure and without any of the portal's
// code (the lists of statuses here are its own), so that a mistake in the portal cannot excuse itself.
import {
  booksBalance,
  cancelledByOwn,
  enoughAgreed,
  limitsKept,
  paidFromBalance,
} from './control-invariants.ts'
import {
  callbacksSeen,
  claimsOfMoneySeen,
  deadlinesKept,
  hasOpenItem,
  isInDoubt,
  repeatsCostNoRows,
} from './attention-invariants.ts'
import { cents, label } from './rows.ts'
import type {
  ApprovalRow,
  BalanceRow,
  CallbackRow,
  EventRow,
  ItemRow,
  PayoutRow,
  TransferRow,
} from './rows.ts'
import type { PayoutPlan } from './schedule.ts'
import type { Order } from './simulator.ts'

export type Facts = {
  plans: readonly PayoutPlan[]
  payouts: readonly PayoutRow[]
  events: readonly EventRow[]
  items: readonly ItemRow[]
  brokenLinks: readonly { id: string; payoutId: string }[]
  callbacks: readonly CallbackRow[]
  /** Every time at which a payout was to end undecided, as it was seen while it ran. */
  deadlines: ReadonlyMap<string, ReadonlySet<number>>
  orders: readonly Order[]
  strayPays: number
  mails: readonly { to: string; messageId: string; subject: string; text: string }[]
  /** Ids that the shop was told, by plan, and answers that should not have been given. */
  toldIds: ReadonlyMap<number, ReadonlySet<string>>
  /** Plans that a limit or a balance did not allow. */
  toldRefused: ReadonlyMap<number, string>
  toldWrong: readonly string[]
  approvals: readonly ApprovalRow[]
  balances: readonly BalanceRow[]
  transfers: readonly TransferRow[]
  /** Seen while it ran: a final status that changed, or a payout that nobody was going to look at. */
  sightings: readonly string[]
  /** Where something was found that belongs to no log, and what. */
  leaks: readonly string[]
  textsSearched: number
  askFirst: readonly string[]
}

export type Verdict = { name: string; promise: string; checked: number; offenders: string[]; detail?: string }

const finals = ['paid', 'declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired']

/** Every invariant, held or broken. */
export function judge(facts: Facts): Verdict[] {
  return [
    oneArrival(facts),
    sameMoney(facts),
    finalsStay(facts),
    oneEventPerMove(facts),
    chainIsWhole(facts),
    makerChecker(facts),
    nothingForgotten(facts),
    nothingLeaked(facts),
    allSettled(facts),
    askedBeforePaid(facts),
    sentAsAsked(facts),
    onePayoutPerKey(facts),
    oneMailEach(facts),
    forgeriesRefused(facts),
    booksBalance(facts),
    limitsKept(facts),
    enoughAgreed(facts),
    paidFromBalance(facts),
    cancelledByOwn(facts),
    callbacksSeen(facts),
    claimsOfMoneySeen(facts),
    repeatsCostNoRows(facts),
    deadlinesKept(facts),
  ]
}

const ordersOf = ({ orders }: Facts, { clientOrderId }: PayoutRow) =>
  orders.filter((order) => order.clientOrderId === clientOrderId)
/** I1, first half. Counted at the gateway's door, before anybody looked at the request. */
function oneArrival(facts: Facts): Verdict {
  const offenders = facts.payouts.flatMap((payout) => {
    const arrived = ordersOf(facts, payout).reduce((sum, { payReceived }) => sum + payReceived, 0)
    return arrived > 1 ? [`${label(payout)}: payout-pay arrived ${arrived} times`] : []
  })
  if (facts.strayPays > 0) offenders.push(`${facts.strayPays} payout-pays for orders that do not exist`)
  const checked = facts.orders.reduce((sum, { payReceived }) => sum + payReceived, 0)
  return { name: 'I1', promise: 'payout-pay arrived at most once per payout', checked, offenders }
}

/** I1, second half: the money that left there is the money that is paid here, but for what is listed. */
function sameMoney(facts: Facts): Verdict {
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

function finalsStay(facts: Facts): Verdict {
  const offenders = facts.events
    .filter(({ from, to }) => to !== null && from !== null && finals.includes(from))
    .map(({ id, payoutId, from, to }) => `event ${id} of ${payoutId}: ${from} became ${to}`)
  return {
    name: 'I2',
    promise: 'nothing ever left a final status',
    checked: facts.events.length,
    offenders: [...offenders, ...facts.sightings.filter((text) => text.startsWith('left a final status'))],
  }
}

/** I4: the moves of a payout are one unbroken walk from requested to where it is, one event each. */
function oneEventPerMove(facts: Facts): Verdict {
  const offenders = facts.payouts.flatMap((payout) => {
    const moves = facts.events.filter(({ payoutId, to }) => payoutId === payout.id && to !== null)
    let at = 'requested'
    for (const { id, from, to } of moves) {
      if (from !== at) return [`${label(payout)}: event ${id} leaves ${from ?? 'nothing'}, it was ${at}`]
      at = to ?? at
    }
    if (at !== payout.status) return [`${label(payout)}: its events end at ${at}`]
    return moves.length === payout.version - 1
      ? []
      : [`${label(payout)}: version ${payout.version} after ${moves.length} moves`]
  })
  return { name: 'I4', promise: 'one event per transition', checked: facts.payouts.length, offenders }
}

function chainIsWhole(facts: Facts): Verdict {
  const offenders = facts.brokenLinks.map(({ id, payoutId }) => `event ${id} of payout ${payoutId}`)
  return { name: 'I4', promise: 'the hash chain verifies', checked: facts.events.length, offenders }
}

function makerChecker(facts: Facts): Verdict {
  const approvals = facts.events.filter(({ move }) => move === 'approve' || move === 'endorse')
  const last = new Map(
    facts.events.filter(({ move }) => move === 'approve').map(({ payoutId, id }) => [payoutId, id]),
  )
  const offenders = approvals.flatMap(({ id: eventId, payoutId, actorKind, actorId }) => {
    const payout = facts.payouts.find(({ id }) => id === payoutId)
    if (!payout) return [`an approval of ${payoutId}, which is not there`]
    if (actorKind !== 'user' || actorId === null) return [`${label(payout)}: approved by ${actorKind}`]
    if (actorId === payout.keyOwnerId || actorId === payout.requestedById)
      return [`${label(payout)}: approved by whoever asked for it`]
    // One that was taken back is no longer noted.
    const isNoted = eventId === last.get(payoutId) && payout.approvedById !== null
    return !isNoted || payout.approvedById === actorId
      ? []
      : [`${label(payout)}: approved by somebody else than noted`]
  })
  return {
    name: 'I5',
    promise: 'nobody approved what they asked for',
    checked: approvals.length,
    offenders,
  }
}

function nothingForgotten(facts: Facts): Verdict {
  const open = facts.payouts.filter(({ isFinal }) => !isFinal)
  const offenders = open
    .filter((payout) => !payout.isDue && !hasOpenItem(facts, payout))
    .map((payout) => `${label(payout)}: neither due nor on the desk`)
  return {
    name: 'I6',
    promise: 'whatever is not over is due or on the desk',
    checked: facts.payouts.length,
    offenders: [...offenders, ...facts.sightings.filter((text) => text.startsWith('forgotten'))],
  }
}

const nothingLeaked = (facts: Facts): Verdict => ({
  name: 'I7',
  promise: 'no secret, token or full account number in a log',
  checked: facts.textsSearched,
  offenders: [...facts.leaks],
})

/** I8: the end of the run is the bounded time after the faults. */
function allSettled(facts: Facts): Verdict {
  const offenders = facts.payouts.flatMap((payout) => {
    if (finals.includes(payout.status) || isInDoubt(facts, payout)) return []
    if (payout.status !== 'outcome_unknown') return [`${label(payout)} is still under way`]
    return hasOpenItem(facts, payout, 'outcome_unknown') ? [] : [`${label(payout)} is on nobody's desk`]
  })
  const unknown = facts.payouts.filter(({ status }) => status === 'outcome_unknown')
  return {
    name: 'I8',
    promise: 'in time everything is final, on the unknown desk, or held for a doubt with an item',
    checked: facts.payouts.length,
    offenders: [...offenders, ...facts.askFirst.map((why) => `ask-first mode was entered: ${why}`)],
    detail: `${unknown.length} on the unknown desk${unknown.length > 0 ? `: ${unknown.map(({ plan }) => plan).join(', ')}` : ''}`,
  }
}

/** The gateway's log of each order: the bank's yes comes before the first payout-pay. */
function askedBeforePaid(facts: Facts): Verdict {
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
function sentAsAsked(facts: Facts): Verdict {
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

function onePayoutPerKey(facts: Facts): Verdict {
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

function oneMailEach(facts: Facts): Verdict {
  const seen = new Set<string>()
  const offenders: string[] = []
  for (const { to, messageId, subject, text } of facts.mails) {
    const reference = /Reference: (\S+)/.exec(text)?.[1] ?? messageId
    const key = `${to}: ${subject} (${reference})`
    if (seen.has(key)) offenders.push(`${key} came twice`)
    seen.add(key)
  }
  return { name: 'P4', promise: 'nobody got the same mail twice', checked: facts.mails.length, offenders }
}

function forgeriesRefused(facts: Facts): Verdict {
  const forged = facts.orders.flatMap(({ deliveries }) => deliveries.filter(({ kind }) => kind === 'forged'))
  const offenders = forged
    .filter(({ acknowledged }) => acknowledged)
    .map(({ at }) => `the one at ${at} was believed`)
  return { name: 'P5', promise: 'no forged callback was believed', checked: forged.length, offenders }
}
