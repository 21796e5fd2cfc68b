/** While AUTH_SECRET is being replaced, what the others beside it signed is believed too; only AUTH_SECRET itself signs. */
import { timingSafeEqual } from 'node:crypto'
import type { Config } from '#lib/services/ports.ts'

export type LinkSecrets = Pick<Config, 'linkSecret' | 'otherLinkSecrets'>

/** The present one first. */
const secretsOf = ({ linkSecret, otherLinkSecrets = [] }: LinkSecrets): readonly string[] => [
  linkSecret,
  ...otherLinkSecrets,
]

/** Did one of the secrets sign this? `sign` makes the signature by one of them. */
export function isSigned(config: LinkSecrets, given: string, sign: (secret: string) => string): boolean {
  const offered = Buffer.from(given)
  return secretsOf(config).some((secret) => {
    const right = Buffer.from(sign(secret))
    return right.length === offered.length && timingSafeEqual(right, offered)
  })
}

/** What the secret derives that fits what was stored when it was made; the present one's, if none does. */
export function derivedThen(
  config: LinkSecrets,
  derive: (secret: string) => string,
  fits: (derived: string) => boolean,
): string {
  const [present = '', ...others] = secretsOf(config)
  if (others.length === 0) return derive(present)
  return secretsOf(config).map(derive).find(fits) ?? derive(present)
}
