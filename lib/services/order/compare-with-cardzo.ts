/**
 * The daily comparison: everything that ended in the last days is asked about once more, one payout at a time. Where it stands is
 * rows, so that any worker can go on after another; what differs becomes an item, and that nothing differs is kept too.
 */
import type { ComparisonTurn, Deps, Payout, StatusAnswer } from '#lib/services/ports.ts'
import { judgeAfterEnd } from './after-end.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { heard, lockedOut } from './follow-order.ts'
import { keepOtherOperation } from './other-operation.ts'
import { backOffMs } from './poll-schedule.ts'
import { leaseMsFor } from './step.ts'

/** The quietest hour in most places, by UTC; the day before is then over everywhere but in a few islands. */
export const compareFromHour = 2
/** An answer that three times can not be read is counted as none, and tomorrow's comparison tries again. */
const triesPerPayout = 3

/** Starts the day's comparison when its time has come; true when this call did. */
export async function startDailyComparison(deps: Deps): Promise<boolean> {
  const started = await deps.comparisons.startDaily(compareFromHour)
  if (started) deps.log.info({ days: started.days }, 'comparing with Cardzo')
  return started !== null
}

/** One question to Cardzo. `rest`: there is none to ask now, or Cardzo is to be left alone for a while. */
export async function compareNext(deps: Deps, workerId: string): Promise<'asked' | 'rest'> {
  // A silent Cardzo is asked by one payout's step at a time; what has ended can wait.
  if ((await deps.gatewayCondition.read()).silentSince !== null) return 'rest'
  const leaseMs = leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  const taken = await deps.comparisons.takeTurn(workerId, leaseMs)
  if (taken === null) return 'rest'
  if (taken.kind === 'finished') {
    const { days, asked, unanswered, differences } = taken.comparison
    deps.log.info({ days, asked, unanswered, differences }, 'compared with Cardzo')
    return 'rest'
  }
  const { turn } = taken
  const payout = await deps.payouts.find(turn.payoutId)
  if (!payout) throw new Error(`Bug: payout ${turn.payoutId} vanished`)
  const { clientOrderId, orderId } = payout
  return hear(deps, turn, payout, await deps.gateway.status({ clientOrderId, orderId }))
}

async function hear(
  deps: Deps,
  turn: ComparisonTurn,
  payout: Payout,
  answer: StatusAnswer,
): Promise<'asked' | 'rest'> {
  const { now, workerId, failures } = turn
  if (answer.kind === 'locked_out') await lockedOut(deps, now, answer)
  if (answer.kind === 'known' || answer.kind === 'no_such_order') {
    await deps.gatewayCondition.recordOk(answer.simulator)
    const { differs, isNews, change, progress } = judgeAfterEnd(payout, answer)
    const verdict = answer.kind === 'known' ? answer.order.verdict : answer.kind
    if (isNews)
      await deps.payouts.advance(
        payout,
        { ...change, facts: { ...change.facts, progress: { ...progress, ...heard(turn, verdict) } } },
        { kind: 'worker', id: workerId },
        { kind: 'status_answered', data: { ...answer, afterEnd: true } },
      )
    await compareCallbacks(deps, payout, answer.kind === 'known' ? answer.order : answer.kind)
    await deps.comparisons.count(turn, differs ? 'differs' : 'equal')
    return 'asked'
  }
  if (answer.kind === 'other_operation') {
    await deps.gatewayCondition.recordOk(answer.simulator)
    await keepOtherOperation(deps, payout, answer, { kind: 'worker', id: workerId })
    await deps.comparisons.count(turn, 'differs')
    return 'asked'
  }
  // A gateway that is away or refuses us says nothing about this payout: it is asked again when it is back.
  if (answer.kind === 'silence' && failures + 1 >= triesPerPayout) {
    await deps.comparisons.count(turn, 'none')
    return 'asked'
  }
  await deps.comparisons.postpone(turn, backOffMs(failures + 1, deps.config.pollIntervalMs))
  return 'rest'
}
