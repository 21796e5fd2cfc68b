/** Link tokens. Derived from the payout's id and a secret, so that a link can be shown again though only its hash is stored. */
import { createHash, createHmac } from 'node:crypto'
import type { Config, Payout } from '#lib/services/ports.ts'

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

/** Path of the receiver's status page, or null once the link has ended. */
export function statusPathOf(
  config: Pick<Config, 'linkSecret'>,
  payout: Pick<Payout, 'id' | 'linkRevokedAt' | 'finalAt'>,
  now = Date.now(),
): string | null {
  if (payout.linkRevokedAt) return null
  if (payout.finalAt && now - payout.finalAt.getTime() > linkLifetimeDays * 86_400_000) return null
  return `/pay/${statusToken(config, payout.id)}`
}

export function statusUrlOf(
  config: Pick<Config, 'linkSecret' | 'appUrl'>,
  payout: Pick<Payout, 'id' | 'linkRevokedAt' | 'finalAt'>,
): string | null {
  const path = statusPathOf(config, payout)
  return path === null ? null : config.appUrl + path
}

export const returnUrlOf = (config: Pick<Config, 'linkSecret' | 'appUrl'>, payoutId: string) =>
  `${config.appUrl}/pay/${returnToken(config, payoutId)}/return`
