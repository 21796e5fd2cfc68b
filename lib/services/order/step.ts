import type { Actor } from '#lib/payouts/permissions.ts'
import type { Leased, PayoutFacts } from '#lib/services/ports.ts'

/** What a step leaves behind: when to look again (null: never), and what to remember until then. */
export type Outcome = { dueInMs: number | null; facts?: PayoutFacts }

/** How long a lease outlives two whole exchanges, unless the fault lab scales it down. */
const usualLeaseMarginMs = 30_000

/** Two whole exchanges (status, then payout-pay) and the margin, so that an answer always finds its lease still held. */
export const leaseMsFor = (timeoutMs: number, marginMs: number = usualLeaseMarginMs) =>
  2 * timeoutMs + marginMs

export const workerActor = (leased: Leased): Actor => ({ kind: 'worker', id: leased.lease.workerId })
