/**
 * The receiver who signed in with this browser last: its sign-in page shows their phrase. Only a signed cookie says who that is, never an
 * address that somebody types, which would tell strangers who has an account.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { deviceLifetimeMs } from './devices.ts'

const signature = ({ config }: Pick<Deps, 'config'>, userId: string, until: string) =>
  createHmac('sha256', config.linkSecret).update(`receiver ${userId} ${until}`).digest('base64url')

/** For the cookie, as long as the browser counts as known; null for everybody but receivers. */
export function markFor(deps: Pick<Deps, 'config' | 'clock'>, actor: Actor): string | null {
  if (actor.kind !== 'user' || actor.role !== 'receiver') return null
  const until = String(deps.clock.wallMs() + deviceLifetimeMs)
  return [actor.id, until, signature(deps, actor.id, until)].join('.')
}

/** The phrase of the receiver whom the cookie names; null when there is none, or the cookie is not ours. */
export async function phraseFor(
  deps: Pick<Deps, 'config' | 'clock' | 'people'>,
  cookie: string | undefined,
): Promise<string | null> {
  const [userId = '', until = '', signed = ''] = (cookie ?? '').split('.')
  if (!isUuid(userId) || !/^\d{1,16}$/.test(until) || Number(until) < deps.clock.wallMs()) return null
  const [right, given] = [Buffer.from(signature(deps, userId, until)), Buffer.from(signed)]
  if (right.length !== given.length || !timingSafeEqual(right, given)) return null
  return deps.people.phraseOf(userId)
}
