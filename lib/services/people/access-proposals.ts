/** Rights that take two people to give: what proposing and carrying out share. */
import { randomUUID } from 'node:crypto'
import { accessNeedsTwo } from '#lib/payouts/access.ts'
import type { AccessAct } from '#lib/payouts/access.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { utcText } from '#lib/payouts/utc.ts'
import { accessText } from '#lib/words/access-text.ts'
import { timeText } from '#lib/words/times.ts'
import { wordsFor } from '#lib/words/words.ts'
import type { Words } from '#lib/words/words.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import type { AccessChange, Deps, NewApiKey, Told, User } from '#lib/services/ports.ts'
import { tellPerson } from './admin-people.ts'
import { sendInvitation } from './invitation.ts'

/** Must somebody else agree before this person's act takes effect? The operator at the command line acts at once. */
export const takesTwo = (actor: Actor, act: AccessAct): actor is Actor & { kind: 'user' } =>
  actor.kind === 'user' && accessNeedsTwo(act)

/** Keeps the proposal and tells those who can confirm it. Where nobody can, it tells all staff, and the proposal takes effect after a while. */
export const proposeAccess = (
  deps: Pick<Deps, 'access' | 'config'>,
  actor: Actor & { kind: 'user' },
  draft: { subjectId: string; act: AccessAct },
  key?: NewApiKey,
): Promise<AccessChange | 'already_proposed'> =>
  deps.access.propose({ id: randomUUID(), ...draft }, actor, (made) => toldOf(deps, made), key)

/** The page where it is decided. */
export const pageOf = ({ act }: Pick<AccessChange, 'act'>) =>
  act.kind === 'key' ? '/desk/keys' : act.kind === 'webhook' ? '/desk/webhooks' : '/desk/users'

function toldOf(deps: Pick<Deps, 'config'>, made: AccessChange): Told {
  const { dueAt, proposedByName } = made
  const then =
    dueAt === null
      ? 'It takes effect when another admin confirms it.'
      : `There is no other admin to confirm it, so it takes effect on ${utcText(dueAt)}, unless it is stopped. If this was not expected, tell the operator at once.`
  return {
    mails: [
      {
        to: dueAt === null ? 'admins' : 'staff',
        ...(dueAt === null && { exceptUserId: made.proposedById }),
        dedupeKey: `access:${made.id}`,
        write(locale) {
          const words = wordsFor(locale, 'mail')
          const change = accessText(locale, made.act)
          return {
            subject: words(dueAt === null ? 'proposed.access.subject' : 'proposed.access.alone'),
            text: [
              words('hello'),
              words('proposed.access.text', { by: proposedByName, change }),
              dueAt === null
                ? words('proposed.access.waits')
                : words('proposed.access.due', { at: timeText(locale, dueAt) }),
              `${words('proposed.see')}\n${deps.config.appUrl}${pageOf(made)}`,
            ].join('\n\n'),
          }
        },
      },
    ],
    item: {
      kind: 'proposal_waits',
      severity: dueAt === null ? 'warning' : 'high',
      subject: `access:${made.id}`,
      what: `${proposedByName} proposed: ${accessText('en', made.act)}`,
      why: then,
      data: { page: pageOf(made), alone: dueAt !== null },
    },
  }
}

/** Tells the person once it is done, and all admins when nobody confirmed it. */
export async function afterAccess(deps: Deps, actor: Actor, change: AccessChange): Promise<void> {
  const { act, subjectId, proposedByName } = change
  const user = act.kind === 'key' || act.kind === 'webhook' ? null : await deps.people.findUser(subjectId)
  if (user && act.kind === 'invite') await sendInvitation(deps, actor, user, proposedByName)
  if (user && act.kind === 'reset_factor') await afterReset(deps, actor, user, proposedByName)
  if (act.kind === 'role' || act.kind === 'person') await checkApprovable(deps)
  if (change.decision === 'elapsed')
    await deps.mails.enqueue({
      to: 'admins',
      dedupeKey: `access:${change.id}:elapsed`,
      write(locale) {
        const words = wordsFor(locale, 'mail')
        const told = { by: proposedByName, change: accessText(locale, act) }
        return {
          subject: words('proposed.access.elapsed'),
          text: [words('hello'), words('proposed.access.unstopped', told)].join('\n\n'),
        }
      },
    })
}

/** Tells the person that their way in was reset, and mails the link to a new one. */
export async function afterReset(deps: Deps, actor: Actor, user: User, byName: string): Promise<void> {
  await tellPerson(deps, user, `factor-reset:${randomUUID()}`, (words: Words<'mail'>) => ({
    subject: words('own.reset.subject'),
    paragraphs: [words('own.reset.text', { by: byName })],
  }))
  await sendInvitation(deps, actor, { ...user, hasPassword: true }, byName)
}
