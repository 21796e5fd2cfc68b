import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'

/** Ends the receiver's status link, for example when it was sent to the wrong person. */
export async function revokeLink(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<{ ok: true; id: string } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'link.revoke')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, id)
  if (!payout) return refuse('not_found')
  await deps.payouts.revokeLink(payout.id, actor)
  return { ok: true, id: payout.id }
}
