/**
 * What the other side of the wire needs: verifiers, signers and body writers for the simulator and for tests. The client itself uses
 * only the shared formulas.
 */
import { createPrivateKey, createPublicKey, timingSafeEqual, verify, type KeyObject } from 'node:crypto'
import { callbackControl } from './control.ts'
import { writeForm } from './encoding.ts'
import {
  authorizationHeader,
  baseString,
  signBaseString,
  signByControl,
  type OAuthParams,
} from './signature.ts'

export { callbackControl, statusControl } from './control.ts'
export { percentEncode, writeForm } from './encoding.ts'
export {
  baseString,
  normalizeParams,
  signBaseString,
  signByControl,
  authorizationHeader,
  type OAuthParams,
} from './signature.ts'
export { assertPrivateKey } from './key.ts'
export { redactFields } from './redaction.ts'

type Entries = Iterable<readonly [string, string]>

/** The public key, from either key of the pair. Throws Node's error when it is not a key. */
export function publicKeyOf(pem: string): KeyObject {
  return pem.includes('PRIVATE KEY') ? createPublicKey(createPrivateKey(pem)) : createPublicKey(pem)
}

/** Reads `OAuth k="v", k="v"`, or `null` when it is something else. */
function parseAuthorization(header: string | undefined): Map<string, string> | null {
  const list = /^OAuth\s+(.*)$/is.exec(header ?? '')?.[1]
  if (list === undefined) return null
  const params = new Map<string, string>()
  for (const part of list.split(',')) {
    const [, name, value] = /^\s*([\w.-]+)="([^"]*)"\s*$/.exec(part) ?? []
    if (name === undefined || value === undefined || params.has(name)) return null
    try {
      params.set(name, decodeURIComponent(value))
    } catch {
      return null
    }
  }
  return params
}

export type SignedRequest = {
  readonly method: string
  /** As the client addressed it, without the query. */
  readonly url: string
  readonly authorization: string | undefined
  /** The decoded body. */
  readonly body: Entries
}

export type OAuthCheck =
  | { readonly ok: true; readonly consumerKey: string; readonly nonce: string; readonly timestamp: number }
  | { readonly ok: false; readonly reason: 'no_header' | 'missing' | 'method' | 'signature' }

/** Verifies an OAuth 1.0a RSA-SHA256 request. The caller checks time and nonce. */
export const verifyOAuth = (request: SignedRequest, publicKey: KeyObject): OAuthCheck =>
  verifySigned(request, 'RSA-SHA256', (base, signature) =>
    verify('RSA-SHA256', Buffer.from(base, 'utf8'), publicKey, Buffer.from(signature, 'base64')),
  )

/** The same of an OAuth 1.0a HMAC-SHA1 request, signed with the merchant control key. */
export const verifyOAuthByControl = (request: SignedRequest, merchantControl: string): OAuthCheck =>
  verifySigned(request, 'HMAC-SHA1', (base, signature) => {
    const [right, given] = [signByControl(base, merchantControl), signature].map((text) => Buffer.from(text))
    return right?.length === given?.length && right && given ? timingSafeEqual(right, given) : false
  })

function verifySigned(
  request: SignedRequest,
  method: OAuthParams['oauth_signature_method'],
  isRight: (base: string, signature: string) => boolean,
): OAuthCheck {
  const params = parseAuthorization(request.authorization)
  if (!params) return { ok: false, reason: 'no_header' }
  const consumerKey = params.get('oauth_consumer_key')
  const nonce = params.get('oauth_nonce')
  const signature = params.get('oauth_signature')
  const timestamp = params.get('oauth_timestamp') ?? ''
  if (!consumerKey || !nonce || !signature || !/^\d{1,12}$/.test(timestamp))
    return { ok: false, reason: 'missing' }
  if (params.get('oauth_signature_method') !== method) return { ok: false, reason: 'method' }
  const base = baseString(request.method, request.url, [...request.body, ...params])
  if (!isRight(base, signature)) return { ok: false, reason: 'signature' }
  return { ok: true, consumerKey, nonce, timestamp: Number(timestamp) }
}

/** The bytes of a form-mode answer: every value percent-encoded (blank as `+`) and followed by byte 0x0A. */
export function writeFormAnswer(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `${writeForm({ [name]: value })}\n`)
    .join('&')
}

/** The parameters of a callback or final redirect, signed. */
export function signedCallback(
  fields: Readonly<{ status: string; orderId: string; clientOrderId: string }>,
  merchantControl: string,
  others: Readonly<Record<string, string>> = {},
): Record<string, string> {
  const { status, orderId, clientOrderId } = fields
  const control = callbackControl(status, orderId, clientOrderId, merchantControl)
  return {
    status,
    orderid: orderId,
    merchant_order: clientOrderId,
    client_orderid: clientOrderId,
    ...others,
    control,
  }
}

/** The `Authorization` header a merchant would send; every part can be chosen. */
export async function signRequest(
  request: { method?: string; url: string; body: Entries },
  privateKeyPem: string,
  oauth: { login: string; nonce: string; timestamp: number },
): Promise<string> {
  const params: OAuthParams = {
    oauth_consumer_key: oauth.login,
    oauth_nonce: oauth.nonce,
    oauth_signature_method: 'RSA-SHA256',
    oauth_timestamp: String(oauth.timestamp),
    oauth_version: '1.0',
  }
  const base = baseString(request.method ?? 'POST', request.url, [...request.body, ...Object.entries(params)])
  return authorizationHeader(params, await signBaseString(base, createPrivateKey(privateKeyPem)))
}
