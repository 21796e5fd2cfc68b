/** The headers of a page, its content security policy among them. */

/** Scripts and styles only with this request's nonce, nothing from anywhere else, and nobody may frame us. */
export function contentSecurityPolicy(
  nonce: string,
  options: { https: boolean; development: boolean },
): string {
  // While developing, the framework evaluates code, injects styles and keeps a socket open.
  const { development } = options
  return [
    "default-src 'none'",
    `script-src 'self' 'nonce-${nonce}' 'strict-dynamic'${development ? " 'unsafe-eval'" : ''}`,
    `style-src 'self' ${development ? "'unsafe-inline'" : `'nonce-${nonce}'`}`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${development ? ' ws:' : ''}`,
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "object-src 'none'",
    "frame-ancestors 'none'",
    ...(options.https ? ['upgrade-insecure-requests'] : []),
  ].join('; ')
}

/** Paths with a token that opens something by itself. */
const isSecretPath = (path: string) => /^\/(pay|sign-in\/link|invite)\//.test(path)

/** Two years, as browsers' preload lists ask for, and for names below ours too (OWASP ASVS 5.0, 3.4.1). */
const strictTransport = 'max-age=63072000; includeSubDomains'

export function pageHeaders(
  path: string,
  nonce: string,
  options: { https: boolean; development: boolean },
): Record<string, string> {
  const secret = isSecretPath(path)
  return {
    'content-security-policy': contentSecurityPolicy(nonce, options),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // Not on sign-in links: under no-referrer a browser sends their form with the origin `null`. Their token is for us anyway.
    'referrer-policy': path.startsWith('/pay/') ? 'no-referrer' : 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
    'cache-control': 'private, no-store',
    ...(secret && { 'x-robots-tag': 'noindex, nofollow' }),
    ...(options.https && { 'strict-transport-security': strictTransport }),
  }
}
