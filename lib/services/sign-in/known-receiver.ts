/**
 * The receiver who signed in with this browser last: its sign-in page shows their phrase. Only a signed cookie says who that is, never an
 * address that somebody types, which would tell strangers who has an account.
 */
import { createHmac } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { isSigned } from '#lib/services/seal/link-secrets.ts'
import { deviceLifetimeMs } from './devices.ts'

const signature = (secret: string, userId: string, until: string) =>
  createHmac('sha256', secret).update(`receiver ${userId} ${until}`).digest('base64url')

/** For the cookie, as long as the browser counts as known; null for everybody but receivers. */
export function markFor(deps: Pick<Deps, 'config' | 'clock'>, actor: Actor): string | null {
  if (actor.kind !== 'user' || actor.role !== 'receiver') return null
  const until = String(deps.clock.wallMs() + deviceLifetimeMs)
  return [actor.id, until, signature(deps.config.linkSecret, actor.id, until)].join('.')
}

/** The phrase of the receiver whom the cookie names; null when there is none, or the cookie is not ours. */
export async function phraseFor(
  deps: Pick<Deps, 'config' | 'clock' | 'people'>,
  cookie: string | undefined,
): Promise<string | null> {
  const [userId = '', until = '', signed = ''] = (cookie ?? '').split('.')
  if (!isUuid(userId) || !/^\d{1,16}$/.test(until) || Number(until) < deps.clock.wallMs()) return null
  if (!isSigned(deps.config, signed, (secret) => signature(secret, userId, until))) return null
  return deps.people.phraseOf(userId)
}
