/** What proposing, confirming and retrying share: how fresh Cardzo's answer must be, and when it contradicts people. */
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Payout, SettlementOutcome } from '#lib/services/ports.ts'

/** Milliseconds. People who decide by hand see an answer of Cardzo that is no older than this. */
export const statusFreshForMs = 5 * 60_000

/** `approved` was paid and `beyond` is on its way, so neither may be settled as failed. A refusal, even a doubted one, is no payment. */
const contradicting = {
  failed: ['approved', 'beyond'],
  paid: ['declined', 'filtered', 'error'],
} as const satisfies Record<SettlementOutcome, readonly Payout['progress']['lastVerdict'][]>

/** Does the last thing that Cardzo said about this order contradict this outcome? */
export function cardzoContradicts(payout: Payout, outcome: SettlementOutcome): boolean {
  const words: readonly Payout['progress']['lastVerdict'][] = contradicting[outcome]
  return words.includes(payout.progress.lastVerdict)
}

/** Refuses without a fresh answer, or if that answer contradicts the outcome. */
export async function refuseByStatus(
  deps: Pick<Deps, 'payouts'>,
  payout: Payout,
  outcome: SettlementOutcome,
): Promise<Refusal<'status_not_fresh' | 'cardzo_contradicts'> | null> {
  if (!(await deps.payouts.heardWithin(payout.id, statusFreshForMs))) return refuse('status_not_fresh')
  return cardzoContradicts(payout, outcome) ? refuse('cardzo_contradicts') : null
}
