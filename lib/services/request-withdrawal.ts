import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { acceptRequest } from './accept-request.ts'
import { statusPathOf, statusUrlOf } from './links.ts'
import type { Deps } from './ports.ts'

export type WithdrawalForm = {
  /** Made with the form, so that double click, back, refresh and a lost answer all lead to the same payout. */
  formId: string
  amount: string
  currency: string
  destination: Record<string, string>
  description?: string
  ipAddress: string | null
}

/** A signed-in receiver asks for a withdrawal. */
export async function requestWithdrawal(
  deps: Deps,
  actor: Actor,
  input: WithdrawalForm,
): Promise<
  | { ok: true; replayed: boolean; payoutId: string; statusUrl: string | null; statusPath: string | null }
  | Refusal<
      | 'forbidden'
      | 'invalid_request'
      | 'form_reused'
      | 'receiver_mismatch'
      | 'limit_exceeded'
      | 'insufficient_balance'
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.ask') || actor.receiverId === null)
    return refuse('forbidden')
  if (!/^[A-Za-z0-9_-]{16,64}$/.test(input.formId))
    return refuse('invalid_request', { errors: [{ path: 'formId', message: 'Open the form again.' }] })
  const receiver = await deps.people.findReceiver(actor.receiverId)
  if (!receiver) return refuse('forbidden')
  const destination = Object.fromEntries(
    Object.entries(input.destination).filter(([, value]) => value.trim() !== ''),
  )
  const accepted = await acceptRequest(deps, actor, {
    source: 'browser',
    // Scoped to the user, so that nobody can reach another one's payout by guessing a form id.
    key: `form:${actor.id}:${input.formId}`,
    body: {
      amount: input.amount.trim(),
      currency: input.currency,
      receiver: {
        externalId: receiver.externalId,
        ...(receiver.email !== null && { email: receiver.email }),
        ...(receiver.firstName !== null && { firstName: receiver.firstName }),
        ...(receiver.lastName !== null && { lastName: receiver.lastName }),
      },
      destination,
      ...(input.description?.trim() && { description: input.description }),
    },
    ipAddress: input.ipAddress,
  })
  if (!accepted.ok)
    return accepted.code === 'idempotency_key_reused'
      ? refuse('form_reused', accepted.payoutId === undefined ? {} : { payoutId: accepted.payoutId })
      : { ...accepted, code: accepted.code }
  return {
    ok: true,
    replayed: accepted.replayed,
    payoutId: accepted.payout.id,
    statusUrl: statusUrlOf(deps.config, accepted.payout),
    statusPath: statusPathOf(deps.config, accepted.payout),
  }
}
