import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { proposeAccess, takesTwo } from './access-proposals.ts'
import { accountName, nameOf, otherUser } from './admin-people.ts'

/**
 * Two accounts of one human being count once where different people must agree. With an empty `sameAs` the account is its own person.
 * What it approved and was not sent yet must be approved again, because it may have counted as somebody else's.
 * An admin can only propose it: another one confirms.
 */
export async function setPerson(
  deps: Deps,
  actor: Actor,
  input: { userId: string; sameAs: string; code: string },
): Promise<
  | { ok: true; voided: number; waits: AccessChange | null }
  | Refusal<'forbidden' | 'not_found' | 'own_account' | 'invalid_request' | 'access_waits' | StepUpRefusal>
> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  const { user } = found
  const other = input.sameAs === '' || !isUuid(input.sameAs) ? null : await deps.people.findUser(input.sameAs)
  if (input.sameAs !== '' && (!other || other.id === user.id))
    return refuse('invalid_request', { errors: [{ path: 'sameAs', said: { code: 'anotherAccount' } }] })
  const act = { kind: 'user', subject: `person ${user.id} as ${other?.id ?? 'own'}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const sameAs = other?.id ?? null
  const wanted: AccessAct = {
    kind: 'person',
    sameAs,
    sameAsName: other && accountName(other),
    whose: accountName(user),
  }
  if (takesTwo(actor, wanted)) {
    const waits = await proposeAccess(deps, actor, { subjectId: user.id, act: wanted })
    return waits === 'already_proposed' ? refuse('access_waits') : { ok: true, voided: 0, waits }
  }
  const reason = `${nameOf(actor)} changed which accounts are one person.`
  const voided = await deps.access.setPerson(user.id, sameAs, reason, actor)
  return { ok: true, voided: voided.length, waits: null }
}
