import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { mayManageOwn, ownDestination } from './own-destination.ts'

/** Takes it off the list. Payouts made with it keep it and go on. */
export async function removeDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destination = await ownDestination(deps, actor, input.id)
  if (!destination) return refuse('not_found')
  // Removing it twice is no error.
  await deps.destinations.remove(destination.id, actor)
  return { ok: true }
}
