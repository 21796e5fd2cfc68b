/** Asks Cardzo for the order's state and follows the answer. */
import { isFinal, next } from '#lib/payouts/transitions.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { expireAfterMs, judgePolicy } from '#lib/services/policy/judge-policy.ts'
import type { Deps, ItemDraft, Leased, OrderState, Payout, StatusAnswer } from '#lib/services/ports.ts'
import { lockedOut, orderIdTrouble, unknownOrder } from './alarms.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { decide, outcomeUnknown } from './decide.ts'
import { noteCode } from './note-code.ts'
import { answerKey, asked, heard, settledProgress, withoutDoubts } from './notes.ts'
import { followOtherOperation } from './other-operation.ts'
import { afterBadAnswerMs, pollDelayMs } from './poll-schedule.ts'
import { countSaid, saidKey, takeBackSaid, wasSaid, withSaid } from './repeats.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'

/** Asks for the status of a payout's order. */
export async function followOrder(deps: Deps, leased: Leased): Promise<Outcome> {
  const { endpointId, clientOrderId, orderId } = leased.payout
  return applyStatus(deps, leased, await deps.gateway.status({ endpointId, clientOrderId, orderId }))
}

/**
 * Follows a payout found in `paying`: either its worker died before it recorded the answer, or Cardzo refused payout-pay and we are
 * asking for the status. A lost answer is never read as failure: the outcome is unknown until Cardzo says otherwise.
 */
export async function recoverPay(deps: Deps, leased: Leased): Promise<Outcome> {
  if (leased.payout.progress.payRefused) return followOrder(deps, leased)
  const lost = await deps.payouts.advance(
    leased.payout,
    {
      move: 'lose_track',
      items: [outcomeUnknown('The worker stopped before the answer to payout-pay was recorded.')],
    },
    workerActor(leased),
    {
      kind: 'pay_answered',
      data: { kind: 'lost', why: 'The worker stopped before an answer was recorded.' },
    },
    leased.lease,
  )
  return lost === 'stale' ? { dueInMs: 0 } : followOrder(deps, { ...leased, payout: lost })
}

/** Follows a status answer, whatever the payout was waiting for. */
export async function applyStatus(deps: Deps, leased: Leased, answer: StatusAnswer): Promise<Outcome> {
  const { endpointId } = leased.payout
  switch (answer.kind) {
    case 'not_sent':
    case 'silence':
      return noAnswer(deps, leased, answer, [])
    case 'locked_out':
      await lockedOut(deps, endpointId, leased.now, answer)
      return noAnswer(deps, leased, answer, [])
    case 'no_such_order':
      await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
      return noAnswer(deps, leased, answer, [unknownOrder(answer.message)])
    case 'other_operation':
      return followOtherOperation(deps, leased, answer)
    case 'known':
      await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
      return followAnswer(deps, leased, answer.order, answer.exchange)
  }
}

async function noAnswer(
  deps: Deps,
  leased: Leased,
  answer: Exclude<StatusAnswer, { kind: 'known' | 'other_operation' }>,
  items: ItemDraft[],
): Promise<Outcome> {
  const { payout } = leased
  const failures = (payout.progress.failures ?? 0) + 1
  const code = answer.kind === 'no_such_order' ? answer.code : null
  const key = saidKey(answer.kind, answer.exchange.httpStatus, code)
  const before = answer.kind === 'no_such_order' ? withoutDoubts(payout.progress) : payout.progress
  const progress = {
    ...countSaid(before, key, leased.now, items),
    failures,
    ...(answer.kind === 'no_such_order' ? heard(leased, answer.kind) : asked(leased)),
  }
  const ageMs = leased.now.getTime() - payout.stageSince.getTime()
  const dueInMs = afterBadAnswerMs(answer.kind, failures, payout.status, ageMs, deps.config.pollIntervalMs)
  if (wasSaid(payout.progress, key)) return { dueInMs, facts: { progress } }
  await deps.payouts.advance(
    payout,
    { facts: { progress }, items: withSaid(items, key) },
    workerActor(leased),
    { kind: 'status_answered', data: { ...answer, said: key } },
    leased.lease,
  )
  return { dueInMs }
}

async function followAnswer(
  deps: Deps,
  leased: Leased,
  order: OrderState,
  exchange: StatusAnswer['exchange'],
): Promise<Outcome> {
  const { payout } = leased
  const taken = await orderIdTrouble(deps, payout, order.orderId)
  if (taken) return noteTrouble(deps, leased, taken, exchange)
  const policy = await judgePolicy(deps, payout, order)
  const decision = decide(payout, order, {
    now: new Date(leased.now.getTime() + exchange.durationMs),
    pollIntervalMs: deps.config.pollIntervalMs,
    policy,
    expireAfterMs: policy?.expireAfterMs ?? (getsDeadline(payout, order) ? await expireAfterMs(deps) : 0),
  })
  const key = answerKey(order)
  const moved = decision.move !== undefined
  const settled = settledProgress(payout, decision.facts.progress ?? payout.progress, order, moved)
  // If Cardzo later says again what this answer takes back, that is news.
  const takenBack = takeBackSaid(settled, decision.closes)
  const items = withSaid(decision.items, key)
  const progress = {
    ...countSaid(takenBack ?? settled, key, leased.now, items),
    ...heard(leased, order.verdict),
  }
  const to = decision.move === undefined ? undefined : next(payout.status, decision.move)
  const dueInMs = await sooner(deps, leased, dueAfter(deps, leased, to ?? payout.status, moved, progress))

  // What was said before writes no row and reopens nothing that a person has closed.
  const quiet = !moved && wasSaid(payout.progress, key) && takenBack === null
  let latest: Payout | 'stale' = payout
  if (!quiet) {
    await noteCode(deps, decision.facts.gatewayCode)
    latest = await deps.payouts.advance(
      payout,
      {
        ...(decision.move !== undefined && { move: decision.move }),
        facts: { ...decision.facts, progress },
        items,
        ...(decision.autoCaps && { autoCaps: decision.autoCaps }),
        ...(decision.voidsApprovals !== undefined && {
          approval: { do: 'void' as const, approverId: null, reason: decision.voidsApprovals },
        }),
        ...(decision.closes.length > 0 && {
          closeItems: { kinds: decision.closes, reason: 'Cardzo answered.' },
        }),
        // What the policy approves is sent at once, and the next mail says how it ended.
        mails:
          to === undefined || to === 'approved'
            ? []
            : await mailsOn(deps, { ...payout, ...decision.facts }, to),
        // A payout that ends stays due until its callbacks are compared. If this worker dies before that, another one looks.
        ...(to !== undefined && !isFinal(to) && { dueInMs }),
      },
      workerActor(leased),
      { kind: 'status_answered', data: { order, exchange, said: key } },
      leased.lease,
    )
  }
  // One that came after the claim has made the payout due again.
  if (leased.seen.callbackWaits) await compareCallbacks(deps, latest === 'stale' ? payout : latest, order)
  if (latest === 'stale') return { dueInMs: 0 }
  const facts = quiet ? { ...decision.facts, progress } : undefined
  return { dueInMs: isFinal(latest.status) ? null : dueInMs, ...(facts && { facts }) }
}

/** It was judged before (the policy approved it, and the bank took its word back), and people must decide now. */
const getsDeadline = ({ status, expiresAt }: Payout, { verdict }: OrderState): boolean =>
  verdict === 'validated' && expiresAt === null && (status === 'requested' || status === 'checking')

/** After this many moves since the claim the order is going back and forth, and a move no longer restarts the polling schedule. */
const turnsWithinReason = 10

function dueAfter(
  deps: Deps,
  leased: Leased,
  status: Payout['status'],
  moved: boolean,
  progress: Payout['progress'],
): number {
  const { pollIntervalMs } = deps.config
  const { payout, now } = leased
  if (status === 'approved' && moved) return 0
  // A doubt is asked about again after one interval, unless the figures change with each answer.
  const doubtedAt = progress.doubtedFinal?.at ?? progress.payRefused?.validatedAt
  const earlier = payout.progress.doubtedFinal?.at
  const isFresh = doubtedAt !== undefined && now.getTime() - Date.parse(doubtedAt) < pollIntervalMs
  if (isFresh && (earlier === undefined || earlier === doubtedAt)) return pollIntervalMs
  const began = moved ? now : payout.stageSince
  const restless = (progress.turns ?? 0) > turnsWithinReason
  const since = restless ? (payout.payClaimedAt ?? began) : began
  return pollDelayMs(status, now.getTime() - since.getTime(), pollIntervalMs)
}

/** A callback that waits for its status brings back the usual pace, by the callback's age: the status may be a moment behind it. */
async function sooner(deps: Deps, leased: Leased, dueInMs: number): Promise<number> {
  const { pollIntervalMs } = deps.config
  if (!leased.seen.callbackWaits || dueInMs <= 2 * pollIntervalMs) return dueInMs
  const newest = (await deps.callbacks.uncompared(leased.payout.id)).at(-1)
  if (!newest) return dueInMs
  const ageMs = leased.now.getTime() - newest.receivedAt.getTime()
  return Math.min(dueInMs, pollDelayMs('processing', ageMs, pollIntervalMs))
}

async function noteTrouble(
  deps: Deps,
  leased: Leased,
  item: ItemDraft,
  exchange: StatusAnswer['exchange'],
): Promise<Outcome> {
  const { payout } = leased
  const failures = (payout.progress.failures ?? 0) + 1
  const key = saidKey('trouble', item.what)
  const progress = { ...countSaid(payout.progress, key, leased.now, [item]), failures, ...asked(leased) }
  const ageMs = leased.now.getTime() - payout.stageSince.getTime()
  const dueInMs = afterBadAnswerMs('silence', failures, payout.status, ageMs, deps.config.pollIntervalMs)
  if (wasSaid(payout.progress, key)) return { dueInMs, facts: { progress } }
  await deps.payouts.advance(
    payout,
    { facts: { progress }, items: withSaid([item], key) },
    workerActor(leased),
    { kind: 'status_answered', data: { exchange, trouble: item.what, said: key } },
    leased.lease,
  )
  return { dueInMs }
}
