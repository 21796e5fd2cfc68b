import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isBeforeClaim, isFinal, next } from '#lib/payouts/transitions.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type { Approval, Deps, Payout } from '#lib/services/ports.ts'
import { undoneReason } from '#lib/payouts/void-reasons.ts'

/** Has this person an approval of this payout that counts, and can it still be taken back? */
export const mayUndo = (
  actor: Actor,
  payout: Pick<Payout, 'status'>,
  approvals: readonly Approval[],
): boolean =>
  actor.kind === 'user' &&
  may(actor, 'payout.decide') &&
  next(payout.status, 'undo') !== undefined &&
  approvals.some(({ approverId, counts }) => counts && approverId === actor.id)

/**
 * An approver takes their approval back, until the worker claims payout-pay. If both happen at once exactly one wins: both change the
 * row only if its version is still the one they saw. Other people's approvals stay.
 */
export async function undoApproval(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<
  | { ok: true; payout: Payout }
  | Refusal<'not_found' | 'forbidden' | 'not_undoable' | 'payout_already_sent' | 'payout_final' | 'stale'>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.decide')) return refuse('forbidden')
  for (let look = 0; look < 10; look++) {
    const payout = await payoutFor(deps, actor, input.id)
    if (!payout) return refuse('not_found')
    if (isFinal(payout.status)) return refuse('payout_final')
    if (!isBeforeClaim(payout.status)) return refuse('payout_already_sent')
    const approvals = await deps.approvals.forPayouts([payout.id])
    if (!mayUndo(actor, payout, approvals)) return refuse('not_undoable')
    const saved = await deps.payouts.advance(
      payout,
      {
        // A move even where the status stays, so that somebody who agrees at this moment counts again.
        move: 'undo',
        // The first deadline stays: taking an approval back gives nobody more time.
        ...(payout.status === 'approved' && {
          facts: { approvedById: null },
          dueInMs: deps.config.pollIntervalMs,
        }),
        approval: { do: 'void', approverId: actor.id, reason: undoneReason(actor.name) },
      },
      actor,
      { kind: 'approval_undone' },
    )
    if (saved !== 'stale') return { ok: true, payout: saved }
  }
  return refuse('stale')
}
