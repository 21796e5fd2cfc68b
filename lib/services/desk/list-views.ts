import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, DeskView } from '#lib/services/ports.ts'

/** More than people read in a menu. */
const shown = 200

/** The person's own views of the list of payouts, and those that others share. */
export async function listViews(
  deps: Pick<Deps, 'views'>,
  actor: Actor,
): Promise<{ ok: true; views: DeskView[] } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  return { ok: true, views: await deps.views.list(actor.id, shown) }
}
