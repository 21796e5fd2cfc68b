/** One look at one due payout: which step its status calls for. Only the worker comes here, and only here is Cardzo spoken to. */
import type { Deps, ItemDraft, Leased, Progress } from '#lib/services/ports.ts'
import { followEnded } from './ask-after-end.ts'
import { followAwaiting, followDeadline } from './expire-payout.ts'
import { followOrder, recoverPay } from './follow-order.ts'
import { backOffMs, jitter, pollDelayMs } from './poll-schedule.ts'
import { countSaid, saidKey, wasSaid } from './said.ts'
import { recoverCheck, sendCheck } from './send-check.ts'
import { sendPay } from './send-pay.ts'
import { leaseMsFor, workerActor } from './step.ts'
import { openStuckItem } from './stuck-item.ts'
import type { Outcome } from './step.ts'

/** Never throws: a bug in one payout's step is kept on its timeline, shown as an open item, and tried again later. */
export async function workPayout(deps: Deps, taken: Leased): Promise<void> {
  let outcome: Outcome
  const { stumbled, ...progress } = taken.payout.progress
  // A step that gets to its end leaves no trace of an earlier stumble.
  const leased = stumbled ? { ...taken, payout: { ...taken.payout, progress } } : taken
  try {
    const waits = await whileSilent(deps, leased)
    outcome = waits ?? (await step(deps, leased))
    await openStuckItem(deps, leased)
    if (stumbled && !waits)
      await deps.items.closeByKind('worker_failed', leased.payout.id, 'The worker went on with this payout.')
  } catch (error) {
    deps.log.error({ err: error, payoutId: leased.payout.id }, 'a step failed')
    outcome = await reportFailure(deps, leased, error)
  }
  try {
    await deps.payouts.release(leased.lease, outcome.dueInMs, outcome.facts)
  } catch (error) {
    // The lease runs out by itself, and another worker goes on.
    deps.log.error({ err: error, payoutId: leased.payout.id }, 'a lease could not be given back')
  }
}

/** Cardzo as a whole does not answer: one step at a time asks it, over all workers. Null: this one may. */
async function whileSilent(deps: Deps, leased: Leased): Promise<Outcome | null> {
  if (!leased.silent) return null
  const gate = await deps.gate.pass(leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs))
  if (gate.passes) return null
  // The probe that is out may be answered at any moment; the gate itself sees to it that nobody crowds there.
  const later = { dueInMs: jitter(Math.min(gate.retryMs, deps.config.pollIntervalMs)) }
  return leased.payout.status === 'awaiting_approval' ? followDeadline(deps, leased, later) : later
}

function step(deps: Deps, leased: Leased): Promise<Outcome> {
  switch (leased.payout.status) {
    case 'requested':
      return (leased.payout.progress.checkAttempts ?? 0) === 0
        ? sendCheck(deps, leased)
        : recoverCheck(deps, leased)
    case 'awaiting_approval':
      return followAwaiting(deps, leased)
    case 'checking':
    case 'processing':
    case 'action_required':
    case 'outcome_unknown':
      return followOrder(deps, leased)
    case 'approved':
      return sendPay(deps, leased)
    case 'paying':
      return recoverPay(deps, leased)
    case 'paid':
    case 'declined':
    case 'filtered':
    case 'failed':
    case 'rejected':
    case 'cancelled':
    case 'expired':
      return followEnded(deps, leased)
  }
}

/**
 * Intervals to wait after an unexpected failure: half a minute in production. Mostly it is the database that was away for a moment,
 * and a receiver waits.
 */
const failuresToWait = 3

/** So often at this pace; then as rarely as the payout's age says. */
const failuresAtThisPace = 10

/**
 * After an unexpected failure a person is told, and the worker looks again a little later; also at a payout that has ended. The same
 * failure again is counted, and costs no row.
 */
async function reportFailure(deps: Deps, leased: Leased, error: unknown): Promise<Outcome> {
  const message = kindOf(error)
  const { pollIntervalMs } = deps.config
  const soonMs = backOffMs(failuresToWait, pollIntervalMs)
  try {
    // As it is now: the step may have written down what it had set out to do, and that must stay.
    const payout = await deps.payouts.find(leased.payout.id)
    if (!payout) throw new Error(`Bug: payout ${leased.payout.id} vanished`)
    const key = saidKey('worker_failed', message)
    const progress: Progress = { ...countSaid(payout.progress, key, leased.now), stumbled: true }
    const item = { ...stumbledItem, said: `${key} ${payout.version}` }
    if (payout.progress.stumbled && wasSaid(payout.progress, key)) {
      await deps.items.openFor(item, payout)
      const ageMs = leased.now.getTime() - payout.stageSince.getTime()
      const isOld = (progress.said?.[key]?.times ?? 0) > failuresAtThisPace
      const rhythmMs = isOld ? pollDelayMs(payout.status, ageMs, pollIntervalMs) : 0
      return { dueInMs: Math.max(soonMs, rhythmMs), facts: { progress } }
    }
    const happening = { kind: 'worker_failed' as const, data: { message, said: key } }
    const facts = { progress }
    const saved = await deps.payouts.advance(payout, { facts }, workerActor(leased), happening, leased.lease)
    // Whoever has taken it over meanwhile does not stumble over it.
    if (saved !== 'stale') await deps.items.openFor(item, saved)
  } catch (second) {
    // With the database away there is nowhere to write it; the log has it.
    deps.log.error({ err: second, payoutId: leased.payout.id }, 'a failure could not be recorded')
  }
  return { dueInMs: soonMs }
}

const stumbledItem: ItemDraft = {
  kind: 'worker_failed',
  severity: 'high',
  what: 'The worker stumbled over this payout',
  why: 'It tries again, every half minute at first, and this closes by itself when it goes on. The log has the details.',
}

/** The timeline is read by many and kept for good, and a message may repeat what was to be stored: the log has it, without numbers. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}
