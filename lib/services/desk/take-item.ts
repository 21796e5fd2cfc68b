import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'

/** A working day: some items mean asking a bank's support. */
const takenForMs = 8 * 60 * 60_000

/**
 * A person takes an open item on, or over from the owner they saw (null: nobody), so that two people don't chase one failure. After eight
 * hours it is nobody's again.
 */
export async function takeItem(
  deps: Deps,
  actor: Actor,
  input: { id: string; seenOwnerId: string | null },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'item_taken'>> {
  if (actor.kind !== 'user' || !may(actor, 'item.take')) return refuse('forbidden')
  if (!isUuid(input.id) || (input.seenOwnerId !== null && !isUuid(input.seenOwnerId)))
    return refuse('not_found')
  return (await deps.items.take(input.id, actor, input.seenOwnerId, takenForMs))
    ? { ok: true }
    : refuse('item_taken')
}
