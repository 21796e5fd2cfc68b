/** Who may read the metrics: the holder of METRICS_TOKEN; without one configured, only this machine. */
import { createHash, timingSafeEqual } from 'node:crypto'
import { bearerOf } from './api.ts'
import { getEnv } from './deps.ts'

/** Undefined means: may read. */
export async function refuseMetrics(request: Request): Promise<'unauthorized' | 'forbidden' | undefined> {
  const { metricsToken } = await getEnv()
  if (metricsToken !== undefined)
    return sameSecret(bearerOf(request), metricsToken) ? undefined : 'unauthorized'
  return isLoopback(request.headers.get('x-client-ip')) ? undefined : 'forbidden'
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function sameSecret(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}

/** Our web server writes the header itself, whatever the client sent; without it nobody knows who asks. */
function isLoopback(address: string | null): boolean {
  if (address === null) return false
  return address === '::1' || /^(::ffff:)?127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/i.test(address)
}
