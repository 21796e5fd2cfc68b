/**
 * Does a form come from one of our own pages? A browser always says where a POST comes from. Our public address counts, and so
 * does the very host that the browser thinks it talks to. Nothing at all is not what a browser sends; `null` is what a hidden
 * frame or a data: page sends, but also our own pages under `Referrer-Policy: no-referrer`, which the browser can vouch for in
 * a header that no script can set.
 */
export function isOwnOrigin(headers: Pick<Headers, 'get'>, appUrl: string): boolean {
  const origin = headers.get('origin')
  if (origin === 'null') return headers.get('sec-fetch-site') === 'same-origin'
  if (origin === null || !URL.canParse(origin)) return false
  const from = new URL(origin)
  if (from.protocol !== 'https:' && from.protocol !== 'http:') return false
  return from.origin === appUrl || from.host === headers.get('host')?.toLowerCase()
}
