import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type { Deps } from '#lib/services/ports.ts'

/** In these a woken worker does something other than ask for the status. */
const notAsked: readonly PayoutStatus[] = ['requested', 'approved', 'paying']

/**
 * A person wants Cardzo asked now. Wakes the worker, at most once per poll interval. `asked` is false when Cardzo was asked a moment
 * ago or is being asked; either way the answer appears by itself.
 */
export async function askNow(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; asked: boolean } | Refusal<'forbidden' | 'not_found' | 'wrong_status'>> {
  if (!may(actor, 'payout.ask_cardzo')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  if (notAsked.includes(payout.status)) return refuse('wrong_status')
  return { ok: true, asked: await deps.payouts.wakeUnlessAsked(payout.id, deps.config.pollIntervalMs) }
}
