import { spanOf } from '#lib/payouts/arrival.ts'
import type { Arrival } from '#lib/payouts/arrival.ts'
import type { Deps } from '#lib/services/ports.ts'

/** When payouts of this currency arrive, counted from the request; null while too few have been paid to know. Needs no rights: no row shows. */
export async function estimateArrival(
  deps: Pick<Deps, 'reports'>,
  currency: string,
): Promise<Arrival | null> {
  const durations = await deps.reports.arrival(currency)
  return durations && { usual: spanOf(durations.p50Ms), nearlyAll: spanOf(durations.p95Ms) }
}
