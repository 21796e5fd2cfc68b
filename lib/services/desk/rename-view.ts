import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyLine } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { viewNameAtMost } from './save-view.ts'

/** The owner gives a view another name. What it shows, and with whom it is shared, stays. */
export async function renameView(
  deps: Pick<Deps, 'views'>,
  actor: Actor,
  input: { id: string; name: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const view = isUuid(input.id) ? await deps.views.find(input.id) : null
  if (view?.ownerId !== actor.id) return refuse('not_found')
  const name = tidyLine(input.name)
  if (name === '' || name.length > viewNameAtMost)
    return refuse('invalid_request', {
      errors: [{ path: 'name', said: { code: 'viewName', max: viewNameAtMost } }],
    })
  if (name === view.name || (await deps.views.rename(view, name, actor)) === 'renamed') return { ok: true }
  return refuse('invalid_request', { errors: [{ path: 'name', said: { code: 'viewTaken' } }] })
}
