import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'

/** The owner removes a view of theirs; an admin also one that somebody else shares. */
export async function removeView(
  deps: Pick<Deps, 'views'>,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  const view = isUuid(input.id) ? await deps.views.find(input.id) : null
  const isTheirs = view?.ownerId === actor.id
  if (!view || !(isTheirs || view.shared)) return refuse('not_found')
  if (!isTheirs && !may(actor, 'user.manage')) return refuse('forbidden')
  await deps.views.remove(view, actor)
  return { ok: true }
}
