import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, MailDraft } from '#lib/services/ports.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import { tellAdmins, wordsFor } from './admin-people.ts'
import { readPerson } from './create-user.ts'

/**
 * Changes a person's e-mail address. The operator alone may, once sure who is asking: anybody who reads a receiver's mails can sign in
 * as them. Both addresses are told, sessions and sign-in links end, and the risk checks mention it for a while.
 */
export async function changeEmail(
  deps: Deps,
  actor: Actor,
  input: { email: string; to: string },
): Promise<
  { ok: true; id: string } | Refusal<'forbidden' | 'not_found' | 'invalid_request' | 'email_taken'>
> {
  if (!may(actor, 'user.provision')) return refuse('forbidden')
  const read = readPerson({ email: input.to })
  if (!read.ok) return read
  const user = await deps.people.findUserByEmail(normalEmail(input.email))
  if (!user) return refuse('not_found')
  if (user.email === read.email) return { ok: true, id: user.id }
  const changed = await deps.people.changeEmail(user.id, read.email, actor, (changedAt) =>
    [user.email, read.email].map((to) => noticeTo(to, user.id, changedAt)),
  )
  if (changed === 'email_taken') return refuse('email_taken')
  if (user.role !== 'receiver')
    await tellAdmins(deps, actor, {
      subject: 'An e-mail address was changed',
      text: `${wordsFor(user)} is now reached at ${read.email}.`,
    })
  return { ok: true, id: user.id }
}

const noticeTo = (to: string, userId: string, changedAt: Date): MailDraft => ({
  to,
  dedupeKey: `user:${userId}:email:${changedAt.getTime()}:${to}`,
  subject: 'Your e-mail address was changed: was this you?',
  text: [
    'Hello,',
    'The e-mail address of your account in the payout portal was changed, as was asked for. From now on mails go to the new address.',
    'If this was not you, tell the merchant at once: use the phone number or address that you know from before.',
  ].join('\n\n'),
})
