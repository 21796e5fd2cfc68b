/** A payout that has ended, woken by a late callback: Cardzo is asked once more. Whatever it says, the payout stays what it is. */
import { compareCallbacks } from './compare-callbacks.ts'
import { finalStatusOf, isFinalVerdict } from './decide.ts'
import { backOffMs } from './poll-schedule.ts'
import { lockedOut } from './follow-order.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import type { Deps, ItemDraft, Leased, OrderState, Payout } from './ports.ts'

export async function compareFinal(deps: Deps, leased: Leased): Promise<Outcome> {
  const { payout } = leased
  const answer = await deps.gateway.status({ clientOrderId: payout.clientOrderId, orderId: payout.orderId })
  if (answer.kind === 'locked_out') await lockedOut(deps, leased.now, answer)
  if (answer.kind === 'no_such_order') return { dueInMs: null }
  if (answer.kind !== 'known') {
    const failures = (payout.progress.failures ?? 0) + 1
    return {
      dueInMs: backOffMs(failures, deps.config.pollIntervalMs),
      facts: { progress: { ...payout.progress, failures } },
    }
  }
  await deps.settings.recordGatewayOk(answer.simulator)
  const { order } = answer
  const items = contradiction(payout, order)
  await deps.payouts.advance(
    payout,
    { items, facts: payout.orderId === null ? { orderId: order.orderId } : {} },
    workerActor(leased),
    { kind: 'status_answered', data: { order, exchange: answer.exchange, afterEnd: true } },
    leased.lease,
  )
  await compareCallbacks(deps, payout, order)
  return { dueInMs: null }
}

function contradiction(payout: Payout, order: OrderState): ItemDraft[] {
  if (!isFinalVerdict(order.verdict) || finalStatusOf(order.verdict) === payout.status) return []
  if (order.verdict === 'approved')
    return [
      {
        kind: 'paid_after_end',
        severity: 'critical',
        what: `Cardzo says that this payout was paid, but it had ended here as "${payout.status}"`,
        why: 'Money may have moved. The payout is not changed; settle it with the receiver and with Cardzo.',
      },
    ]
  // Our own ends (rejected, cancelled, expired) do not contradict a refusal of Cardzo.
  if (payout.status === 'rejected' || payout.status === 'cancelled' || payout.status === 'expired') return []
  return [
    {
      kind: 'final_contradicted',
      severity: 'critical',
      what: `Cardzo now says "${order.rawStatus}", but this payout had ended as "${payout.status}"`,
      why: 'A final status is never changed here. Find out from Cardzo what happened to the money.',
    },
  ]
}
