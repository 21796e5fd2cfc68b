import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { mayManageOwn, ownDestination } from './own-destination.ts'

/** Makes it the one that the receiver's form starts with. */
export async function chooseDefaultDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destination = await ownDestination(deps, actor, input.id)
  if (!destination) return refuse('not_found')
  return (await deps.destinations.makeDefault(destination.id, actor)) ? { ok: true } : refuse('not_found')
}
