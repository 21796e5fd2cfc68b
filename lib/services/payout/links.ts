/** Link tokens. Derived from the payout's id and a secret, so that a link can be shown again though only its hash is stored. */
import { createHash, createHmac } from 'node:crypto'
import type { Config, Payout } from '#lib/services/ports.ts'
import { derivedThen } from '#lib/services/seal/link-secrets.ts'
import type { LinkSecrets } from '#lib/services/seal/link-secrets.ts'

/** 256 bits, base64url: 43 characters, so that the return address stays within Cardzo's 128. */
const derive = (config: Pick<Config, 'linkSecret'>, purpose: 'status' | 'return', payoutId: string) =>
  createHmac('sha256', config.linkSecret).update(`${purpose}:${payoutId}`).digest('base64url')

/** Opens the receiver's status page of one payout. */
export const statusToken = (config: Pick<Config, 'linkSecret'>, payoutId: string) =>
  derive(config, 'status', payoutId)

/** Passes through Cardzo and the bank, so all it can say is "the browser is back". */
export const returnToken = (config: Pick<Config, 'linkSecret'>, payoutId: string) =>
  derive(config, 'return', payoutId)

export const hashToken = (token: string) => createHash('sha256').update(token).digest('hex')

/** Days after the final status for which the receiver's link still works. */
export const linkLifetimeDays = 90

/** Path of the status page that this token opens. */
export const statusPathWith = (token: string) => `/pay/${encodeURIComponent(token)}`

type Linked = Pick<Payout, 'id' | 'linkRevokedAt' | 'finalAt' | 'statusTokenHash'>

/** Path of the receiver's status page, or null once the link has ended. */
export function statusPathOf(config: LinkSecrets, payout: Linked, now = Date.now()): string | null {
  if (payout.linkRevokedAt) return null
  if (payout.finalAt && now - payout.finalAt.getTime() > linkLifetimeDays * 86_400_000) return null
  const token = derivedThen(
    config,
    (linkSecret) => statusToken({ linkSecret }, payout.id),
    (derived) => hashToken(derived) === payout.statusTokenHash,
  )
  return `/pay/${token}`
}

export function statusUrlOf(config: LinkSecrets & Pick<Config, 'appUrl'>, payout: Linked): string | null {
  const path = statusPathOf(config, payout)
  return path === null ? null : config.appUrl + path
}

export function returnUrlOf(
  config: LinkSecrets & Pick<Config, 'appUrl'>,
  payout: Pick<Payout, 'id' | 'returnTokenHash'>,
): string {
  const token = derivedThen(
    config,
    (linkSecret) => returnToken({ linkSecret }, payout.id),
    (derived) => hashToken(derived) === payout.returnTokenHash,
  )
  return `${config.appUrl}/pay/${token}/return`
}
