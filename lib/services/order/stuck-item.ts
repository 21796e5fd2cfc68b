import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import type { Deps, ItemDraft, Leased, Payout } from '#lib/services/ports.ts'
import { stuckAfterMs } from './poll-schedule.ts'

/**
 * Nothing waits silently: a payout that stays in a status for too long becomes an open item. Checked after every step, whatever kept
 * it there: Cardzo's answer or silence, a lock-out, or stopped payments.
 */
export async function openStuckItem(deps: Deps, leased: Leased): Promise<void> {
  if (!stuckItem(leased)) return
  // As the step has left it: one that was claimed and given up again has not moved on.
  const payout = await deps.payouts.find(leased.payout.id)
  const item = payout && stuckItem({ payout, now: leased.now })
  if (item) await deps.items.openFor(item, payout)
}

/** Since when an approved payout waits to be sent: since its approval, however often a claim was given up. */
export function waitsToBeSentSince({
  approvedAt,
  progress,
  stageSince,
}: Pick<Payout, 'approvedAt' | 'progress' | 'stageSince'>): Date {
  const kept = progress.unsentSince === undefined ? null : new Date(progress.unsentSince)
  // A time from before an approval that was taken back and given again no longer counts.
  return kept && kept >= (approvedAt ?? kept) ? kept : stageSince
}

export function stuckItem({ payout, now }: Pick<Leased, 'payout' | 'now'>): ItemDraft | null {
  const limit = stuckAfterMs[payout.status]
  // A payout is not late while people may still undo it, or while its new destination cools off.
  const began = payout.status === 'approved' ? waitsToBeSentSince(payout) : payout.stageSince
  const since = Math.max(...[began, payout.sendAfter, payout.coolingOffUntil].map((at) => at?.getTime() ?? 0))
  if (limit === null || now.getTime() - since < limit) return null
  const said = `${payout.status} since ${began.toISOString()}`
  if (payout.status === 'action_required')
    return {
      said,
      kind: 'form_not_filled',
      severity: 'warning',
      what: "The receiver has not filled in the bank's form",
      why: 'The order is still open at Cardzo and may yet be paid. Remind the receiver, or ask Cardzo to end it.',
    }
  return {
    said,
    kind: 'stuck',
    severity: isBeforeClaim(payout.status) ? 'warning' : 'high',
    what: `This payout has been "${payout.status}" for too long`,
    why: whyOf(payout),
  }
}

function whyOf(payout: Payout): string {
  if (payout.status === 'approved')
    return 'It is approved, but payout-pay was not sent. The notices on the desk say whether payments are stopped, Cardzo refuses our requests or a worker cannot write its marker; the timeline says why a claim was given up.'
  const stage = payout.gatewayStage === null ? '' : ` (${payout.gatewayStage})`
  return `Cardzo last said: ${payout.gatewayStatus ?? 'nothing'}${stage}. The portal goes on asking.`
}
