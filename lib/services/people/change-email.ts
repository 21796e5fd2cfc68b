import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, WrittenMail } from '#lib/services/ports.ts'
import { normalEmail } from '#lib/services/sign-in/sessions.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { accountName, tellAdmins } from './admin-people.ts'
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
  const changed = await deps.people.changeEmail(user.id, read.email, actor, (changedAt, locale) =>
    [user.email, read.email].map((to) => noticeTo(to, user.id, changedAt, locale ?? 'en')),
  )
  if (changed === 'email_taken') return refuse('email_taken')
  if (user.role !== 'receiver')
    await tellAdmins(deps, actor, (words: Words<'mail'>) => ({
      subject: words('operator.address.subject'),
      paragraphs: [words('operator.address.text', { whose: accountName(user), email: read.email })],
    }))
  return { ok: true, id: user.id }
}

/** In the language of the account: the earlier address is nobody's any more. */
function noticeTo(to: string, userId: string, changedAt: Date, locale: Locale): WrittenMail {
  const words = wordsFor(locale, 'mail')
  return {
    to,
    dedupeKey: `user:${userId}:email:${changedAt.getTime()}:${to}`,
    locale,
    subject: words('own.addressChanged.subject'),
    text: [words('hello'), words('own.addressChanged.text'), words('own.addressChanged.notYou')].join('\n\n'),
  }
}
