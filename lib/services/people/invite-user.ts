import { randomUUID } from 'node:crypto'
import type { AccessAct } from '#lib/payouts/access.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { proposeAccess, takesTwo } from './access-proposals.ts'
import { accountName, nameOf, otherUser } from './admin-people.ts'
import { readPerson } from './create-user.ts'
import { sendInvitation } from './invitation.ts'

/**
 * Makes an account without a password, and mails the link with which its person chooses one. An admin can only propose a new approver or
 * admin: the invitation goes out once another one confirms.
 */
export async function inviteUser(
  deps: Deps,
  actor: Actor,
  input: { name: string; email: string; role: Role; code: string },
): Promise<
  | { ok: true; id: string; waits: AccessChange | null }
  | Refusal<'forbidden' | 'invalid_request' | 'email_taken' | 'access_waits' | StepUpRefusal>
> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const person = readPerson(input)
  if (!person.ok) return person
  const { email, name } = person
  const { role } = input
  if (await deps.people.findUserByEmail(email)) return refuse('email_taken')
  const unproven = await refuseStepUp(
    deps,
    actor,
    { kind: 'user', subject: `invite ${email} as ${role}` },
    input.code,
  )
  if (unproven) return unproven
  const id = randomUUID()
  const act: AccessAct = { kind: 'invite', whose: accountName(person), email, name, role }
  if (takesTwo(actor, act)) {
    const waits = await proposeAccess(deps, actor, { subjectId: id, act })
    return waits === 'already_proposed' ? refuse('access_waits') : { ok: true, id, waits }
  }
  const user = await deps.people.createUser(
    { id, email, name, role, passwordHash: null, totpSecret: null },
    actor,
  )
  if (user === 'email_taken') return refuse('email_taken')
  await sendInvitation(deps, actor, user, nameOf(actor))
  return { ok: true, id: user.id, waits: null }
}

/** Another link for somebody whose first one expired, or who forgot their password. Earlier links stop working. */
export async function inviteAgain(
  deps: Deps,
  actor: Actor,
  input: { userId: string; code: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'own_account' | StepUpRefusal>> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  if (found.user.disabledAt) return refuse('not_found')
  const act = { kind: 'user', subject: `invite ${found.user.id} again` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  await sendInvitation(deps, actor, found.user, nameOf(actor), {
    kind: 'link',
    whose: accountName(found.user),
  })
  return { ok: true }
}
