import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isIdempotencyKey } from '#lib/services/api/once.ts'
import type { Deps } from '#lib/services/ports.ts'
import { acceptRequest } from './accept-request.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'

/** Another system of the merchant asks for a payout. Idempotency keys are shared by all API keys. */
export async function createPayout(
  deps: Deps,
  actor: Actor,
  input: { idempotencyKey: string | null; body: unknown },
): Promise<
  | { ok: true; replayed: boolean; payout: PayoutView }
  | Refusal<
      | 'forbidden'
      | 'idempotency_key_required'
      | 'invalid_request'
      | 'idempotency_key_reused'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
      | 'unavailable'
    >
> {
  if (!may(actor, 'payout.create_by_api')) return refuse('forbidden')
  const key = input.idempotencyKey
  if (!isIdempotencyKey(key)) return refuse('idempotency_key_required')
  const accepted = await acceptRequest(deps, actor, {
    source: 'api',
    key: `api:${key}`,
    body: input.body,
    ipAddress: null,
  })
  if (!accepted.ok) return accepted
  return {
    ok: true,
    replayed: accepted.replayed,
    payout: payoutView(deps.config, accepted.payout, await bookFor(deps, accepted.payout)),
  }
}
