/** A status answer about another operation on the order (a reversal, a chargeback): kept for people to see, moves nothing. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type {
  Deps,
  ItemDraft,
  Lease,
  Leased,
  OtherOperation,
  Payout,
  StatusAnswer,
} from '#lib/services/ports.ts'
import { changedAfterEnd } from '#lib/services/message/mails.ts'
import { asked } from './notes.ts'
import { pollDelayMs } from './poll-schedule.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'

type Answer = Extract<StatusAnswer, { kind: 'other_operation' }>

/** More than any order has; the oldest is forgotten first. */
const maxRemembered = 8

/** Keeps each operation and status once, even after a person has closed its item. Returns the progress to go on with. */
export async function keepOtherOperation(
  deps: Pick<Deps, 'payouts' | 'config'>,
  payout: Payout,
  answer: Answer,
  actor: Actor,
  lease?: Lease,
): Promise<Payout['progress']> {
  const { operation } = answer
  const word = `${operation.type} ${operation.rawStatus}`.slice(0, 100)
  const known = payout.progress.otherOperations ?? []
  if (known.includes(word)) return payout.progress
  const progress = { ...payout.progress, otherOperations: [...known, word].slice(-maxRemembered) }
  await deps.payouts.advance(
    payout,
    {
      facts: { progress },
      items: [otherOperation(operation, word)],
      ...(isFinal(payout.status) && {
        gatewayChange: changeOf(payout, operation, word),
        mails: [changedAfterEnd(deps, payout, word)],
      }),
    },
    actor,
    { kind: 'status_answered', data: { ...answer } },
    lease,
  )
  return progress
}

/** For a payout that is not over: keeps the operation and asks again at the usual pace. */
export async function followOtherOperation(deps: Deps, leased: Leased, answer: Answer): Promise<Outcome> {
  const { payout, now, lease } = leased
  await deps.gatewayCondition.recordOk(payout.endpointId, answer.simulator)
  const { failures, ...kept } = await keepOtherOperation(deps, payout, answer, workerActor(leased), lease)
  const dueInMs = pollDelayMs(
    payout.status,
    now.getTime() - payout.stageSince.getTime(),
    deps.config.pollIntervalMs,
  )
  return { dueInMs, facts: { progress: { ...kept, ...asked(leased) } } }
}

const otherOperation = ({ type, rawStatus, orderId }: OtherOperation, word: string): ItemDraft => ({
  kind: 'other_operation',
  severity: 'high',
  subject: word,
  what: `Cardzo reports another operation on this order: ${type}, ${rawStatus}`,
  why: 'It says nothing about the payout itself, which is not changed by it. Money may have come back or been taken back: ask Cardzo.',
  data: { type, status: rawStatus, orderId },
})

function changeOf(payout: Payout, { rawStage, amount, currency }: OtherOperation, word: string) {
  return { status: payout.status, gatewayStatus: word, gatewayStage: rawStage, amount, currency }
}
