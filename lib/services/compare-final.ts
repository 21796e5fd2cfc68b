/** A payout that has ended, woken by a late callback: Cardzo is asked once more. Whatever it says, the payout stays what it is. */
import { judgeAfterEnd } from './after-end.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { asked, heard, lockedOut } from './follow-order.ts'
import { followOtherOperation } from './other-operation.ts'
import { backOffMs } from './poll-schedule.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import type { Deps, Leased } from './ports.ts'

export async function compareFinal(deps: Deps, leased: Leased): Promise<Outcome> {
  const { payout } = leased
  const answer = await deps.gateway.status({ clientOrderId: payout.clientOrderId, orderId: payout.orderId })
  if (answer.kind === 'locked_out') await lockedOut(deps, leased.now, answer)
  if (answer.kind === 'other_operation') return followOtherOperation(deps, leased, answer)
  if (answer.kind !== 'known' && answer.kind !== 'no_such_order') {
    const failures = (payout.progress.failures ?? 0) + 1
    return {
      dueInMs: backOffMs(failures, deps.config.pollIntervalMs),
      facts: { progress: { ...payout.progress, failures, ...asked(leased) } },
    }
  }
  await deps.settings.recordGatewayOk(answer.simulator)
  const { change, ...judged } = judgeAfterEnd(payout, answer)
  const verdict = answer.kind === 'known' ? answer.order.verdict : answer.kind
  const progress = { ...judged.progress, ...heard(leased, verdict) }
  // That Cardzo knows no order which it never gave us is nothing to keep.
  if (answer.kind === 'no_such_order' && !judged.differs) return { dueInMs: null, facts: { progress } }
  await deps.payouts.advance(
    payout,
    { ...change, facts: { ...change.facts, progress } },
    workerActor(leased),
    { kind: 'status_answered', data: { ...answer, afterEnd: true } },
    leased.lease,
  )
  if (answer.kind === 'known') await compareCallbacks(deps, payout, answer.order)
  return { dueInMs: null }
}
