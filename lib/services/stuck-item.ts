import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import { stuckAfterMs } from './poll-schedule.ts'
import type { Deps, ItemDraft, Leased, Payout } from './ports.ts'

/**
 * Nothing waits silently: a payout that a step leaves where it was, beyond that status' time, is an item. Asked after every step,
 * whatever kept it: Cardzo's answer, its silence, its refusal of us, or the stop of payments.
 */
export async function openStuckItem(deps: Deps, leased: Leased): Promise<void> {
  const item = stuckItem(leased)
  if (!item) return
  const payout = await deps.payouts.find(leased.payout.id)
  if (payout?.version === leased.payout.version) await deps.items.open(item, payout.id)
}

export function stuckItem({ payout, now }: Pick<Leased, 'payout' | 'now'>): ItemDraft | null {
  const limit = stuckAfterMs[payout.status]
  // What waits for its own time, because people may still undo or the destination is new, is not late.
  const since = Math.max(
    ...[payout.stageSince, payout.sendAfter, payout.holdUntil].map((at) => at?.getTime() ?? 0),
  )
  if (limit === null || now.getTime() - since < limit) return null
  if (payout.status === 'action_required')
    return {
      kind: 'form_not_filled',
      severity: 'warning',
      what: "The receiver has not filled in the bank's form",
      why: 'The order is still open at Cardzo and may yet be paid. Remind the receiver, or ask Cardzo to end it.',
    }
  return {
    kind: 'stuck',
    severity: isBeforeClaim(payout.status) ? 'warning' : 'high',
    what: `This payout has been "${payout.status}" for too long`,
    why: whyOf(payout),
  }
}

function whyOf(payout: Payout): string {
  if (payout.status === 'approved')
    return 'It is approved, but payout-pay was not sent. The notices on the desk say whether payments are stopped or Cardzo refuses our requests.'
  const stage = payout.gatewayStage === null ? '' : ` (${payout.gatewayStage})`
  return `Cardzo last said: ${payout.gatewayStatus ?? 'nothing'}${stage}. The portal goes on asking.`
}
