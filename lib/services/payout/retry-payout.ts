/** Retrying a payout that ended unpaid: makes a new one with the same content, linked to the old one, at most once. */
import { formatAmount } from '#lib/payouts/money.ts'
import { keyReaches } from '#lib/payouts/key-reach.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { cardzoContradicts, statusFreshForMs } from '#lib/services/settlement/fresh-status.ts'
import { acceptRequest } from './accept-request.ts'
import { payoutFor } from './payout-for.ts'
import { requestReceiver } from './read-request.ts'

/** Not `filtered`: a security check stopped those. */
const endedUnpaid: readonly PayoutStatus[] = ['failed', 'declined', 'rejected', 'expired', 'cancelled']

/**
 * The idempotency key of the retry of this payout. Its form never changes: it keeps a second retry out, and Cardzo's client_orderid
 * is derived from it, so that after a restore the same retry leads back to the order that exists already.
 */
export const retryKeyOf = (id: string) => `anew:${id}`

export type RetryRefusal = 'forbidden' | 'wrong_status' | 'cardzo_contradicts' | 'status_not_fresh'

/** Clerks, and systems whose key has the scope for it. */
const mayRetry = (actor: Actor) =>
  actor.kind === 'user' ? may(actor, 'payout.enter') : may(actor, 'payout.retry_by_api')

/** Why this person or system can't retry this payout now; null: they can. */
export async function refuseRetry(deps: Deps, actor: Actor, payout: Payout): Promise<RetryRefusal | null> {
  if (!mayRetry(actor)) return 'forbidden'
  if (!endedUnpaid.includes(payout.status)) return 'wrong_status'
  const doubt = await deps.items.moneyInDoubt(payout.id)
  if (doubt.its || doubt.earlier) return 'cardzo_contradicts'
  if (payout.gatewayStatus?.trim().toLowerCase() === 'approved' || cardzoContradicts(payout, 'failed'))
    return 'cardzo_contradicts'
  // Payout-pay was claimed, so only what Cardzo says now, after the end, shows that nothing came of it.
  const doubtful = payout.status === 'failed' && payout.payClaimedAt !== null
  if (doubtful && !(await deps.payouts.heardWithin(payout.id, statusFreshForMs))) return 'status_not_fresh'
  return null
}

/**
 * Called twice it returns the same new payout. The person who retries, or owns the key that does, may not approve it. A system retries only
 * what its key reaches.
 */
export async function retryPayout(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<
  | { ok: true; replayed: boolean; payoutId: string; payout: Payout }
  | Refusal<
      | RetryRefusal
      | 'not_found'
      | 'invalid_request'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
      | 'unavailable'
    >
> {
  if (!mayRetry(actor)) return refuse('forbidden')
  const old = await payoutFor(deps, actor, input.id)
  if (!old || !keyReaches(actor, old, 'retry')) return refuse('not_found')
  const earlier = await deps.payouts.findByIdempotencyKey(retryKeyOf(old.id))
  // Somebody retried it at the desk, and this key does not see what comes of that.
  if (earlier && !keyReaches(actor, earlier, 'see')) return refuse('wrong_status')
  if (earlier) return { ok: true, replayed: true, payoutId: earlier.id, payout: earlier }
  const refused = await refuseRetry(deps, actor, old)
  if (refused) return refuse(refused)
  const accepted = await acceptRequest(deps, actor, {
    source: actor.kind === 'user' ? 'desk' : 'api',
    key: retryKeyOf(old.id),
    body: sameAgain(old),
    ipAddress: old.ipAddress,
    replaces: old,
    destinationId: old.destinationId,
  })
  if (accepted.ok) {
    const { replayed, payout } = accepted
    return { ok: true, replayed, payoutId: payout.id, payout }
  }
  if (accepted.code === 'idempotency_key_reused')
    throw new Error(`Bug: payout ${old.id} was retried with other content`)
  return { ...accepted, code: accepted.code }
}

function sameAgain({ receiver, ...old }: Payout) {
  return {
    amount: formatAmount(old.amountMinor, old.currency),
    currency: old.currency,
    receiver: requestReceiver(receiver),
    destination: old.destination,
    ...(old.description !== null && { description: old.description }),
    metadata: old.metadata,
  }
}
