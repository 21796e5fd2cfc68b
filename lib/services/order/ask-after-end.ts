/** Asks Cardzo about a payout that has ended here. Whatever it answers, the payout stays what it is; people see what differs. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Deps, Lease, Leased, Payout, Progress, StatusAnswer } from '#lib/services/ports.ts'
import { changedAfterEnd } from '#lib/services/message/mails.ts'
import { judgeAfterEnd } from './judge-after-end.ts'
import type { Told } from './judge-after-end.ts'
import { lockedOut, orderIdTrouble } from './alarms.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { answerKey, asked, heard } from './notes.ts'
import { keepOtherOperation } from './other-operation.ts'
import { backOffMs, pollDelayMs } from './poll-schedule.ts'
import { countSaid, saidKey, wasSaid } from './repeats.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'

type Ended = {
  payout: Payout
  /** By the database's clock, from before Cardzo is asked. */
  now: Date
  lease?: Lease
}

export type AfterEnd = {
  /** How the answer compares with the end. The last three: there was no answer about the order. */
  told: 'equal' | 'differs' | 'not_sent' | 'silence' | 'locked_out'
  progress: Progress
  /** When the newest callback that still waits for an answer came; null: none waits. */
  callbackAt: Date | null
}

/** Asks once, and keeps what the answer says. */
export async function askAfterEnd(deps: Deps, ended: Ended, actor: Actor): Promise<AfterEnd> {
  const { payout, now, lease } = ended
  const { endpointId, clientOrderId, orderId } = payout
  const answer = await deps.gateway.status({ endpointId, clientOrderId, orderId })
  switch (answer.kind) {
    case 'known':
    case 'no_such_order':
      await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
      return keepAnswer(deps, ended, actor, answer)
    case 'other_operation': {
      await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
      // It says nothing about the payout itself, so what callbacks claim is still open.
      const callbackAt = await compareCallbacks(deps, payout, null)
      const { failures, ...kept } = await keepOtherOperation(deps, payout, answer, actor, lease)
      return { told: 'differs', progress: { ...kept, ...asked(ended) }, callbackAt }
    }
    case 'locked_out':
      await lockedOut(deps, endpointId, now, answer)
      return noAnswer(deps, ended, answer.kind)
    case 'not_sent':
    case 'silence':
      return noAnswer(deps, ended, answer.kind)
  }
}

async function keepAnswer(deps: Deps, ended: Ended, actor: Actor, answer: Told): Promise<AfterEnd> {
  const { payout, now, lease } = ended
  const trouble = answer.kind === 'known' ? await orderIdTrouble(deps, payout, answer.order.orderId) : null
  const { change, isNews, differs, ...judged } = judgeAfterEnd(payout, answer)
  const verdict = answer.kind === 'known' ? answer.order.verdict : answer.kind
  const said = answer.kind === 'known' ? answerKey(answer.order) : saidKey(answer.kind, answer.code)
  const progress = { ...countSaid(judged.progress, said, now), ...heard(ended, verdict) }
  // An answer that says nothing new writes no row and reopens nothing that a person has closed.
  if (isNews || !wasSaid(payout.progress, said))
    await deps.payouts.advance(
      payout,
      trouble
        ? { items: [trouble], facts: { progress } }
        : {
            ...(isNews && change),
            ...(isNews &&
              change.gatewayChange && {
                mails: [changedAfterEnd(deps, payout, change.gatewayChange.gatewayStatus)],
              }),
            facts: { ...change.facts, progress },
          },
      actor,
      { kind: 'status_answered', data: { ...answer, afterEnd: true, said } },
      lease,
    )
  const callbackAt = await compareCallbacks(deps, payout, saidBy(answer))
  return { told: differs || trouble ? 'differs' : 'equal', progress, callbackAt }
}

const saidBy = (answer: Told) => (answer.kind === 'known' ? answer.order : answer.kind)

/** People see what a callback claims even when Cardzo gives no answer. */
async function noAnswer(
  deps: Deps,
  ended: Ended,
  told: Extract<StatusAnswer['kind'], 'not_sent' | 'silence' | 'locked_out'>,
): Promise<AfterEnd> {
  const { progress } = ended.payout
  const callbackAt = await compareCallbacks(deps, ended.payout, null)
  const failures = (progress.failures ?? 0) + 1
  return { told, progress: { ...progress, failures, ...asked(ended) }, callbackAt }
}

/** A late callback woke the worker. It asks until Cardzo answers and no callback waits any more. */
export async function followEnded(deps: Deps, leased: Leased): Promise<Outcome> {
  const { told, progress, callbackAt } = await askAfterEnd(deps, leased, workerActor(leased))
  const { pollIntervalMs } = deps.config
  const facts = { progress }
  // The callback's age sets the pace: the status may be a moment behind it.
  const nextLookMs =
    callbackAt &&
    pollDelayMs(leased.payout.status, leased.now.getTime() - callbackAt.getTime(), pollIntervalMs)
  if (told === 'equal' || told === 'differs') return { dueInMs: nextLookMs, facts }
  return { dueInMs: Math.max(backOffMs(progress.failures ?? 1, pollIntervalMs), nextLookMs ?? 0), facts }
}
