import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { mayManageOwn, ownDestination } from './own-destination.ts'

/** Not listed any more. Payouts made with it keep it, and those under way go on: they have what they need. */
export async function removeDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destination = await ownDestination(deps, actor, input.id)
  if (!destination) return refuse('not_found')
  // Pressed twice, it is gone all the same.
  await deps.destinations.remove(destination.id, actor)
  return { ok: true }
}
