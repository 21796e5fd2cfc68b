import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { Deps, ItemKind } from '#lib/services/ports.ts'

/** People can't close these while the payout is open: they close when their cause is gone. */
const standing: readonly ItemKind[] = [
  'outcome_unknown',
  'check_unresolved',
  'locked_out',
  'marker_unwritable',
  'clock_differs',
]

/** A person closes an open item and says how it was settled. */
export async function closeItem(
  deps: Deps,
  actor: Actor,
  input: { id: string; reason: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'reason_required' | 'not_found' | 'wrong_status'>> {
  if (!may(actor, 'item.close')) return refuse('forbidden')
  const reason = tidyProse(input.reason)
  if (reason === '') return refuse('reason_required')
  const item = (await deps.items.list()).find(({ id }) => id === input.id)
  if (!item) return refuse('not_found')
  if (standing.includes(item.kind)) {
    const payout = item.payoutId === null ? null : await deps.payouts.find(item.payoutId)
    if (!payout || !isFinal(payout.status)) return refuse('wrong_status')
  }
  return (await deps.items.close(input.id, actor, reason)) ? { ok: true } : refuse('not_found')
}
