import type { PayoutView } from '#lib/contract/payout.ts'
import { keyReaches } from '#lib/payouts/key-reach.ts'
import { mayCancel } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal } from '#lib/payouts/transitions.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'
import { subjectOf } from './payout-subject.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'
import { voidReasons } from '#lib/payouts/void-reasons.ts'

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
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout || !keyReaches(actor, payout, 'cancel')) return refuse('not_found')
  if (!mayCancel(actor, subjectOf(payout, []))) return refuse('forbidden')
  const taken = await takeBack(deps, actor, payout)
  return taken.ok
    ? { ok: true, payout: payoutView(deps.config, taken.payout, await bookFor(deps, taken.payout)) }
    : taken
}

/** Cancels it for somebody of whom the caller knows that they may. */
export async function takeBack(
  deps: Pick<Deps, 'payouts'>,
  actor: Actor,
  seen: Payout,
): Promise<{ ok: true; payout: Payout } | Refusal<'payout_already_sent' | 'payout_final' | 'stale'>> {
  let payout = seen
  // A worker may change it in between; a few attempts settle that.
  for (let look = 0; look < 10; look++) {
    if (payout.status === 'cancelled') return { ok: true, payout }
    if (isFinal(payout.status)) return refuse('payout_final')
    if (!isBeforeClaim(payout.status)) return refuse('payout_already_sent')
    const saved = await deps.payouts.advance(
      payout,
      {
        move: 'cancel',
        dueInMs: null,
        approval: { do: 'void', approverId: null, reason: voidReasons.cancelled },
      },
      actor,
      { kind: 'taken_back' },
    )
    if (saved !== 'stale') return { ok: true, payout: saved }
    payout = (await deps.payouts.find(seen.id)) ?? seen
  }
  return refuse('stale')
}
