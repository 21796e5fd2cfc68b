import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { findSession } from './find-session.ts'

/** Ends the session of this token at once; a token that no longer works is fine too. */
export async function signOut(deps: Deps, _actor: Actor, input: { token: string }): Promise<{ ok: true }> {
  const found = await findSession(deps, input.token)
  if (found) await deps.sessions.end(found.sessionId, found.actor)
  return { ok: true }
}
