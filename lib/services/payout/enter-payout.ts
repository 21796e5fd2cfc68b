import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import type { Deps } from '#lib/services/ports.ts'
import { acceptRequest } from './accept-request.ts'

/** A clerk enters a payout for a receiver. They may not approve it themselves. */
export async function enterPayout(
  deps: Deps,
  actor: Actor,
  input: {
    formId: string
    amount: string
    currency: string
    receiver: { externalId: string; email?: string; firstName?: string; lastName?: string }
    destination: Record<string, string>
    description?: string
    /** RFC 3339, with its offset; empty: as soon as it may be. */
    payAt?: string
  },
): Promise<
  | { ok: true; replayed: boolean; payoutId: string }
  | Refusal<
      | 'forbidden'
      | 'invalid_request'
      | 'form_reused'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
      | 'unavailable'
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.enter')) return refuse('forbidden')
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(input.formId))
    return refuse('invalid_request', { errors: [{ path: 'formId', said: { code: 'openAgain' } }] })
  const filled = (entries: Record<string, string>) =>
    Object.fromEntries(Object.entries(entries).filter(([, value]) => value.trim() !== ''))
  const accepted = await acceptRequest(deps, actor, {
    source: 'desk',
    key: `form:${actor.id}:${input.formId}`,
    body: {
      amount: typedAmount(input.amount),
      currency: input.currency,
      receiver: filled(input.receiver),
      destination: filled(input.destination),
      ...(input.description?.trim() && { description: input.description }),
      ...(input.payAt?.trim() && { payAt: input.payAt }),
    },
    ipAddress: null,
  })
  if (!accepted.ok)
    return accepted.code === 'idempotency_key_reused'
      ? refuse('form_reused', accepted.payoutId === undefined ? {} : { payoutId: accepted.payoutId })
      : { ...accepted, code: accepted.code }
  return { ok: true, replayed: accepted.replayed, payoutId: accepted.payout.id }
}
