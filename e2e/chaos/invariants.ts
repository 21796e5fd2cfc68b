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
import { askedBeforePaid, onePayoutPerKey, oneArrival, sameMoney, sentAsAsked } from './money-invariants.ts'
import { label } from './rows.ts'
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
  /** May a worker have seen what no standby had, so that the portal is right to ask first? */
  mayAskFirst?: boolean
  /** Orders that Cardzo had when a standby was promoted, and of which that one knew nothing, or not that they had been sent. */
  forgotten?: readonly Order[]
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

/**
 * After a standby was promoted that lacked what had been acknowledged. Payouts, answers and approvals are gone then, and come back under
 * other ids when they are asked for again; what must still hold is the money, and that what is there is whole.
 */
export function judgeAfterLoss(facts: Facts): Verdict[] {
  return [
    oneArrival(facts),
    sameMoney(facts),
    askedFirstAfterLoss(facts),
    forgottenIsFound(facts),
    oneEventPerMove(facts),
    chainIsWhole(facts),
    makerChecker(facts),
    nothingLeaked(facts),
    booksBalance(facts),
  ]
}

/** Had it not been asked about first, each of these would have got a second order, and most a second payout-pay. */
function forgottenIsFound(facts: Facts): Verdict {
  const forgotten = facts.forgotten ?? []
  const found = forgotten.map((order) => ({
    order,
    payout: facts.payouts.find(({ clientOrderId }) => clientOrderId === order.clientOrderId),
  }))
  const sent = found.filter(({ order }) => order.payReceived > 0)
  // What was only checked may be refused when it is asked for again, because others came first; it is never paid then.
  return {
    name: 'R2',
    promise: 'what was sent and forgotten was found at Cardzo and followed, or is on the desk',
    checked: forgotten.length,
    offenders: sent.flatMap(({ order, payout }) => {
      if (!payout) return [`order ${order.orderId} belongs to no payout any more`]
      const isFollowed = payout.orderId === order.orderId || hasOpenItem(facts, payout)
      return isFollowed ? [] : [`${label(payout)}: not order ${order.orderId}`]
    }),
    detail: `${sent.length} of them sent, and not sent again`,
  }
}

/** What needs no plan of a run: money and history (e2e/upgrade). */
export function judgeMoneyAndHistory(
  seen: Omit<
    Facts,
    | 'plans'
    | 'deadlines'
    | 'toldIds'
    | 'toldRefused'
    | 'toldWrong'
    | 'approvals'
    | 'balances'
    | 'transfers'
    | 'leaks'
    | 'textsSearched'
    | 'askFirst'
  >,
): Verdict[] {
  const facts: Facts = {
    ...seen,
    ...{ plans: [], toldIds: new Map(), toldRefused: new Map(), toldWrong: [], deadlines: new Map() },
    ...{ approvals: [], balances: [], transfers: [], leaks: [], textsSearched: 0, askFirst: [] },
  }
  return [
    oneArrival(facts),
    sameMoney(facts),
    finalsStay(facts),
    oneEventPerMove(facts),
    chainIsWhole(facts),
    nothingForgotten(facts),
    allSettled(facts),
    askedBeforePaid(facts),
    oneMailEach(facts),
    callbacksSeen(facts),
  ]
}

function askedFirstAfterLoss({ askFirst }: Facts): Verdict {
  return {
    name: 'R1',
    promise: 'the portal has noticed that its database lost something, and asks first',
    checked: askFirst.length,
    offenders: askFirst.length === 0 ? ['it has not noticed'] : [],
  }
}

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
      return [`${label(payout)}: approved by the person who asked for it`]
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
    offenders: [
      ...offenders,
      ...(facts.mayAskFirst ? [] : facts.askFirst).map((why) => `ask-first mode was entered: ${why}`),
    ],
    detail: `${facts.askFirst.length > 0 ? 'asking first; ' : ''}${unknown.length} on the unknown desk${unknown.length > 0 ? `: ${unknown.map(({ plan }) => plan).join(', ')}` : ''}`,
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
