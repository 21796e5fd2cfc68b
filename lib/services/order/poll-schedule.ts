/** When to ask Cardzo again (every 3-5 s for five minutes, then thinning out). All in milliseconds. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

const minute = 60_000

/** While people decide, the bank's yes is refreshed now and then, so that the approver sees a young one. */
const refreshWhileAwaitingMs = 10 * minute

/** Ten per cent either way, so that many payouts do not ask in step. */
export const jitter = (ms: number, random = Math.random()) => Math.round(ms * (0.9 + random * 0.2))

/** Delay until the next status request of a payout that has been in its status for `ageMs`. */
export function pollDelayMs(
  status: PayoutStatus,
  ageMs: number,
  pollIntervalMs: number,
  random = Math.random(),
): number {
  if (status === 'awaiting_approval') return jitter(refreshWhileAwaitingMs, random)
  // The first five minutes keep to the interval as it was set; jitter there is a tenth of it.
  if (ageMs < 5 * minute) return jitter(pollIntervalMs, random)
  if (ageMs < 15 * minute) return jitter(Math.max(pollIntervalMs, minute / 2), random)
  if (ageMs < 60 * minute) return jitter(Math.max(pollIntervalMs, 2 * minute), random)
  return jitter(Math.max(pollIntervalMs, 10 * minute), random)
}

/** Delay after the n-th failed call in a row: doubling from the interval, at most a minute (or the interval, if that is longer). */
export function backOffMs(failures: number, pollIntervalMs: number, random = Math.random()): number {
  return jitter(
    Math.max(pollIntervalMs, Math.min(pollIntervalMs * 2 ** Math.min(failures, 10), minute)),
    random,
  )
}

/** One bad answer, or a few, say nothing about the order: it is asked again as if they had not been. */
const badAnswersInARow = 3

/**
 * Delay after an answer that tells nothing of the order. It keeps the rhythm of the payout's age: so the interval in its first five
 * minutes, however many there are. Where Cardzo refuses us, asking more often than it takes to notice the end helps nobody.
 */
export function afterBadAnswerMs(
  kind: 'not_sent' | 'silence' | 'locked_out' | 'no_such_order',
  failures: number,
  status: PayoutStatus,
  ageMs: number,
  pollIntervalMs: number,
  random = Math.random(),
): number {
  const rhythm = pollDelayMs(status, ageMs, pollIntervalMs, random)
  if (kind === 'locked_out' && failures > 1)
    return Math.max(rhythm, backOffMs(failures, pollIntervalMs, random))
  return failures <= badAnswersInARow ? jitter(pollIntervalMs, random) : rhythm
}

/** Delay after the n-th failed sending in a row: backing off, and thinning out with the time it has waited. */
export function resendMs(
  failures: number,
  status: PayoutStatus,
  ageMs: number,
  pollIntervalMs: number,
  random = Math.random(),
): number {
  return Math.max(
    backOffMs(failures, pollIntervalMs, random),
    pollDelayMs(status, ageMs, pollIntervalMs, random),
  )
}

/** Beyond these ages a person is told that a step takes too long. Null: people's own turn, shown on the desk anyway. */
export const stuckAfterMs = {
  requested: 10 * minute,
  checking: 60 * minute,
  awaiting_approval: null,
  approved: 10 * minute,
  paying: 10 * minute,
  action_required: 24 * 60 * minute,
  processing: 60 * minute,
  // Has an open item from its first second.
  outcome_unknown: null,
  paid: null,
  declined: null,
  filtered: null,
  failed: null,
  rejected: null,
  cancelled: null,
  expired: null,
} as const satisfies Record<PayoutStatus, number | null>
