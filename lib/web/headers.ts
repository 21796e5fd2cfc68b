// The headers that every answer carries, whatever the framework adds to it. Pages get their policy from proxy.ts.
import { isReturnPath } from './paths.ts'

/** Two years, as browsers' preload lists ask for, and for names below ours too (OWASP ASVS 5.0, 3.4.1). */
const strictTransport = 'max-age=63072000; includeSubDomains'
/** For answers that are no pages: nothing in them runs, loads, or is framed. Pages get theirs from proxy.ts. */
export const inertPolicy = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

/** Headers of every answer on this path. */
export function headersOn(appUrl: string): (path: string) => [string, string][] {
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
  return (path) => (/^\/(api|_next)\//.test(path) || isReturnPath(path) ? inert : always)
}
