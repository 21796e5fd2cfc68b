import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Comparison, Deps } from '#lib/services/ports.ts'

/** Starts a comparison with Cardzo of everything that ended lately; the workers carry it out. There is only one at a time. */
export async function startComparison(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; started: boolean; comparison: Comparison } | Refusal<'forbidden'>> {
  if (!may(actor, 'comparison.run')) return refuse('forbidden')
  return { ok: true, ...(await deps.comparisons.start(actor)) }
}
