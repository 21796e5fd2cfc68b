import type { Clock } from './ports.ts'

/** A claim older than this may not send any more: a frozen worker that wakes must do nothing. */
const claimGoodForMs = 10_000

/** Starts now; true while both the monotonic and the wall clock say that less than ten seconds have passed. */
export function freshness(clock: Clock): () => boolean {
  const monotonic = clock.monotonicMs()
  const wall = clock.wallMs()
  return () =>
    clock.monotonicMs() - monotonic <= claimGoodForMs && Math.abs(clock.wallMs() - wall) <= claimGoodForMs
}
