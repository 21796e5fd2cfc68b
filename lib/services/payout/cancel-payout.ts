import type { PayoutView } from '#lib/contract/payout.ts'
import { keyReaches, mayCancel } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'
import { subjectOf } from './payout-subject.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'

/**
 * The receiver, or the system that asked, cancels a payout; repeating it is harmless. If the worker claims it at the same moment
 * exactly one wins: both change the row only if its version is still the one they saw.
 */
export async function cancelPayout(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<
  | { ok: true; payout: PayoutView }
  | Refusal<'not_found' | 'forbidden' | 'payout_already_sent' | 'payout_final' | 'stale'>
> {
  // A worker may change it in between; a few attempts settle that.
  for (let look = 0; look < 10; look++) {
    const payout = await payoutFor(deps, actor, input.id)
    if (!payout || !keyReaches(actor, payout, 'cancel')) return refuse('not_found')
    if (!mayCancel(actor, subjectOf(payout, []))) return refuse('forbidden')
    if (payout.status === 'cancelled')
      return { ok: true, payout: payoutView(deps.config, payout, await bookFor(deps, payout)) }
    if (isFinal(payout.status)) return refuse('payout_final')
    if (!isBeforeClaim(payout.status)) return refuse('payout_already_sent')
    const saved = await deps.payouts.advance(
      payout,
      {
        move: 'cancel',
        dueInMs: null,
        approval: { do: 'void', approverId: null, reason: 'The request was taken back.' },
      },
      actor,
      { kind: 'taken_back' },
    )
    if (saved !== 'stale')
      return { ok: true, payout: payoutView(deps.config, saved, await bookFor(deps, saved)) }
  }
  return refuse('stale')
}
