import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'

/** The owner of an open item gives it back. */
export async function dropItem(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'item_taken'>> {
  if (actor.kind !== 'user' || !may(actor, 'item.take')) return refuse('forbidden')
  if (!isUuid(input.id)) return refuse('not_found')
  return (await deps.items.drop(input.id, actor)) ? { ok: true } : refuse('item_taken')
}
