/** May a receiver's browser be sent to this address? The address comes from outside and ends up as a link. */

export type RedirectPolicy = {
  /** `host[:port]` as in CARDZO_REDIRECT_HOSTS, https only. */
  allowedHosts: readonly string[]
  /** The gateway's own origin, always allowed; http only when it is on loopback. */
  gatewayOrigin: string
  gatewayOnLoopback: boolean
}

/** Banks with a signed request in the address need several thousand. Web servers and proxies begin to refuse at about 8 KiB. */
const maxLength = 8000

export type RedirectCheck = { ok: true; url: string } | { ok: false; why: string; url: string }

/** Requires https (http only for a gateway on loopback), an allowed host, no user or password, no odd port, a bounded length. */
export function checkRedirect(text: string, policy: RedirectPolicy): RedirectCheck {
  const no = (why: string): RedirectCheck => ({ ok: false, why, url: text })
  if (text.length > maxLength) return no(`The address is longer than ${maxLength} characters.`)
  // URL() silently drops tabs and line breaks and accepts backslashes; a real bank sends none.
  if (/[^\x21-\x7e]|\\/.test(text)) return no('The address contains characters that do not belong in one.')
  if (!URL.canParse(text)) return no('The address cannot be read.')
  const url = new URL(text)
  if (url.username !== '' || url.password !== '' || /^[a-z]+:\/\/[^/?#]*@/i.test(text))
    return no('The address carries a user name.')
  const own = url.origin === policy.gatewayOrigin
  if (url.protocol === 'http:') {
    if (own && policy.gatewayOnLoopback) return { ok: true, url: url.href }
    return no('The address is not https.')
  }
  if (url.protocol !== 'https:') return no('The address is not https.')
  if (own) return { ok: true, url: url.href }
  const allowed = policy.allowedHosts.some((host) => new URL(`https://${host}`).host === url.host)
  return allowed ? { ok: true, url: url.href } : no(`The host ${url.host} is not an allowed one.`)
}
