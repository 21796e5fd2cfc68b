import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import { lateMails } from '#lib/services/message/mails.ts'
import type { Deps, ItemDraft, Leased, Payout } from '#lib/services/ports.ts'
import { lateAfterMs, lateAtLeastMs } from './poll-schedule.ts'
import type { Usual } from './poll-schedule.ts'

/**
 * Nothing waits silently: a payout that stays in a status for too long becomes an open item. Checked after every step, whatever kept
 * it there: Cardzo's answer or silence, a lock-out, stopped payments, or people. Approvers and admins get one mail.
 */
export async function openStuckItem(deps: Deps, leased: Leased): Promise<void> {
  const least = lateAtLeastMs(leased.payout.status)
  if (least === null || inStatusMs(leased) < least) return
  const usual = await usualFor(deps, leased.payout)
  if (!stuckItem(leased, usual)) return
  // As the step has left it: one that was claimed and given up again has not moved on.
  const payout = await deps.payouts.find(leased.payout.id)
  const item = payout && stuckItem({ payout, now: leased.now }, usual)
  if (item) await deps.items.openFor(item, payout, lateMails(deps, payout, beganAt(payout)))
}

/** Reads only what this status goes by. */
async function usualFor(
  deps: Pick<Deps, 'settings' | 'reports'>,
  { status, currency }: Payout,
): Promise<Usual> {
  const approvalMs =
    status === 'awaiting_approval' ? (await deps.settings.read()).approvalLateH * 3_600_000 : null
  const usual = status === 'processing' ? await deps.reports.arrival(currency) : null
  return { approvalMs, nearlyAllMs: usual?.p95Ms ?? null }
}

const beganAt = (payout: Payout): Date =>
  payout.status === 'approved' ? waitsToBeSentSince(payout) : payout.stageSince

/** A payout is not late before the time that it asks for, while people may still undo it, or while its new destination cools off. */
const inStatusMs = ({ payout, now }: Pick<Leased, 'payout' | 'now'>): number =>
  now.getTime() - Math.max(...[beganAt(payout), ...waitsFor(payout)].map((at) => at?.getTime() ?? 0))

const waitsFor = ({ status, payAt, sendAfter, coolingOffUntil }: Payout): (Date | null)[] => [
  ...[sendAfter, coolingOffUntil],
  // Before its approval nothing waits for that time.
  status === 'approved' ? payAt : null,
]

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

export function stuckItem({ payout, now }: Pick<Leased, 'payout' | 'now'>, usual: Usual): ItemDraft | null {
  const limit = lateAfterMs(payout.status, usual)
  if (limit === null || inStatusMs({ payout, now }) < limit) return null
  const { status, gatewayStatus } = payout
  const said = `${status} since ${beganAt(payout).toISOString()}`
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
    data: { status, ...(asksCardzo(payout) && gatewayStatus !== null && { word: gatewayStatus }) },
  }
}

/** Does it wait for what Cardzo says next? */
const asksCardzo = ({ status }: Payout): boolean => status !== 'approved' && status !== 'awaiting_approval'

function whyOf(payout: Payout): string {
  if (payout.status === 'awaiting_approval')
    return 'Nobody has decided on it. Approve it or reject it; otherwise it expires.'
  if (payout.status === 'approved')
    return 'It is approved, but payout-pay was not sent. The notices on the desk say whether payments are stopped, Cardzo refuses our requests or a worker cannot write its marker; the timeline says why a claim was given up.'
  const stage = payout.gatewayStage === null ? '' : ` (${payout.gatewayStage})`
  return `Cardzo last said: ${payout.gatewayStatus ?? 'nothing'}${stage}. The portal goes on asking.`
}
