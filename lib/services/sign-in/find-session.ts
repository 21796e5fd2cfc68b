import type { Actor } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps } from '#lib/services/ports.ts'
import { actorOf, sessionKindOf, sessionRules } from './sessions.ts'

/** Who this session token belongs to; null when the session has ended, expired or been idle for too long. */
export async function findSession(
  deps: Deps,
  token: string,
): Promise<{ sessionId: string; actor: Actor & { kind: 'user' } } | null> {
  const kind = token.startsWith('s_') ? 'staff' : token.startsWith('r_') ? 'receiver' : undefined
  if (kind === undefined) return null
  const found = await deps.sessions.use(hashToken(token), sessionRules[kind].idleMs)
  if (!found || sessionKindOf(found.user) !== kind) return null
  // A session from before there were second factors, or after a factor was reset.
  if (kind === 'staff' && !found.user.hasFactor) return null
  return { sessionId: found.session.id, actor: actorOf(found.user) }
}
