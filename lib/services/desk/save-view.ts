import { randomUUID } from 'node:crypto'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import type { Deps } from '#lib/services/ports.ts'

const ownAtMost = 50
export const viewNameAtMost = 60
const queryAtMost = 2000

/** Keeps a view of the list under a name: a new one, or the person's own of that name with what they see now. Shared: for all staff. */
export async function saveView(
  deps: Pick<Deps, 'views'>,
  actor: Actor,
  input: { name: string; query: string; shared: boolean },
): Promise<{ ok: true } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const name = tidyLine(input.name)
  const query = input.query.slice(0, queryAtMost)
  if (name === '' || name.length > viewNameAtMost)
    return refuse('invalid_request', {
      errors: [{ path: 'name', said: { code: 'viewName', max: viewNameAtMost } }],
    })
  const view = {
    id: randomUUID(),
    ownerId: actor.id,
    ownerName: actor.name,
    name,
    query,
    shared: input.shared,
  }
  if ((await deps.views.save(view, actor, ownAtMost)) === 'saved') return { ok: true }
  return refuse('invalid_request', {
    errors: [{ path: 'name', said: { code: 'viewsMany', max: ownAtMost } }],
  })
}
