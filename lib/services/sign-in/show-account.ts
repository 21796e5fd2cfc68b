import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, SessionRow } from '#lib/services/ports.ts'
import { findSession } from './find-session.ts'
import { sessionKindOf, sessionRules } from './sessions.ts'

export type Account = {
  name: string
  email: string
  role: Role
  hasPassword: boolean
  hasFactor: boolean
  recoveryCodesLeft: number
  sessions: SessionRow[]
}

/** Your own account; `token` is that of the session that asks. */
export async function showAccount(
  deps: Deps,
  actor: Actor,
  input: { token: string },
): Promise<{ ok: true; account: Account } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user') return refuse('forbidden')
  const user = await deps.people.findUser(actor.id)
  if (!user) return refuse('not_found')
  const [here, sessions, recoveryCodesLeft] = await Promise.all([
    findSession(deps, input.token),
    deps.sessions.listOf(user.id, sessionRules[sessionKindOf(user)].idleMs),
    deps.signIn.recoveryCodesLeft(user.id),
  ])
  const { name, email, role, hasPassword, hasFactor } = user
  const rows = sessions.map((session) => ({ ...session, isHere: session.id === here?.sessionId }))
  return {
    ok: true,
    account: { name, email, role, hasPassword, hasFactor, recoveryCodesLeft, sessions: rows },
  }
}
