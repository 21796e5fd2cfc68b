/**
 * Does a form come from one of our own pages? A browser always says where a POST comes from, and only our public address counts, to
 * the letter: the same name without TLS is somebody else. On this machine its three names are one. Nothing at all is not what a
 * browser sends; `null` is what a hidden frame or a data: page sends, but also our own pages under `Referrer-Policy: no-referrer`,
 * which the browser can vouch for in a header that no script can set.
 */
export function isOwnOrigin(headers: Pick<Headers, 'get'>, appUrl: string): boolean {
  const origin = headers.get('origin')
  if (origin === 'null') return headers.get('sec-fetch-site') === 'same-origin'
  if (origin === null || !URL.canParse(origin)) return false
  if (origin === appUrl) return true
  const [from, own] = [new URL(origin), new URL(appUrl)]
  const bothHere = isHere(from) && isHere(own)
  return bothHere && from.protocol === own.protocol && from.host === headers.get('host')?.toLowerCase()
}

const isHere = ({ hostname }: URL) => /^(localhost|127\.0\.0\.1|\[::1\])$/.test(hostname)
