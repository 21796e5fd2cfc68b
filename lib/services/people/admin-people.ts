/** What an admin's acts on other people's accounts share. */
import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, User } from '#lib/services/ports.ts'

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
export const wordsFor = ({ name, email }: Pick<User, 'name' | 'email'>) => `${name} (${email})`

/** Tells a person what happened to their account, so that nobody takes one over unseen. */
export async function tellPerson(
  deps: Deps,
  user: Pick<User, 'email' | 'name'>,
  what: { key: string; subject: string; text: string },
): Promise<void> {
  await deps.mails.enqueue({
    to: user.email,
    dedupeKey: what.key,
    subject: what.subject,
    text: [`Hello ${user.name},`, what.text, 'If this was not expected, tell an administrator at once.'].join(
      '\n\n',
    ),
  })
}

/** Tells every admin what the operator did at the command line, which asks nobody. Other people's acts are told where they are done. */
export async function tellAdmins(
  deps: Pick<Deps, 'mails'>,
  actor: Actor,
  what: { subject: string; text: string },
): Promise<void> {
  if (actor.kind !== 'operator') return
  await deps.mails.enqueue({
    to: 'admins',
    dedupeKey: `operator:${randomUUID()}`,
    subject: what.subject,
    text: [
      'Hello,',
      `${what.text} It was done at the command line, by ${actor.name}.`,
      'If this was not expected, find out at once who has access to the server.',
    ].join('\n\n'),
  })
}
