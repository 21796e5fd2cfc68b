import { spanOf } from '#lib/payouts/arrival.ts'
import type { Arrival } from '#lib/payouts/arrival.ts'
import type { Deps } from '#lib/services/ports.ts'

/**
 * When payouts of this currency arrive, counted from the request. Null while too few have been paid to know, and for one that was asked
 * for longer ago than nearly all take: it is not a usual one. Needs no rights, because no payout shows.
 */
export async function estimateArrival(
  deps: Pick<Deps, 'reports'>,
  currency: string,
  requestedAt: Date | null = null,
  now = Date.now(),
): Promise<Arrival | null> {
  const durations = await deps.reports.arrival(currency)
  if (!durations || (requestedAt && now - requestedAt.getTime() > durations.p95Ms)) return null
  return { usual: spanOf(durations.p50Ms), nearlyAll: spanOf(durations.p95Ms) }
}
