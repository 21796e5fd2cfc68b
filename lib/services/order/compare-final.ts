/** A payout that has ended, woken by a late callback: Cardzo is asked once more. Whatever it says, the payout stays what it is. */
import type { Deps, Leased, StatusAnswer } from '#lib/services/ports.ts'
import { judgeAfterEnd } from './after-end.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { answerKey, asked, heard, lockedOut, orderIdTrouble } from './follow-order.ts'
import { followOtherOperation } from './other-operation.ts'
import { backOffMs, pollDelayMs } from './poll-schedule.ts'
import { countSaid, saidKey, wasSaid } from './said.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'

export async function compareFinal(deps: Deps, leased: Leased): Promise<Outcome> {
  const { payout } = leased
  const answer = await deps.gateway.status({ clientOrderId: payout.clientOrderId, orderId: payout.orderId })
  if (answer.kind === 'locked_out') await lockedOut(deps, leased.now, answer)
  if (answer.kind === 'other_operation') {
    // It says nothing of the payout itself, so what callbacks claim is still open.
    await compareCallbacks(deps, payout, null)
    return followOtherOperation(deps, leased, answer)
  }
  if (answer.kind !== 'known' && answer.kind !== 'no_such_order') return notTold(deps, leased)
  await deps.gatewayCondition.recordOk(answer.simulator)
  const trouble = answer.kind === 'known' ? await orderIdTrouble(deps, payout, answer.order) : null
  const { change, isNews, ...judged } = judgeAfterEnd(payout, answer)
  const verdict = answer.kind === 'known' ? answer.order.verdict : answer.kind
  const said = answer.kind === 'known' ? answerKey(answer.order) : saidKey(answer.kind, answer.code)
  const progress = { ...countSaid(judged.progress, said, leased.now), ...heard(leased, verdict) }
  // An answer that says nothing new costs no row, and does not bring back what a person has closed.
  if (isNews || !wasSaid(payout.progress, said))
    await deps.payouts.advance(
      payout,
      trouble
        ? { items: [trouble], facts: { progress } }
        : { ...(isNews && change), facts: { ...change.facts, progress } },
      workerActor(leased),
      { kind: 'status_answered', data: { ...answer, afterEnd: true, said } },
      leased.lease,
    )
  const newest = await compareCallbacks(deps, payout, saidBy(answer))
  return { dueInMs: untilNextLook(deps, leased, newest), facts: { progress } }
}

const saidBy = (answer: Extract<StatusAnswer, { kind: 'known' | 'no_such_order' }>) =>
  answer.kind === 'known' ? answer.order : answer.kind

/** Cardzo is asked again until it answers. What a callback claims is told to people meanwhile. */
async function notTold(deps: Deps, leased: Leased): Promise<Outcome> {
  const failures = (leased.payout.progress.failures ?? 0) + 1
  const newest = await compareCallbacks(deps, leased.payout, null)
  const dueInMs = Math.max(
    backOffMs(failures, deps.config.pollIntervalMs),
    untilNextLook(deps, leased, newest) ?? 0,
  )
  return { dueInMs, facts: { progress: { ...leased.payout.progress, failures, ...asked(leased) } } }
}

/** While a callback waits for people, Cardzo may yet answer it: asked at the usual rhythm, by the callback's age. Null: nothing waits. */
function untilNextLook(deps: Deps, leased: Leased, newest: Date | null): number | null {
  if (newest === null) return null
  return pollDelayMs(
    leased.payout.status,
    leased.now.getTime() - newest.getTime(),
    deps.config.pollIntervalMs,
  )
}
