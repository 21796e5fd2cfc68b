import { randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tellPerson } from '#lib/services/people/admin-people.ts'
import type { Deps } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'
import { findSession } from './find-session.ts'
import { passwordProblem } from './password-rules.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/**
 * Changes your own password: the present one proves who is asking, staff add a code. Every other session ends. A receiver who came by mail link
 * and has none yet sets their first.
 */
export async function changePassword(
  deps: Deps,
  actor: Actor,
  input: { token: string; present: string; password: string; code: string },
): Promise<
  | { ok: true }
  | Refusal<
      'forbidden' | 'unauthorized' | 'wrong_password' | 'weak_password' | 'invalid_request' | StepUpRefusal
    >
> {
  if (actor.kind !== 'user') return refuse('forbidden')
  const here = await findSession(deps, input.token)
  if (here?.actor.id !== actor.id) return refuse('unauthorized')
  const me = await deps.people.findUser(actor.id)
  const user = me && (await deps.people.findUserByEmail(me.email))
  if (!user) return refuse('forbidden')
  const weak = await passwordProblem(deps, actor, input.password, user)
  if (weak) return weak
  // At a desk left unlocked, guessing is limited as on the sign-in page.
  if (!(await deps.rateLimit('sign_in', `password:${user.id}`))) return refuse('rate_limited')
  if (
    user.passwordHash !== null &&
    !(await deps.passwords.verify(user.passwordHash, input.present.slice(0, 1024)))
  )
    return refuse('wrong_password')
  if (user.role !== 'receiver') {
    const act = { kind: 'factor', subject: `change password ${user.id}` } as const
    const unproven = await refuseStepUp(deps, actor, act, input.code)
    if (unproven) return unproven
  }
  const hash = await deps.passwords.hash(input.password)
  await deps.signIn.changePassword(user.id, hash, here.sessionId, actor)
  await tellPerson(deps, user, `password-changed:${randomUUID()}`, (words: Words<'mail'>) => ({
    subject: words('own.passwordChanged.subject'),
    paragraphs: [words('own.passwordChanged.text')],
  }))
  return { ok: true }
}
