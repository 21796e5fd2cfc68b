import { createHmac, sign as signWithKey, type KeyObject } from 'node:crypto'
import { promisify } from 'node:util'
import { percentEncode } from './encoding.ts'

const signAsync = promisify<string, Buffer, KeyObject, Buffer>(signWithKey)

/** The five parameters that travel in the header and are signed together with the body (docs/protocol.md#signing). */
export type OAuthParams = {
  oauth_consumer_key: string
  oauth_nonce: string
  oauth_signature_method: 'RSA-SHA256' | 'HMAC-SHA1'
  oauth_timestamp: string
  oauth_version: '1.0'
}

/**
 * Parameters sorted by encoded name, then encoded value, in byte order (encoded text is ASCII, so comparing strings is
 * comparing bytes), joined by `&`. `oauth_signature` and `realm` are never signed.
 */
export function normalizeParams(params: Iterable<readonly [string, string]>): string {
  return [...params]
    .filter(([name]) => name !== 'oauth_signature' && name !== 'realm')
    .map(([name, value]) => [percentEncode(name), percentEncode(value)] as const)
    .sort(([a, x], [b, y]) => compare(a, b) || compare(x, y))
    .map(([name, value]) => `${name}=${value}`)
    .join('&')
}

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)

/** Scheme and host in lower case, no query, no default port, the path as sent. */
function signedUrl(url: string): string {
  const { protocol, host, pathname } = new URL(url)
  return `${protocol}//${host}${pathname}`
}

/** RFC 5849 section 3.4.1: method, URL and normalised parameters, each encoded once more. */
export function baseString(method: string, url: string, params: Iterable<readonly [string, string]>): string {
  return [method.toUpperCase(), percentEncode(signedUrl(url)), percentEncode(normalizeParams(params))].join(
    '&',
  )
}

/** RSASSA-PKCS1-v1_5 with SHA-256 in Base64, computed off the main thread. */
export async function signBaseString(base: string, key: KeyObject): Promise<string> {
  return (await signAsync('RSA-SHA256', Buffer.from(base, 'utf8'), key)).toString('base64')
}

/** RFC 5849 section 3.4.2 without a token: the HMAC key is the encoded control key and `&`. In Base64. */
export function signByControl(base: string, merchantControl: string): string {
  return createHmac('sha1', `${percentEncode(merchantControl)}&`)
    .update(base, 'utf8')
    .digest('base64')
}

/** The header's value: names in alphabetical order, values encoded and quoted. */
export function authorizationHeader(params: OAuthParams, signature: string): string {
  const all = { ...params, oauth_signature: signature }
  const parts = Object.entries(all)
    .sort(([a], [b]) => compare(a, b))
    .map(([name, value]) => `${name}="${percentEncode(value)}"`)
  return `OAuth ${parts.join(', ')}`
}
