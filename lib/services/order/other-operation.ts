/** Cardzo's status answer speaks of another operation on the order (a reversal, a chargeback): kept for people, and moves nothing. */
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
import { pollDelayMs } from './poll-schedule.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'

type Answer = Extract<StatusAnswer, { kind: 'other_operation' }>

/** More different ones than any order has; the oldest is forgotten first. */
const maxRemembered = 8

/**
 * Each operation and status is kept once, also when a person has closed its item since. Returns the notes to go on with; `isNews` is
 * false when Cardzo had said the same before.
 */
export async function keepOtherOperation(
  deps: Pick<Deps, 'payouts'>,
  payout: Payout,
  answer: Answer,
  actor: Actor,
  lease?: Lease,
): Promise<{ isNews: boolean; progress: Payout['progress'] }> {
  const { operation } = answer
  const word = `${operation.type} ${operation.rawStatus}`.slice(0, 100)
  const known = payout.progress.otherOperations ?? []
  if (known.includes(word)) return { isNews: false, progress: payout.progress }
  const progress = { ...payout.progress, otherOperations: [...known, word].slice(-maxRemembered) }
  await deps.payouts.advance(
    payout,
    {
      facts: { progress },
      items: [otherOperation(operation, word)],
      ...(isFinal(payout.status) && { gatewayChange: changeOf(payout, operation, word) }),
    },
    actor,
    { kind: 'status_answered', data: { ...answer } },
    lease,
  )
  return { isNews: true, progress }
}

/** A payout in a worker's hands: what it waits for is asked again at the usual rhythm. Of one that has ended only while a callback waits. */
export async function followOtherOperation(deps: Deps, leased: Leased, answer: Answer): Promise<Outcome> {
  const { payout, now, lease } = leased
  await deps.gatewayCondition.recordOk(answer.simulator)
  const { progress } = await keepOtherOperation(deps, payout, answer, workerActor(leased), lease)
  const { failures, ...kept } = progress
  const facts = { progress: { ...kept, lastAskedAt: now.toISOString() } }
  const waitsSince = isFinal(payout.status) ? await newestCallback(deps, payout) : payout.stageSince
  if (waitsSince === undefined) return { dueInMs: null, facts }
  const ageMs = now.getTime() - waitsSince.getTime()
  return { dueInMs: pollDelayMs(payout.status, ageMs, deps.config.pollIntervalMs), facts }
}

const newestCallback = async (deps: Deps, payout: Payout): Promise<Date | undefined> =>
  (await deps.callbacks.uncompared(payout.id)).at(-1)?.receivedAt

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
