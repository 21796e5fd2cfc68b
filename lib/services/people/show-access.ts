import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { AccessChange, Deps, User } from '#lib/services/ports.ts'
import { accessText } from '#lib/words/access-text.ts'
import type { Locale } from '#lib/words/locales.ts'
import { pageOf } from './access-proposals.ts'

export type ShownAccess = Pick<AccessChange, 'id' | 'proposedByName' | 'proposedAt' | 'dueAt'> & {
  /** The page where it is decided. */
  page: ReturnType<typeof pageOf>
  words: string
  /** This person is independent of the proposer and may confirm it. */
  mayConfirm: boolean
  mayWithdraw: boolean
}

/** The proposals about who may do what that still wait, oldest first, in the words of a language. */
export async function showAccess(
  deps: Deps,
  actor: Actor,
  locale: Locale = 'en',
): Promise<{ ok: true; proposals: ShownAccess[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'user.see')) return refuse('forbidden')
  const decides = actor.kind === 'user' && may(actor, 'user.manage')
  const proposals = await deps.access.proposals()
  const [users, hand]: [User[], string[]] = await Promise.all([
    proposals.length === 0 ? [] : deps.people.listUsers(),
    decides ? deps.access.oneHand(actor.id) : [],
  ])
  const personOf = new Map(users.map(({ id, personId }) => [id, personId]))
  return {
    ok: true,
    proposals: proposals.map(({ id, act, proposedById, proposedByName, proposedAt, dueAt }) => {
      const own = hand.includes(personOf.get(proposedById) ?? '')
      return {
        id,
        proposedByName,
        proposedAt,
        dueAt,
        page: pageOf({ act }),
        words: accessText(locale, act),
        mayConfirm: decides && !own,
        mayWithdraw: decides && own,
      }
    }),
  }
}
