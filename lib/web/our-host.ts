// Is the portal called by its own name? Decided before the framework sees the request.
import type { IncomingHttpHeaders } from 'node:http'
import { isReturnPath } from './paths.ts'

/**
 * Machines may know us by another name: Cardzo behind a gateway, monitors that go by address, banks, systems in the same network with a
 * key of theirs. Nothing there depends on it.
 */
const isOpenPath = (path: string) =>
  /^\/api\/(v1|health)\//.test(path) ||
  path === '/api/metrics' ||
  path === '/api/cardzo/callback' ||
  isReturnPath(path)

/**
 * Is the portal called by its own name? That of APP_URL, or of this machine, which no foreign page can take; a trusted proxy may say in
 * X-Forwarded-Host what it was called by.
 */
export function isOurHost(
  path: string,
  headers: IncomingHttpHeaders,
  appUrl: string,
  trusted: boolean,
): boolean {
  if (isOpenPath(path)) return true
  const forwarded = headers['x-forwarded-host']
  const told = trusted && typeof forwarded === 'string' ? forwarded.split(',').at(0)?.trim() : headers.host
  if (told === undefined || !URL.canParse(`http://${told}`)) return false
  const { protocol, host } = new URL(appUrl)
  const url = new URL(`${protocol}//${told}`)
  return url.host === host || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(url.hostname)
}
