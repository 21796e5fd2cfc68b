import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { statusPathOf } from './links.ts'
import { withdrawalKey } from './request-withdrawal.ts'

/** The payout that a form of this person led to, if any: for a browser that saw no answer. */
export async function findWithdrawal(
  deps: Pick<Deps, 'payouts' | 'config'>,
  actor: Actor,
  { formId }: { formId: string },
): Promise<{ ok: true; payoutId: string; statusPath: string | null } | Refusal<'forbidden' | 'not_found'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.ask')) return refuse('forbidden')
  const payout = await deps.payouts.findByIdempotencyKey(withdrawalKey(actor.id, formId))
  if (!payout) return refuse('not_found')
  return { ok: true, payoutId: payout.id, statusPath: statusPathOf(deps.config, payout) }
}
