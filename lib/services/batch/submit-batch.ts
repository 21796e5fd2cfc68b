import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Batch, Deps } from '#lib/services/ports.ts'
import { mayMakeBatches, reaches } from './check-batch.ts'

/**
 * The maker of a checked batch asks for its payouts; a worker makes them. Repeating it is harmless. Rows with problems are left out, and
 * `leaveOut` says that the maker knows how many. Each payout is then judged, approved and sent like any other.
 */
export async function submitBatch(
  deps: Deps,
  actor: Actor,
  input: { id: string; leaveOut: number },
): Promise<
  | { ok: true; batch: Batch }
  | Refusal<'forbidden' | 'not_found' | 'batch_wrong' | 'batch_twice' | 'batch_over' | 'batch_cancelled'>
> {
  if (!mayMakeBatches(actor)) return refuse('forbidden')
  const batch = isUuid(input.id) ? await deps.batches.find(input.id) : null
  if (!batch || !reaches(actor, batch)) return refuse('not_found')
  // The person who submits asks for every payout in it, so nobody submits what somebody else has put together.
  if (actor.kind === 'user' ? batch.madeById !== actor.id : batch.apiKeyId === null)
    return refuse('forbidden')
  if (batch.submittedAt === null && (input.leaveOut !== batch.wrong || batch.wrong === batch.rows))
    return refuse('batch_wrong')
  const submitted = await deps.batches.submit(batch.id, actor)
  if (submitted === 'taken') return refuse('batch_twice')
  if (submitted === 'over') return refuse('batch_over')
  if (submitted === 'cancelled') return refuse('batch_cancelled')
  return { ok: true, batch: (await deps.batches.find(batch.id)) ?? batch }
}
