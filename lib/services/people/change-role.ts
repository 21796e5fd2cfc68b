import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { proposeAccess, takesTwo } from './access-proposals.ts'
import { accountName, nameOf, otherUser } from './admin-people.ts'

/**
 * Gives a member of staff another role; they have to sign in again. A former approver loses, in the same moment, what they have
 * approved and was not sent yet. An admin can only propose a new approver or admin: another one confirms it. Receivers stay
 * receivers: their account is tied to their money.
 */
export async function changeRole(
  deps: Deps,
  actor: Actor,
  input: { userId: string; role: Role; code: string },
): Promise<
  | { ok: true; voided: number; waits: AccessChange | null }
  | Refusal<'forbidden' | 'not_found' | 'own_account' | 'invalid_request' | 'access_waits' | StepUpRefusal>
> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  const { user } = found
  const { role } = input
  if (user.role === 'receiver' || role === 'receiver')
    return refuse('invalid_request', {
      errors: [
        {
          path: 'role',
          said: { code: 'roleFixed' },
        },
      ],
    })
  if (role === user.role)
    return refuse('invalid_request', { errors: [{ path: 'role', said: { code: 'roleSame' } }] })
  const act = { kind: 'user', subject: `role ${user.id} ${user.role} to ${role}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const wanted: AccessAct = { kind: 'role', role, whose: accountName(user) }
  if (takesTwo(actor, wanted)) {
    const waits = await proposeAccess(deps, actor, { subjectId: user.id, act: wanted })
    return waits === 'already_proposed' ? refuse('access_waits') : { ok: true, voided: 0, waits }
  }
  const reason = `${nameOf(actor)} made this approver a ${role}.`
  const voided = await deps.access.changeRole(user.id, role, reason, actor)
  // The desk shows at once what nobody is left to approve, or what somebody is again.
  await checkApprovable(deps)
  return { ok: true, voided: voided.length, waits: null }
}
