import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Batch, Deps } from '#lib/services/ports.ts'
import { mayMakeBatches, reaches } from './check-batch.ts'

/** May this actor cancel it? Its maker may, and keys of the same owner as the key that it came by. */
export const isCanceller = (actor: Actor, batch: Batch): actor is Actor & { kind: 'user' | 'api_key' } =>
  actor.kind === 'user'
    ? batch.madeById === actor.id && mayMakeBatches(actor)
    : actor.kind === 'api_key' &&
      may(actor, 'payout.cancel_by_api') &&
      batch.apiKeyId !== null &&
      batch.apiKeyOwnerId === actor.ownerId

/**
 * The maker cancels a batch; repeating it is harmless. Before it is submitted that is all. Afterwards a worker makes nothing more of it and
 * cancels its payouts that aren't sent yet, each as if by itself.
 */
export async function cancelBatch(
  deps: Pick<Deps, 'batches'>,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; batch: Batch } | Refusal<'forbidden' | 'not_found' | 'batch_over'>> {
  const batch = isUuid(input.id) && may(actor, 'payout.see_all') ? await deps.batches.find(input.id) : null
  if (!batch || !reaches(actor, batch)) return refuse('not_found')
  if (!isCanceller(actor, batch)) return refuse('forbidden')
  if ((await deps.batches.cancel(batch.id, actor)) === 'over') return refuse('batch_over')
  return { ok: true, batch: (await deps.batches.find(batch.id)) ?? batch }
}
