// Is the portal called by its own name? Decided before the framework sees the request.
import type { IncomingHttpHeaders } from 'node:http'
import { isReturnPath } from './paths.ts'

/**
 * Machines may use another name for us: Cardzo behind a gateway, monitors that use the address, banks, systems in the same network. Nothing
 * on these paths depends on the name.
 */
const isOpenPath = (path: string) =>
  /^\/api\/(v1|health)\//.test(path) ||
  path === '/api/metrics' ||
  path === '/api/cardzo/callback' ||
  isReturnPath(path)

/**
 * Is the request for our own host: that of APP_URL, or this machine's name, which no foreign page can use? A trusted proxy may name the
 * original host in X-Forwarded-Host.
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
