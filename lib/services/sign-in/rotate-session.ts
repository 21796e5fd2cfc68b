import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps } from '#lib/services/ports.ts'
import { findSession } from './find-session.ts'
import { freshSessionToken } from './sessions.ts'

/**
 * The session continues under a new token: a copy of the old one opens nothing after the person has changed a password or
 * a second factor. It ends when the old one would have, in `remainingMs`.
 */
export async function rotateSession(
  deps: Deps,
  actor: Actor,
  input: { token: string },
): Promise<{ ok: true; token: string; remainingMs: number } | Refusal<'forbidden' | 'unauthorized'>> {
  if (actor.kind !== 'user') return refuse('forbidden')
  const here = await findSession(deps, input.token)
  if (here?.actor.id !== actor.id) return refuse('unauthorized')
  const token = freshSessionToken(actor)
  const remainingMs = await deps.sessions.rotate(here.sessionId, hashToken(token))
  return remainingMs === null ? refuse('unauthorized') : { ok: true, token, remainingMs }
}
