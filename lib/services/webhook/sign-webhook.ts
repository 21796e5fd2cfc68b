/** Signatures by the Standard Webhooks specification (v1: HMAC-SHA256). lib/services/webhook/sign-webhook.test.ts verifies them with its library. */
import { createHmac, randomBytes } from 'node:crypto'

const prefix = 'whsec_'

/** As receivers configure it. */
export const freshSecret = () => `${prefix}${randomBytes(32).toString('base64')}`

/** The headers of one attempt. A receiver who knows any of the secrets can verify it. */
export function signedHeaders(
  { id, body, atMs }: { id: string; body: string; atMs: number },
  secrets: readonly string[],
): Record<string, string> {
  const timestamp = String(Math.floor(atMs / 1_000))
  const signatures = secrets.map((secret) => {
    const key = Buffer.from(secret.slice(prefix.length), 'base64')
    return `v1,${createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest('base64')}`
  })
  return { 'webhook-id': id, 'webhook-timestamp': timestamp, 'webhook-signature': signatures.join(' ') }
}
