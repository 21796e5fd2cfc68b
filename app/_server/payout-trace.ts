/** Where staff find a payout's trace. */
import { traceIdOf } from '#lib/runtime/watch/traces.ts'
import { getEnv } from './deps.ts'

/** `href`: where TRACE_URL leads; null: it is not set. */
export type PayoutTrace = { id: string; href: string | null }

/** Null while no traces are sent. */
export async function traceOf(payoutId: string): Promise<PayoutTrace | null> {
  const { traces, traceUrl } = await getEnv()
  if (traces === null) return null
  const id = traceIdOf(payoutId)
  return { id, href: traceUrl?.replace('{traceId}', id) ?? null }
}
