import type { Actor } from '#lib/payouts/permissions.ts'
import type { Leased, PayoutFacts } from '#lib/services/ports.ts'

/** What a step leaves behind: when to look again (null: no more due work), and notes to keep for then. */
export type Outcome = { dueInMs: number | null; facts?: PayoutFacts }

/** What a lease has to spare beyond two whole exchanges, unless the fault lab scales it down. */
export const usualLeaseMarginMs = 30_000

/** A lease outlives two whole exchanges (status, then payout-pay) by 30 s, so that no answer meets a stolen lease. */
export const leaseMsFor = (timeoutMs: number, marginMs: number = usualLeaseMarginMs) =>
  2 * timeoutMs + marginMs

export const workerActor = (leased: Leased): Actor => ({ kind: 'worker', id: leased.lease.workerId })
