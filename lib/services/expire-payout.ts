/** Nobody decided in time: the payout ends, what was reserved for it is free again, and the receiver is told. */
import { followOrder } from './follow-order.ts'
import { mailsOn, reminderFor } from './mails.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import type { Deps, Leased } from './ports.ts'

const hour = 3_600_000

/**
 * A look at a payout that people have to decide on. Cardzo is asked first: if somebody has moved the order past us, its word counts and
 * nothing expires. Its silence does not keep a payout alive: without our payout-pay nothing is paid.
 */
export async function followAwaiting(deps: Deps, leased: Leased): Promise<Outcome> {
  const outcome = await followOrder(deps, leased)
  const { expiresAt } = leased.payout
  if (expiresAt === null) return outcome
  const leftMs = expiresAt.getTime() - leased.now.getTime()
  if (leftMs <= 0) return (await expire(deps, leased)) ?? outcome
  const { remindBeforeH } = await deps.settings.read()
  if (leftMs <= remindBeforeH * hour) await remind(deps, leased, expiresAt)
  const nextMs = leftMs > remindBeforeH * hour ? leftMs - remindBeforeH * hour : leftMs
  return { ...outcome, dueInMs: outcome.dueInMs === null ? null : Math.min(outcome.dueInMs, nextMs) }
}

/** Null when it no longer waits for people. */
async function expire(deps: Deps, leased: Leased): Promise<Outcome | null> {
  const payout = await deps.payouts.find(leased.payout.id)
  if (payout?.status !== 'awaiting_approval') return null
  const saved = await deps.payouts.advance(
    payout,
    {
      move: 'expire',
      approval: { do: 'void', approverId: null, reason: 'The payout expired.' },
      dueInMs: null,
      mails: await mailsOn(deps, payout, 'expired'),
      closeItems: { kinds: ['approval_blocked'], reason: 'The payout expired.' },
    },
    workerActor(leased),
    { kind: 'expired' },
    leased.lease,
  )
  return { dueInMs: saved === 'stale' ? 0 : null }
}

/** Once per wait: the mail's own key sees to that. */
async function remind(deps: Deps, leased: Leased, expiresAt: Date): Promise<void> {
  await deps.mails.enqueue(reminderFor(deps, leased.payout, expiresAt))
}
