import type { Clock } from '#lib/services/ports.ts'

/** A claim older than this may not send: a frozen worker that wakes up must do nothing. */
const claimGoodForMs = 10_000
/** A status answer allows payout-pay for this long, counted from before its request left. */
const statusGoodForMs = 30_000

/**
 * Starts now. True while both the monotonic and the wall clock say that less than ten seconds have passed. Where leases have less than
 * thirty seconds to spare (the fault lab), a claim is good for a third of that, so that it ends before its lease.
 */
export function freshness(clock: Clock, leaseMarginMs = Infinity): () => boolean {
  return within(clock, Math.min(claimGoodForMs, leaseMarginMs / 3))
}

/** Starts before a status request leaves. True while both clocks say that its answer still allows payout-pay. */
export const statusFreshness = (clock: Clock): (() => boolean) => within(clock, statusGoodForMs)

/** A wall clock that was set back is no more use than one that ran ahead. */
function within(clock: Clock, goodForMs: number): () => boolean {
  const monotonic = clock.monotonicMs()
  const wall = clock.wallMs()
  return () => clock.monotonicMs() - monotonic <= goodForMs && Math.abs(clock.wallMs() - wall) <= goodForMs
}
