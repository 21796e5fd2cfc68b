/** Nobody decided in time: the payout ends, its reserve is free again, and the receiver is told. */
import { mailsOn, reminderFor } from '#lib/services/message/mails.ts'
import type { Deps, Leased, Payout } from '#lib/services/ports.ts'
import { followOrder } from './follow-order.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import { voidReasons } from '#lib/payouts/void-reasons.ts'

const hour = 3_600_000

/**
 * Looks at a payout that people must decide on. Asks Cardzo first: if somebody has moved the order past us, its word counts and nothing
 * expires. Silence does not keep a payout alive: nothing is paid without our payout-pay.
 */
export async function followAwaiting(deps: Deps, leased: Leased): Promise<Outcome> {
  return followDeadline(deps, leased, await followOrder(deps, leased))
}

/** The same once Cardzo was asked, or while it can't be asked. */
export async function followDeadline(deps: Deps, leased: Leased, outcome: Outcome): Promise<Outcome> {
  if (leased.payout.expiresAt === null) return outcome
  // As it is now: the answer or a person may have moved it.
  const payout = await deps.payouts.find(leased.payout.id)
  if (payout?.status !== 'awaiting_approval' || payout.expiresAt === null) return outcome
  const leftMs = payout.expiresAt.getTime() - leased.now.getTime()
  if (leftMs <= 0) return mayHaveMoved(payout, outcome) ? outcome : expire(deps, leased, payout, outcome)
  const { remindBeforeH } = await deps.settings.read()
  const remindInMs = leftMs - remindBeforeH * hour
  if (remindInMs <= 0) await remind(deps, payout, payout.expiresAt)
  const nextMs = remindInMs > 0 ? remindInMs : leftMs
  return { ...outcome, dueInMs: outcome.dueInMs === null ? null : Math.min(outcome.dueInMs, nextMs) }
}

/** Does Cardzo's last word go beyond payout-check? Then people must find out what happened to the money before this ends. */
function mayHaveMoved(payout: Payout, outcome: Outcome): boolean {
  const { doubtedFinal, lastVerdict } = outcome.facts?.progress ?? payout.progress
  return (
    doubtedFinal !== undefined ||
    lastVerdict === 'approved' ||
    lastVerdict === 'beyond' ||
    lastVerdict === 'unknown'
  )
}

async function expire(deps: Deps, leased: Leased, payout: Payout, outcome: Outcome): Promise<Outcome> {
  const saved = await deps.payouts.advance(
    payout,
    {
      move: 'expire',
      approval: { do: 'void', approverId: null, reason: voidReasons.expired },
      dueInMs: null,
      mails: await mailsOn(deps, payout, 'expired'),
      closeItems: { kinds: ['approval_blocked'], reason: 'The payout expired.' },
    },
    workerActor(leased),
    { kind: 'expired' },
    leased.lease,
  )
  return { ...outcome, dueInMs: saved === 'stale' ? 0 : null }
}

/** Once per wait: the mail's key sees to that. */
async function remind(deps: Deps, payout: Payout, expiresAt: Date): Promise<void> {
  await deps.mails.enqueue(reminderFor(deps, payout, expiresAt))
}
