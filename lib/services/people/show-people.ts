import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, PersonRow } from '#lib/services/ports.ts'

export type ShownPerson = PersonRow & {
  /** Other accounts of the same human being. */
  alsoIs: { id: string; name: string; email: string }[]
}

/** Everybody who can sign in, for admins, and for auditors, who only look. */
export async function showPeople(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; people: ShownPerson[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'user.see')) return refuse('forbidden')
  const rows = await deps.access.listPeople()
  return {
    ok: true,
    people: rows.map((row) => ({
      ...row,
      alsoIs: rows
        .filter(({ id, personId }) => personId === row.personId && id !== row.id)
        .map(({ id, name, email }) => ({ id, name, email })),
    })),
  }
}

/** One of them. */
export async function showPerson(
  deps: Deps,
  actor: Actor,
  input: { userId: string },
): Promise<{ ok: true; person: ShownPerson; others: ShownPerson[] } | Refusal<'forbidden' | 'not_found'>> {
  const all = await showPeople(deps, actor)
  if (!all.ok) return all
  const person = all.people.find(({ id }) => id === input.userId)
  if (!person) return refuse('not_found')
  return { ok: true, person, others: all.people.filter(({ id }) => id !== person.id) }
}
