import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Comparison, Deps } from './ports.ts'

/** Has everything that ended lately compared with Cardzo once more, by the workers; one that is running is not doubled. */
export async function startComparison(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; started: boolean; comparison: Comparison } | Refusal<'forbidden'>> {
  if (!may(actor, 'comparison.run')) return refuse('forbidden')
  const { started, comparison } = await deps.comparisons.start()
  if (started) await deps.people.audit('comparison_started', actor, comparison.id, { days: comparison.days })
  return { ok: true, started, comparison }
}
