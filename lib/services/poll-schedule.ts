/** When to ask Cardzo again (protocol 4.6: every 3-5 s for five minutes, then thinning out). All in milliseconds. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

const minute = 60_000

/** While people decide, the bank's yes is refreshed now and then, so that the approver sees a young one. */
const refreshWhileAwaitingMs = 10 * minute

/** Ten per cent either way, so that many payouts do not ask in step. */
const jitter = (ms: number, random: number) => Math.round(ms * (0.9 + random * 0.2))

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
