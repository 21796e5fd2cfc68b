/** What an admin's acts on other people's accounts share. */
import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'

/** Somebody else's account, for people who may manage accounts. Nobody changes their own role or disables themselves. */
export async function otherUser(
  deps: Deps,
  actor: Actor,
  userId: string,
): Promise<{ ok: true; user: User } | Refusal<'forbidden' | 'not_found' | 'own_account'>> {
  if (!may(actor, 'user.manage')) return refuse('forbidden')
  const user = isUuid(userId) ? await deps.people.findUser(userId) : null
  if (!user) return refuse('not_found')
  if (actor.kind === 'user' && actor.id === user.id) return refuse('own_account')
  return { ok: true, user }
}

/** Who did it, as mails and reasons name them. */
export const nameOf = (actor: Actor): string =>
  actor.kind === 'user' || actor.kind === 'operator' ? actor.name : 'The portal'

/** An account as pages and mails name it. */
export const accountName = ({ name, email }: Pick<User, 'name' | 'email'>) => `${name} (${email})`

/** Says what happened, in the words of mails: a subject, and paragraphs. */
type What = (words: Words<'mail'>, locale: Locale) => { subject: string; paragraphs: string[] }

/** Tells a person what happened to their account, so that nobody takes one over unseen. */
export async function tellPerson(
  deps: Pick<Deps, 'mails'>,
  { email, name, role }: Pick<User, 'email' | 'name' | 'role'>,
  dedupeKey: string,
  what: What,
): Promise<void> {
  await deps.mails.enqueue({
    to: email,
    dedupeKey,
    write(locale) {
      const words = wordsFor(locale, 'mail')
      const { subject, paragraphs } = what(words, locale)
      const notYou = words(role === 'receiver' ? 'notYou' : 'own.tellAdministrator')
      return { subject, text: [words('helloName', { name }), ...paragraphs, notYou].join('\n\n') }
    },
  })
}

/** Tells every admin what the operator did at the command line, which asks nobody. Other people's acts are told where they are done. */
export async function tellAdmins(deps: Pick<Deps, 'mails'>, actor: Actor, what: What): Promise<void> {
  if (actor.kind !== 'operator') return
  await deps.mails.enqueue({
    to: 'admins',
    dedupeKey: `operator:${randomUUID()}`,
    write(locale) {
      const words = wordsFor(locale, 'mail')
      const { subject, paragraphs } = what(words, locale)
      const by = words('operator.by', { by: actor.name })
      const text = [words('hello'), ...paragraphs, by, words('operator.notExpected')].join('\n\n')
      return { subject, text }
    },
  })
}
