import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { once } from '#lib/services/api/once.ts'
import type { Deps } from '#lib/services/ports.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'
import { retryPayout } from './retry-payout.ts'
import type { RetryRefusal } from './retry-payout.ts'

/**
 * Another system retries a payout that ended unpaid, as a clerk does at the desk. When only a fresh word of Cardzo's is missing, it is asked
 * for, so that the same request a little later can go through.
 */
export async function retryByApi(
  deps: Deps,
  actor: Actor,
  { id, idempotencyKey }: { id: string; idempotencyKey: string | null },
): Promise<
  | { ok: true; replayed: boolean; payout: PayoutView }
  | Refusal<
      | RetryRefusal
      | 'not_found'
      | 'idempotency_key_required'
      | 'idempotency_key_reused'
      | 'invalid_request'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
      | 'unavailable'
    >
> {
  if (!may(actor, 'payout.retry_by_api')) return refuse('forbidden')
  const subject = id.toLowerCase()
  const result = await once(deps, { act: 'payout.retry', key: idempotencyKey, subject }, () =>
    retryPayout(deps, actor, { id }),
  )
  if (!result.ok) {
    if (result.code === 'status_not_fresh')
      await deps.payouts.wakeUnlessAsked(subject, deps.config.pollIntervalMs)
    return result
  }
  const { replayed, payout } = result
  return { ok: true, replayed, payout: payoutView(deps.config, payout, await bookFor(deps, payout)) }
}
