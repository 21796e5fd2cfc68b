/** Tells messages of the portal from anybody else's, by the Standard Webhooks specification. */
import type { components } from './schema.ts'

export type PortalEvent = components['schemas']['Event']

/** The message is not from the portal, or too old. Answer it with 400, and believe nothing in it. */
export class WebhookRefused extends Error {
  constructor(why: string) {
    super(why)
    this.name = 'WebhookRefused'
  }
}

export type WebhookMessage = {
  /** The target's secret, `whsec_…`; both while one replaces the other. */
  secret: string | readonly string[]
  /** As the web server has them: a `Headers`, or Node's `request.headers`. */
  headers: Headers | Readonly<Record<string, string | readonly string[] | undefined>>
  /** Exactly as it came, before anything has parsed it. */
  body: string | Uint8Array
  /** How far the two clocks may be apart. */
  toleranceS?: number
  nowMs?: number
}

/** Returns the event. Rejects with `WebhookRefused`. Events can come twice: remember their `id`. */
export async function verifyWebhook(message: WebhookMessage): Promise<PortalEvent> {
  const { secret, headers, body, toleranceS = 300, nowMs = Date.now() } = message
  const [id, at, signatures] = ['webhook-id', 'webhook-timestamp', 'webhook-signature'].map((name) =>
    headerOf(headers, name),
  )
  if (!id || !at || !signatures) throw new WebhookRefused('A webhook header is missing')
  if (!/^\d{1,12}$/.test(at) || Math.abs(nowMs / 1000 - Number(at)) > toleranceS)
    throw new WebhookRefused('The message is too old, or from the future')
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body
  const signed = joined(new TextEncoder().encode(`${id}.${at}.`), bytes)
  const given = signatures
    .split(' ')
    .flatMap((one) => (one.startsWith('v1,') ? fromBase64(one.slice(3)) : []))
  for (const one of typeof secret === 'string' ? [secret] : secret) {
    const key = await keyOf(one)
    for (const signature of given)
      // Compares in constant time.
      if (await crypto.subtle.verify('HMAC', key, signature, signed))
        return JSON.parse(new TextDecoder().decode(bytes)) as PortalEvent
  }
  throw new WebhookRefused('No signature fits')
}

function headerOf(headers: WebhookMessage['headers'], name: string): string | undefined {
  if (headers instanceof Headers) return headers.get(name) ?? undefined
  const found = Object.entries(headers).find(([each]) => each.toLowerCase() === name)?.[1]
  return typeof found === 'string' ? found : found?.[0]
}

function keyOf(secret: string): Promise<CryptoKey> {
  const [bytes] = fromBase64(secret.replace(/^whsec_/, ''))
  // Otherwise everybody could sign.
  if (!bytes || bytes.length < 16) throw new Error('The webhook secret is not the one that the portal showed')
  return crypto.subtle.importKey('raw', bytes, { name: 'HMAC', hash: 'SHA-256' }, false, ['verify'])
}

/** Empty: it is no base64. */
function fromBase64(text: string): Uint8Array<ArrayBuffer>[] {
  try {
    return [Uint8Array.from(atob(text), (character) => character.charCodeAt(0))]
  } catch {
    return []
  }
}

function joined(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const both = new Uint8Array(a.length + b.length)
  both.set(a)
  both.set(b, a.length)
  return both
}
