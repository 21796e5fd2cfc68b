/** A worker's look at one payout, measured and, while traces are on, a span of the payout's trace. */
import { processMetrics } from '#lib/runtime/watch/metrics.ts'
import { inSpan } from '#lib/runtime/watch/traces.ts'
import type { Leased } from '#lib/services/ports.ts'

export function watchedWork<T>(leased: Leased, work: () => Promise<T>): Promise<T> {
  const { payout, lease, now } = leased
  const { lateness, steps } = processMetrics()
  if (payout.dueAt) lateness.observe(Math.max(0, now.getTime() - payout.dueAt.getTime()) / 1000)
  const done = steps.startTimer({ status: payout.status })
  const facts = {
    'payout.status': payout.status,
    'worker.id': lease.workerId,
    'cardzo.endpoint': payout.endpointId,
  }
  return inSpan(`step ${payout.status}`, { payoutId: payout.id, facts }, work).finally(done)
}
