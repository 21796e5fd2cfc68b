// The headers that every answer carries, whatever the framework adds to it. Pages get their policy from proxy.ts.
import { isReturnPath } from './paths.ts'

/** Two years, as browsers' preload lists require, and for our subdomains too (OWASP ASVS 5.0, 3.4.1). */
const strictTransport = 'max-age=63072000; includeSubDomains'
/** The policy of answers that are not pages: nothing in them runs, loads, or is framed. */
export const inertPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Says which build answers, so that an open page can tell that it is of another. Every page shows strangers as much. */
export const versionHeader = 'X-Portal-Version'

/** The headers of every answer, by path. */
export function headersOn(appUrl: string, version?: string): (path: string) => [string, string][] {
  const always: [string, string][] = [
    ...(appUrl.startsWith('https:')
      ? ([['Strict-Transport-Security', strictTransport]] satisfies [string, string][])
      : []),
    ['X-Content-Type-Options', 'nosniff'],
  ]
  const inert: [string, string][] = [
    ...always,
    ['Content-Security-Policy', inertPolicy],
    ['Referrer-Policy', 'no-referrer'],
    ['Cross-Origin-Resource-Policy', 'same-origin'],
  ]
  const aboutHealth: [string, string][] = version === undefined ? inert : [...inert, [versionHeader, version]]
  return (path) => {
    if (path.startsWith('/api/health/')) return aboutHealth
    return /^\/(api|_next)\//.test(path) || isReturnPath(path) ? inert : always
  }
}
