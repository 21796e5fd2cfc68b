/** Browsers that a person has signed in with before: other people's wrong guesses don't lock them out there. */
import { createHash, createHmac, randomBytes } from 'node:crypto'
import type { Deps } from '#lib/services/ports.ts'
import { isSigned } from '#lib/services/seal/link-secrets.ts'

/** After half a year without signing in, a browser counts as strange again. */
export const deviceLifetimeMs = 180 * 86_400_000

/** More people than share one browser. */
const keptAtMost = 5

const tagOf = (userId: string) => createHash('sha256').update(userId).digest('hex').slice(0, 12)

const signature = (secret: string, userId: string, id: string, until: string) =>
  createHmac('sha256', secret).update(`device ${userId} ${id} ${until}`).digest('base64url')

/** A signed mark, for this account alone, for the browser that this person just signed in with. */
export function deviceFor(deps: Pick<Deps, 'config' | 'clock'>, userId: string): string {
  const id = randomBytes(12).toString('hex')
  const until = String(deps.clock.wallMs() + deviceLifetimeMs)
  return [tagOf(userId), id, until, signature(deps.config.linkSecret, userId, id, until)].join('.')
}

/** Which known browser of this person the cookie belongs to; null when we know none. */
export function deviceOf(
  deps: Pick<Deps, 'config' | 'clock'>,
  userId: string,
  cookie: string | undefined,
): string | null {
  for (const one of (cookie ?? '').split('~').slice(0, keptAtMost)) {
    const [tag = '', id = '', until = '', signed = ''] = one.split('.')
    if (tag !== tagOf(userId) || !/^\d{1,16}$/.test(until) || Number(until) < deps.clock.wallMs()) continue
    if (isSigned(deps.config, signed, (secret) => signature(secret, userId, id, until))) return id
  }
  return null
}

/** The cookie with this account added, in place of an earlier mark of the same account. */
export function withDevice(cookie: string | undefined, device: string): string {
  const tag = device.split('.')[0] ?? ''
  const others = (cookie ?? '').split('~').filter((one) => one !== '' && !one.startsWith(`${tag}.`))
  return [device, ...others].slice(0, keptAtMost).join('~')
}
