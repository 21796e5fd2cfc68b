/** Between approval and payout-pay: its time must have come, and what was approved must be exactly what is about to be paid. */
import { contentHash } from './content-hash.ts'
import { followOrder } from './follow-order.ts'
import { approversAsked } from './give-approval.ts'
import { contentChanged, holdUnreadable } from './hold-unreadable.ts'
import { mailsOn } from './mails.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import type { Deps, ItemDraft, Leased, Payout } from './ports.ts'

/** While it waits for its time, a callback is followed and everything else left alone. */
const longestWaitMs = 10 * 60_000

/** Milliseconds until it may be sent: the send delay, and the cooling-off time of its destination. 0: now. */
export const heldMs = (
  { sendAfter, holdUntil }: Pick<Payout, 'sendAfter' | 'holdUntil'>,
  now: Date,
): number =>
  Math.max(
    0,
    ...[sendAfter, holdUntil].map((until) => (until === null ? 0 : until.getTime() - now.getTime())),
  )

/** Null: go on and send. */
export async function holdBack(deps: Deps, leased: Leased): Promise<Outcome | null> {
  const { payout, now } = leased
  // A key may come back, and the approvals with it; a seal that was changed is met below.
  if (payout.destinationTrouble === 'key_missing') return holdUnreadable(deps, leased)
  const lacking = await lackingApproval(deps, payout)
  if (lacking) return voidApproval(deps, leased, lacking)
  const waitMs = heldMs(payout, now)
  if (waitMs === 0) return null
  const callbacks = await deps.callbacks.uncompared(payout.id)
  if (callbacks.length > 0) return followOrder(deps, leased)
  return { dueInMs: Math.min(waitMs, longestWaitMs) }
}

type Lacking = { why: string; voidsAll: boolean; items: ItemDraft[] }

/** What is missing for sending exactly this; null: nothing. The same is asked by a trigger at the claim. */
async function lackingApproval(deps: Deps, payout: Payout): Promise<Lacking | null> {
  if (contentHash(payout) !== payout.contentHash)
    return {
      why: 'It is no longer what was asked for.',
      voidsAll: true,
      items: [contentChanged],
    }
  if (payout.approvalsRequired === 0 && payout.policyNote?.approved) return null
  const approvals = await deps.approvals.forPayouts([payout.id])
  const people = new Set(approvals.filter(({ counts }) => counts).map(({ personId }) => personId))
  const needed = approversAsked(payout)
  if (people.size >= needed) return null
  return {
    why: `${people.size} of ${needed} approvals count: one was taken back, or its approver may no longer approve.`,
    voidsAll: false,
    items: [],
  }
}

async function voidApproval(deps: Deps, leased: Leased, { why, voidsAll, items }: Lacking): Promise<Outcome> {
  const saved = await deps.payouts.advance(
    leased.payout,
    {
      move: 'void_approval',
      ...(voidsAll && { approval: { do: 'void' as const, approverId: null, reason: why } }),
      facts: { approvedById: null },
      items,
      mails: await mailsOn(deps, leased.payout, 'awaiting_approval', { again: leased.payout.version }),
      dueInMs: deps.config.pollIntervalMs,
    },
    workerActor(leased),
    { kind: 'approvals_voided', data: { why } },
    leased.lease,
  )
  return { dueInMs: saved === 'stale' ? 0 : deps.config.pollIntervalMs }
}
