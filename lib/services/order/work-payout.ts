/** One look at one due payout, and the step that its status calls for. Only the worker calls this, and only this speaks to Cardzo. */
import type { Deps, ItemDraft, Leased, Payout, PayoutFacts, Progress } from '#lib/services/ports.ts'
import { followEnded } from './ask-after-end.ts'
import { followAwaiting, followDeadline } from './expire-payout.ts'
import { followOrder, recoverPay } from './follow-order.ts'
import { waitWithoutEndpoint } from './missing-endpoint.ts'
import { backOffMs, jitter, pollDelayMs } from './poll-schedule.ts'
import { countSaid, saidKey, wasSaid } from './repeats.ts'
import { recoverCheck, sendCheck } from './send-check.ts'
import { sendPay } from './send-pay.ts'
import { leaseMsFor, workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import { openStuckItem } from './stuck-item.ts'

/**
 * Answers in how many milliseconds the payout is due again, null if that is never or not known. Never throws. If a step fails, the timeline
 * and an open item say so, and it is tried again later.
 */
export async function workPayout(deps: Deps, taken: Leased): Promise<number | null> {
  let outcome: Outcome
  const { stumbled, withoutEndpoint, ...progress } = taken.payout.progress
  // A step that succeeds forgets an earlier failure.
  const leased = stumbled || withoutEndpoint ? { ...taken, payout: { ...taken.payout, progress } } : taken
  const done = (kind: 'worker_failed' | 'endpoint_missing') =>
    deps.items.closeByKind(kind, leased.payout.id, 'The worker went on with this payout.')
  try {
    const lacks = await waitWithoutEndpoint(deps, leased)
    const waits = lacks ?? (await whileSilent(deps, leased))
    outcome = waits ?? (await step(deps, leased))
    await openStuckItem(deps, leased)
    if (stumbled && !waits) await done('worker_failed')
    if (withoutEndpoint && !lacks) await done('endpoint_missing')
  } catch (error) {
    deps.log.error({ err: error, payoutId: leased.payout.id }, 'a step failed')
    outcome = await reportFailure(deps, leased, error)
  }
  try {
    return await deps.payouts.release(
      leased.lease,
      outcome.dueInMs,
      changedFacts(taken.payout, outcome.facts),
    )
  } catch (error) {
    // The lease runs out, and another worker takes over.
    deps.log.error({ err: error, payoutId: leased.payout.id }, 'a lease could not be given back')
    return null
  }
}

/** Without what the payout says already, so that a look that found nothing new doesn't write its row. The notes are in another. */
function changedFacts(was: Payout, facts: PayoutFacts = {}): PayoutFacts {
  const known: Record<string, unknown> = { ...was, progress: undefined }
  return Object.fromEntries(Object.entries(facts).filter(([name, value]) => known[name] !== value))
}

/** While an endpoint is silent, only one step at a time asks it, across all workers. Null: this one may. */
async function whileSilent(deps: Deps, leased: Leased): Promise<Outcome | null> {
  if (!leased.silent) return null
  const probeMs = leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  const gate = await deps.gate.pass(leased.payout.endpointId, probeMs)
  if (gate.passes) return null
  // The question that is out may be answered at any moment. The gate prevents a crowd.
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
 * Poll intervals to wait after an unexpected failure, half a minute in production: usually the database was away for a moment, and a
 * receiver is waiting.
 */
const failuresToWait = 3

/** After this many failures at that pace, the payout's age sets the pace. */
const failuresAtThisPace = 10

/**
 * Tells people about an unexpected failure and looks again a little later, also at a payout that has ended. The same failure again is
 * counted and writes no row.
 */
async function reportFailure(deps: Deps, leased: Leased, error: unknown): Promise<Outcome> {
  const message = kindOf(error)
  const { pollIntervalMs } = deps.config
  const soonMs = backOffMs(failuresToWait, pollIntervalMs)
  try {
    // As it is now: the step may have recorded an intent, and that must stay.
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
    // Stale: another worker has taken over, and has not failed.
    if (saved !== 'stale') await deps.items.openFor(item, saved)
  } catch (second) {
    // Without the database there is nowhere to write it; the log has it.
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

/** Only the error's kind: many people read the timeline, and a message may repeat private data. The log has the message, masked. */
function kindOf(error: unknown): string {
  if (!(error instanceof Error)) return typeof error
  return 'code' in error && typeof error.code === 'string' ? `${error.name} ${error.code}` : error.name
}
