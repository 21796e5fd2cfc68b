/** payout-pay: the one place that sends money, at most once per payout. */
import { amountDiffers } from '#lib/payouts/money.ts'
import type { Deps, Leased, PayAnswer, Payout, StatusAnswer } from '#lib/services/ports.ts'
import { quietMs, quietMsLeft, startAskFirst } from '#lib/services/safety/ask-first.ts'
import { markSending, rememberSending, unmarkSending } from '#lib/services/safety/marker.ts'
import { lockedOut } from './alarms.ts'
import { approvalGate } from './approval-gate.ts'
import { outcomeUnknown } from './decide.ts'
import { applyStatus, followOrder } from './follow-order.ts'
import { freshness, statusFreshness } from './freshness.ts'
import { resendMs } from './poll-schedule.ts'
import { recordAnswer } from './record-answer.ts'
import { leaseMsFor, workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import { waitsToBeSentSince } from './stuck-item.ts'

/** How soon after Cardzo accepts payout-pay the status is asked for first. */
const firstLookMs = 1000
/** How often to look while payments are stopped. Thousands may wait, and workers must still have time to poll the others. */
const stoppedLookMs = 60_000
/** How often to look while the marker can't be written: a claim would only be given up again. */
const unwritableLookMs = 10_000

/**
 * Asks for the status, claims, calls, records. Only `payout_check_validated` with equal ids, amount and currency lets it claim. The
 * claim is committed before the first byte leaves, and given up if by then it is older than ten seconds or the status request older
 * than thirty, counted from when the payout was taken. The database also refuses a claim on an older status.
 */
export async function sendPay(deps: Deps, leased: Leased): Promise<Outcome> {
  const { payout } = leased
  const { endpointId, clientOrderId, orderId } = payout
  if (orderId === null) throw new Error('Bug: an approved payout without an order id')
  const held = await approvalGate(deps, leased)
  if (held) return held
  // A stop or an ask-first that began since is seen by the claim for payout-pay itself.
  if (leased.seen.stopped) return whileStopped(deps, leased, stoppedLookMs)
  if ((deps.marker.trouble() ?? deps.sentMarks.trouble()) !== null)
    return whileStopped(deps, leased, unwritableLookMs)
  const quietLeftMs = quietMsLeft(leased.seen.askFirstSince, leased.now, deps.config.timeoutMs)
  if (quietLeftMs > 0) return { dueInMs: quietLeftMs }
  const leaseMs = leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  // Both ages count from before the status request leaves: the answer may be that old.
  const stillValidated = statusFreshness(deps.clock)
  const answer = await deps.gateway.status({ endpointId, clientOrderId, orderId })
  if (!mayPay(payout, answer)) return applyStatus(deps, leased, answer)
  await deps.gatewayCondition.recordOk(endpointId, answer.simulator)

  // The guard's clock starts before the claim, so the claim is never older than the guard believes.
  const fresh = freshness(deps.clock, deps.config.leaseMarginMs)
  const leaseEndsAt = deps.clock.monotonicMs() + leaseMs
  if (!stillValidated()) return { dueInMs: deps.config.pollIntervalMs }
  let claimed: Payout | 'stale'
  try {
    claimed = await claim(deps, leased, answer, leaseMs)
  } catch (error) {
    return giveBack(deps, leased, leaseEndsAt, error)
  }
  if (claimed === 'stale') return { dueInMs: 0 }
  const holding = { ...leased, payout: claimed }
  const kept = await rememberSending(deps, leased)
  const mark = kept ? await markSending(deps, leased, orderId) : 'unmarked'
  if (mark === 'taken') return sentBefore(deps, holding)
  const paid = await deps.gateway.pay(
    { endpointId, clientOrderId, orderId },
    { mayStillSend: () => mark === 'mine' && fresh() && stillValidated() },
  )
  if (paid.kind === 'not_sent' && mark === 'mine') await unmarkSending(deps, leased)
  return recordAnswer(deps, holding, leaseEndsAt, (answerId) => followPay(deps, holding, paid, answerId))
}

function claim(deps: Deps, leased: Leased, answer: StatusAnswer, leaseMs: number): Promise<Payout | 'stale'> {
  const { failures = 0, ...progress } = leased.payout.progress
  return deps.payouts.advance(
    leased.payout,
    {
      move: 'claim',
      leaseMs,
      quietMs: quietMs(deps.config.timeoutMs),
      facts: {
        claimedNow: true,
        validatedAt: leased.now,
        progress: { ...progress, failures, unsentSince: waitsToBeSentSince(leased.payout).toISOString() },
      },
      closeItems: { kinds: ['amount_differs'], reason: 'Cardzo confirmed the order as it is.' },
    },
    workerActor(leased),
    { kind: 'pay_claimed', data: { status: answer.exchange } },
    leased.lease,
  )
}

/** The claim failed but may have been committed. Nothing was sent, so it is given back and the outcome is not unknown. */
function giveBack(deps: Deps, leased: Leased, untilMs: number, error: unknown): Promise<Outcome> {
  const { payout } = leased
  return recordAnswer(deps, leased, untilMs, async (answerId) => {
    const now = await deps.payouts.find(payout.id)
    if (now?.status !== 'paying' || now.version !== payout.version + 1) throw error
    const why = 'The claim could not be confirmed.'
    return releaseUnsent(deps, { ...leased, payout: now }, { kind: 'not_sent', why, answerId })
  })
}

/** Nothing is sent, but callbacks are followed. When the stop ends, every waiting payout becomes due by itself. */
async function whileStopped(deps: Deps, leased: Leased, lookMs: number): Promise<Outcome> {
  if (leased.seen.callbackWaits) return followOrder(deps, leased)
  return { dueInMs: Math.max(lookMs, deps.config.pollIntervalMs) }
}

/** The one rule that protects against stale approvals, restored backups and long outages. */
function mayPay(payout: Payout, answer: StatusAnswer): boolean {
  return (
    answer.kind === 'known' &&
    answer.order.verdict === 'validated' &&
    answer.order.orderId === payout.orderId &&
    answer.order.clientOrderId === payout.clientOrderId &&
    !amountDiffers(payout, answer.order)
  )
}

/** What each answer to payout-pay leads to. None ends the payout: the status tells how it went. */
async function followPay(deps: Deps, leased: Leased, answer: PayAnswer, answerId: string): Promise<Outcome> {
  const { payout } = leased
  const { pollIntervalMs } = deps.config
  const actor = workerActor(leased)
  const happening = { kind: 'pay_answered' as const, data: { ...answer, answerId } }
  switch (answer.kind) {
    case 'accepted': {
      const dueInMs = Math.min(firstLookMs, pollIntervalMs)
      const { failures, unsentSince, ...progress } = payout.progress
      await deps.payouts.advance(
        payout,
        { move: 'proceed', facts: { progress }, dueInMs },
        actor,
        happening,
        leased.lease,
      )
      return { dueInMs }
    }
    case 'not_sent':
      return releaseUnsent(deps, leased, happening.data)
    case 'refused': {
      const progress = { ...payout.progress, payRefused: { code: answer.code, message: answer.message } }
      await deps.payouts.advance(payout, { facts: { progress } }, actor, happening, leased.lease)
      return { dueInMs: pollIntervalMs }
    }
    case 'locked_out':
      await lockedOut(deps, payout.endpointId, leased.now, answer)
      return loseTrack(
        deps,
        leased,
        happening.data,
        `Cardzo answered payout-pay with HTTP ${answer.httpStatus}.`,
      )
    case 'error':
      return loseTrack(
        deps,
        leased,
        happening.data,
        'Cardzo answered payout-pay with an error that says neither yes nor no.',
      )
    case 'silence':
      return loseTrack(deps, leased, happening.data, `No believable answer to payout-pay: ${answer.why}.`)
  }
}

/** Not one byte left: it may be claimed and sent later. */
async function releaseUnsent(deps: Deps, leased: Leased, data: Record<string, unknown>): Promise<Outcome> {
  const { payout } = leased
  const failures = (payout.progress.failures ?? 0) + 1
  const waitedMs = leased.now.getTime() - Date.parse(payout.progress.unsentSince ?? leased.now.toISOString())
  const dueInMs = resendMs(failures, 'approved', waitedMs, deps.config.pollIntervalMs)
  await deps.payouts.advance(
    payout,
    { move: 'release_unsent', facts: { progress: { ...payout.progress, failures } }, dueInMs },
    workerActor(leased),
    { kind: 'pay_answered', data },
    leased.lease,
  )
  return { dueInMs }
}

/** Silence is not failure: the outcome is unknown until Cardzo itself proves otherwise. */
async function loseTrack(
  deps: Deps,
  leased: Leased,
  data: Record<string, unknown>,
  why: string,
): Promise<Outcome> {
  const dueInMs = deps.config.pollIntervalMs
  await deps.payouts.advance(
    leased.payout,
    { move: 'lose_track', items: [outcomeUnknown(why)], dueInMs },
    workerActor(leased),
    { kind: 'pay_answered', data },
    leased.lease,
  )
  return { dueInMs }
}

/** A worker has marked it as sent and the database doesn't know: it has lost that claim. Nothing is sent; Cardzo's word decides. */
async function sentBefore(deps: Deps, leased: Leased): Promise<Outcome> {
  const why = 'A worker had marked payout-pay for this order as sent, and this database does not hold that.'
  await startAskFirst(deps, `${why} It has lost its last moments.`, workerActor(leased))
  const dueInMs = deps.config.pollIntervalMs
  await deps.payouts.advance(
    leased.payout,
    { move: 'lose_track', items: [outcomeUnknown(why)], dueInMs },
    workerActor(leased),
    { kind: 'pay_answered', data: { kind: 'lost', why } },
    leased.lease,
  )
  return { dueInMs }
}
