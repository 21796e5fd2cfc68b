/** The last check before payout-pay: is it time, and is what we are about to pay exactly what was approved? */
import { approversAsked } from '#lib/services/approval/what-it-takes.ts'
import { waitBeforeSendingMs } from '#lib/services/approval/send-delay.ts'
import { mayComeBack } from '#lib/services/seal/seal-trouble.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { isContentHash } from '#lib/services/payout/content-hash.ts'
import type { Deps, ItemDraft, Leased, Payout } from '#lib/services/ports.ts'
import { followOrder } from './follow-order.ts'
import { contentChanged, waitWhileUnreadable } from './unreadable-destination.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import { rolesAsked } from '#lib/payouts/policy.ts'
import { lackingReason, voidReasons } from '#lib/payouts/void-reasons.ts'
import { rolesLacking } from '#lib/payouts/who-may-approve.ts'

/** While it waits for its time only callbacks are followed. */
const longestWaitMs = 10 * 60_000

/** Null: send it. */
export async function approvalGate(deps: Deps, leased: Leased): Promise<Outcome | null> {
  const { payout, now } = leased
  // A missing key may come back, and then the approvals still hold. A seal that was changed is caught below.
  if (mayComeBack(payout.destinationTrouble)) return waitWhileUnreadable(deps, leased)
  const lacking = await lackingApproval(deps, payout)
  if (lacking) return voidApproval(deps, leased, lacking)
  const waitMs = Math.max(waitBeforeSendingMs(payout, now), await doubtMs(deps, payout))
  if (waitMs === 0) return null
  if (leased.seen.callbackWaits) return followOrder(deps, leased)
  // A time that was asked for never comes sooner, so nobody looks before it.
  const askedForMs = payout.payAt === null ? 0 : payout.payAt.getTime() - now.getTime()
  return { dueInMs: Math.max(askedForMs, Math.min(waitMs, longestWaitMs)) }
}

/** How often to look whether the payout that it replaces is still in doubt. */
const doubtLookMs = 60_000

/** Above zero while the payout that this one retries may have been paid after all. People are told once, and nothing is sent. */
async function doubtMs(deps: Deps, payout: Payout): Promise<number> {
  if (payout.replacesId === null) return 0
  const { earlier } = await deps.items.moneyInDoubt(payout.id)
  if (!earlier) return 0
  const told = await deps.items.list({ payoutId: payout.id })
  if (!told.some(({ kind, data }) => kind === 'stuck' && data?.['replaces'] !== undefined))
    await deps.items.open(mayBePaidAlready(payout.replacesId), payout.id)
  return doubtLookMs
}

const mayBePaidAlready = (replaces: string): ItemDraft => ({
  kind: 'stuck',
  severity: 'high',
  what: 'This payout is not sent, because the one that it asks for again may have been paid',
  why: 'Look at the open items of that payout. Once they are closed, this one goes on by itself; if the money has arrived, reject it.',
  data: { replaces },
})

type Lacking = { why: string; voidsAll: boolean; items: ItemDraft[] }

/** What keeps exactly this from being sent; null: nothing. A trigger checks the same at the claim. */
async function lackingApproval(deps: Deps, payout: Payout): Promise<Lacking | null> {
  if (!isContentHash(deps.vault, payout.contentHash, payout))
    return {
      why: voidReasons.changed,
      voidsAll: true,
      items: [contentChanged],
    }
  if (payout.approvalsRequired === 0 && payout.policyNote?.approved) return null
  const approvals = await deps.approvals.forPayouts([payout.id])
  const people = new Set(approvals.filter(({ counts }) => counts).map(({ personId }) => personId))
  const needed = approversAsked(payout)
  const unmet = rolesLacking(
    rolesAsked(payout.policyNote?.demands ?? []),
    approvals.filter(({ counts }) => counts),
  )
  if (people.size >= needed && unmet.length === 0) return null
  return {
    why: people.size < needed ? lackingReason(people.size, needed) : voidReasons.role,
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
