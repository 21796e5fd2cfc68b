import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { afterReset, proposeAccess, takesTwo } from '#lib/services/people/access-proposals.ts'
import { accountName, nameOf, otherUser } from '#lib/services/people/admin-people.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/**
 * For somebody who lost their phone and recovery codes: password and second factor go, sessions end, and a mailed invitation leads to
 * new ones. An admin can only propose it: another one confirms.
 */
export async function resetFactor(
  deps: Deps,
  actor: Actor,
  input: { userId: string; code: string },
): Promise<
  | { ok: true; waits: AccessChange | null }
  | Refusal<'forbidden' | 'not_found' | 'own_account' | 'access_waits' | StepUpRefusal>
> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  const { user } = found
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'user', subject: `reset factor ${user.id}` },
    input.code,
  )
  if (unproven) return unproven
  const act: AccessAct = { kind: 'reset_factor', whose: accountName(user) }
  if (takesTwo(actor, act)) {
    const waits = await proposeAccess(deps, actor, { subjectId: user.id, act })
    return waits === 'already_proposed' ? refuse('access_waits') : { ok: true, waits }
  }
  await deps.signIn.resetFactor(user.id, actor)
  await afterReset(deps, actor, user, nameOf(actor))
  return { ok: true, waits: null }
}
