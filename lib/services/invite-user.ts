import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor, Role } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { nameOf, otherUser } from './admin-people.ts'
import { readPerson } from './create-user.ts'
import { hashToken } from './links.ts'
import type { Deps, User } from './ports.ts'
import { freshToken, invitationLifetimeMs } from './sessions.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/** A new account without a password, and a mail with the link by which its person chooses one. */
export async function inviteUser(
  deps: Deps,
  actor: Actor,
  input: { name: string; email: string; role: Role; code: string },
): Promise<
  { ok: true; id: string } | Refusal<'forbidden' | 'invalid_request' | 'email_taken' | StepUpRefusal>
> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const person = readPerson(input)
  if (!person.ok) return person
  const { email, name } = person
  if (await deps.people.findUserByEmail(email)) return refuse('email_taken')
  const act = { kind: 'user', subject: `invite ${email} as ${input.role}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const draft = { id: randomUUID(), email, name, role: input.role, passwordHash: null, totpSecret: null }
  const user = await deps.people.createUser(draft, actor)
  if (user === 'email_taken') return refuse('email_taken')
  await sendInvitation(deps, actor, user)
  return { ok: true, id: user.id }
}

/** Another link for somebody whose first one is too old, or who has forgotten his password. The earlier one means nothing any more. */
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
  await sendInvitation(deps, actor, found.user)
  return { ok: true }
}

async function sendInvitation(deps: Deps, actor: Actor, user: User): Promise<void> {
  const token = freshToken()
  const tokenHash = hashToken(token)
  const invitedByName = nameOf(actor)
  await deps.access.invite(
    { tokenHash, userId: user.id, lifetimeMs: invitationLifetimeMs, invitedByName },
    actor,
  )
  await deps.mails.enqueue({
    to: user.email,
    dedupeKey: `invitation:${tokenHash}`,
    subject: user.hasPassword ? 'Choose a new password' : 'You are invited to the payout portal',
    text: [
      `Hello ${user.name},`,
      `${invitedByName} has sent you this. Open the page and choose a password:\n${deps.config.appUrl}/invite/${token}`,
      `The link works once, within ${invitationLifetimeMs / 3_600_000} hours. Nobody else needs it; do not pass it on.`,
    ].join('\n\n'),
  })
}
