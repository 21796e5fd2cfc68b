import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { otherUser } from '#lib/services/people/admin-people.ts'
import type { Deps } from '#lib/services/ports.ts'
import { findSession } from './find-session.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/** Ends every session of this person: the next click leads to the sign-in page. */
export async function endSessionsOf(
  deps: Deps,
  actor: Actor,
  input: { userId: string; code: string },
): Promise<{ ok: true; ended: number } | Refusal<'forbidden' | 'not_found' | 'own_account' | StepUpRefusal>> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  const act = { kind: 'user', subject: `end sessions ${found.user.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  return { ok: true, ended: await deps.sessions.endAllOf(found.user.id, null, actor) }
}

/** Ends one of your own sessions, on another device. */
export async function endOwnSession(
  deps: Deps,
  actor: Actor,
  input: { sessionId: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user') return refuse('forbidden')
  if (!isUuid(input.sessionId)) return refuse('not_found')
  return (await deps.sessions.endOneOf(actor.id, input.sessionId, actor)) ? { ok: true } : refuse('not_found')
}

/** Ends all of your own sessions but the one of this token. */
export async function endOtherSessions(
  deps: Deps,
  actor: Actor,
  input: { token: string },
): Promise<{ ok: true; ended: number } | Refusal<'forbidden' | 'unauthorized'>> {
  if (actor.kind !== 'user') return refuse('forbidden')
  const here = await findSession(deps, input.token)
  if (here?.actor.id !== actor.id) return refuse('unauthorized')
  return { ok: true, ended: await deps.sessions.endAllOf(actor.id, here.sessionId, actor) }
}
