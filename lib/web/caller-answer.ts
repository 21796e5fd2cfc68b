/**
 * `GET /api/health/caller`: how this web server saw the request, so that `npm run doctor` can compare it with what it sent through the public
 * address. Only the holder of METRICS_TOKEN may ask: it says how many proxies we believe.
 */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'
import { z } from 'zod'
import type { Env } from '#lib/runtime/env.ts'
import type { Caller } from './client-ip.ts'
import { isOurHost } from './our-host.ts'

export const callerPath = '/api/health/caller'

const CallerSeen = z.object({
  /** Whose address counts in limits and audit rows. */
  address: z.string(),
  /** Entries of `X-Forwarded-For`. */
  forwardedFor: z.number(),
  /** What TRUSTED_PROXY_HOPS says there are. */
  hops: z.number(),
  mismatch: z.string().nullable(),
  /** Would a page be answered under the name that the request came by? */
  hostFits: z.boolean(),
})
export type CallerSeen = z.output<typeof CallerSeen>

/** The body of an answer, read; null: it is none. */
export function readCallerSeen(text: string): CallerSeen | null {
  try {
    return CallerSeen.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

/** Undefined: the caller may not know, and gets what any unknown address gets. */
export function callerAnswer(
  { ip, mismatch, trusted }: Caller,
  headers: IncomingHttpHeaders,
  { metricsToken, trustedProxyHops, appUrl }: Pick<Env, 'metricsToken' | 'trustedProxyHops' | 'appUrl'>,
): CallerSeen | undefined {
  const given = /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1]
  if (metricsToken === undefined || given === undefined || !isSame(given, metricsToken)) return undefined
  const header = headers['x-forwarded-for']
  const entries = (Array.isArray(header) ? header.join(',') : (header ?? ''))
    .split(',')
    .filter((entry) => entry.trim() !== '')
  return {
    address: ip,
    forwardedFor: entries.length,
    hops: trustedProxyHops,
    mismatch: mismatch ?? null,
    hostFits: isOurHost('/', headers, appUrl, trusted),
  }
}

/** Compares digests, so that neither content nor length shows in the time it takes. */
function isSame(given: string, expected: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(expected))
}
