import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { previewLeaving } from '#lib/services/approval/preview-leaving.ts'
import type { BlockedPayout } from '#lib/services/approval/preview-leaving.ts'
import type { Deps } from '#lib/services/ports.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { otherUser } from './admin-people.ts'

/**
 * Nobody can sign in as this person any more, and open sessions end at the very next request. What they approved and was not sent
 * yet no longer counts; `blocked` are the payouts that too few people are left for, and the desk shows them as open items. On a page
 * this needs a code; nobody disables themselves.
 */
export async function disableUser(
  deps: Deps,
  actor: Actor,
  input: { email: string; code?: string },
): Promise<
  | { ok: true; id: string; blocked: BlockedPayout[] }
  | Refusal<'forbidden' | 'not_found' | 'own_account' | StepUpRefusal>
> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const user = await deps.people.findUserByEmail(normalEmail(input.email))
  if (!user) return refuse('not_found')
  if (actor.kind === 'user' && actor.id === user.id) return refuse('own_account')
  const act = { kind: 'user', subject: `disable ${user.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code ?? '')
  if (unproven) return unproven
  const leaving = await previewLeaving(deps, actor, { userId: user.id })
  await deps.people.disableUser(user.id, actor)
  await checkApprovable(deps)
  return { ok: true, id: user.id, blocked: leaving.ok ? leaving.blocked : [] }
}

/** The same from a page, which knows the account by its id. Only people who may disable accounts learn whether it exists. */
export async function disableUserById(
  deps: Deps,
  actor: Actor,
  input: { userId: string; code: string },
): ReturnType<typeof disableUser> {
  const found = await otherUser(deps, actor, input.userId)
  return found.ok ? disableUser(deps, actor, { email: found.user.email, code: input.code }) : found
}
