/** When to ask Cardzo again: every 3-5 s for five minutes, then less and less often. All in milliseconds. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

const minute = 60_000

/** While people decide, the bank's yes is refreshed now and then, so that the approver sees a recent one. */
const refreshWhileAwaitingMs = 10 * minute

/** Ten per cent either way, so that many payouts don't ask all at once. */
export const jitter = (ms: number, random = Math.random()) => Math.round(ms * (0.9 + random * 0.2))

/** Delay until the next status request of a payout that has been in its status for `ageMs`. */
export function pollDelayMs(
  status: PayoutStatus,
  ageMs: number,
  pollIntervalMs: number,
  random = Math.random(),
): number {
  if (status === 'awaiting_approval') return jitter(refreshWhileAwaitingMs, random)
  // The first five minutes keep to the interval as it was set.
  if (ageMs < 5 * minute) return jitter(pollIntervalMs, random)
  if (ageMs < 15 * minute) return jitter(Math.max(pollIntervalMs, minute / 2), random)
  if (ageMs < 60 * minute) return jitter(Math.max(pollIntervalMs, 2 * minute), random)
  return jitter(Math.max(pollIntervalMs, 10 * minute), random)
}

/** Delay after the n-th failed call in a row: doubles from the interval, up to a minute or the interval, whichever is longer. */
export function backOffMs(failures: number, pollIntervalMs: number, random = Math.random()): number {
  return jitter(
    Math.max(pollIntervalMs, Math.min(pollIntervalMs * 2 ** Math.min(failures, 10), minute)),
    random,
  )
}

/** So few bad answers say nothing about the order, and don't slow down the asking. */
const badAnswersInARow = 3

/**
 * Delay after an answer that says nothing about the order. Keeps to the schedule of the payout's age, so to the interval in its first
 * five minutes, however many such answers come. While we are locked out it backs off: asking more often helps nobody.
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

/** Delay after the n-th failed attempt to send in a row: backs off, and slows down with the time it has waited. */
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

/** After this long in a status people are told that it takes too long. Null: over, or people are told in another way. */
const stuckAfterMs = {
  requested: 10 * minute,
  checking: 60 * minute,
  // As the settings say.
  awaiting_approval: null,
  approved: 10 * minute,
  paying: 10 * minute,
  action_required: 24 * 60 * minute,
  processing: 60 * minute,
  // Has an open item from the start.
  outcome_unknown: null,
  paid: null,
  declined: null,
  filtered: null,
  failed: null,
  rejected: null,
  cancelled: null,
  expired: null,
} as const satisfies Record<PayoutStatus, number | null>

/** What is usual here: how long people may take (ms), and how long nearly all payouts of the currency took in all; null: too few to know. */
export type Usual = { approvalMs: number | null; nearlyAllMs: number | null }

/** How many times as long as nearly all payouts take one may be with Cardzo, within bounds. */
const learnedTimes = 3
const learnedLeastMs = 10 * minute
const learnedMostMs = 7 * 24 * 60 * minute

/** The least time after which a payout can be late, whatever is usual: before it nothing needs to be read. */
export const lateAtLeastMs = (status: PayoutStatus): number | null => {
  if (status === 'awaiting_approval') return 60 * minute
  return status === 'processing' ? learnedLeastMs : stuckAfterMs[status]
}

/** After this long in its status a payout is late; null: never. */
export function lateAfterMs(status: PayoutStatus, { approvalMs, nearlyAllMs }: Usual): number | null {
  if (status === 'awaiting_approval') return approvalMs
  if (status !== 'processing' || nearlyAllMs === null) return stuckAfterMs[status]
  return Math.min(Math.max(nearlyAllMs * learnedTimes, learnedLeastMs), learnedMostMs)
}
