/** payout-check: asks the bank whether it would pay. Moves no money, but must not open two orders. */
import { describeField } from '#lib/payouts/fields.ts'
import { mailsOn } from '#lib/services/message/mails.ts'
import { returnUrlOf } from '#lib/services/payout/links.ts'
import type {
  CheckAnswer,
  CheckOrder,
  Deps,
  ItemDraft,
  Leased,
  Payout,
  Progress,
} from '#lib/services/ports.ts'
import { rememberSending } from '#lib/services/safety/marker.ts'
import { lockedOut, orderIdTrouble } from './alarms.ts'
import { applyStatus } from './follow-order.ts'
import { freshness } from './freshness.ts'
import { heard } from './notes.ts'
import { noteCode } from './note-code.ts'
import { backOffMs, pollDelayMs, resendMs } from './poll-schedule.ts'
import { recordAnswer } from './record-answer.ts'
import { countSaid, saidKey, wasSaid, withSaid } from './repeats.ts'
import { leaseMsFor, workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import { waitWhileUnreadable } from './unreadable-destination.ts'

/** A lost payout-check is repeated only once: Cardzo might accept a second order under the same client_orderid. */
const maxAttempts = 2
/** This many looks must find no order, over at least twice the time-out, before payout-check is repeated. */
const looksBeforeRepeat = 3
/** The first ones and the latest: only how many and how far apart matters. */
const looksKept = 10

/** How soon after Cardzo accepts the order its status is asked for first. */
const firstLookMs = 1000
/** How often to look while the marker can't be written. */
const unwritableLookMs = 10_000

/** Sends payout-check. `asked`: Cardzo has just said that it knows no such order. */
export async function sendCheck(deps: Deps, leased: Leased, asked = false): Promise<Outcome> {
  const waits = await mustWait(deps, leased)
  if (waits) return waits
  const { condition, askFirstSince } = leased.seen
  const doubtful = condition.lockedOutAt !== null || condition.silentSince !== null
  if (!asked && (doubtful || askFirstSince !== null)) {
    // If Cardzo locked us out or was silent, a status request must work first, and perhaps no other payout makes one. After a restore the
    // order may exist already, and may even have been paid.
    const { endpointId, clientOrderId, orderId } = leased.payout
    const answer = await deps.gateway.status({ endpointId, clientOrderId, orderId })
    if (answer.kind !== 'no_such_order') return applyStatus(deps, leased, answer)
    await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
  }
  const attempts = (leased.payout.progress.checkAttempts ?? 0) + 1
  const { noSuchOrderAt, ...earlier } = leased.payout.progress
  const leaseEndsAt = deps.clock.monotonicMs() + leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  const fresh = freshness(deps.clock, deps.config.leaseMarginMs)
  const order = checkOrder(deps, leased.payout)
  // The intent is committed before the first byte leaves, so that after a crash we ask and never repeat blindly.
  const payout = await deps.payouts.advance(
    leased.payout,
    { facts: { progress: { ...earlier, checkAttempts: attempts } } },
    workerActor(leased),
    { kind: 'check_intended', data: { attempt: attempts } },
    leased.lease,
  )
  if (payout === 'stale') return { dueInMs: 0 }
  const kept = await rememberSending(deps, leased)
  const answer = await deps.gateway.check(order, { mayStillSend: () => kept && fresh() })
  const holding = { ...leased, payout }
  return recordAnswer(deps, holding, leaseEndsAt, (answerId) =>
    followCheck(deps, holding, answer, { attempt: attempts, answerId }),
  )
}

/** Null: nothing on our side stops payout-check. */
async function mustWait(deps: Deps, leased: Leased): Promise<Outcome | null> {
  const held = await waitWhileUnreadable(deps, leased)
  if (held) return held
  // What can't be remembered is not begun.
  if (deps.marker.trouble() === null) return null
  return { dueInMs: Math.max(unwritableLookMs, deps.config.pollIntervalMs) }
}

async function followCheck(
  deps: Deps,
  leased: Leased,
  answer: CheckAnswer,
  { attempt, answerId }: { attempt: number; answerId: string },
): Promise<Outcome> {
  const { payout } = leased
  const { pollIntervalMs } = deps.config
  const happening = { kind: 'check_answered' as const, data: { ...answer, attempt, answerId } }
  const keep = async (progress: Progress, dueInMs: number): Promise<Outcome> => {
    await deps.payouts.advance(payout, { facts: { progress } }, workerActor(leased), happening, leased.lease)
    return { dueInMs }
  }
  const failures = (payout.progress.failures ?? 0) + 1
  const ageMs = leased.now.getTime() - payout.stageSince.getTime()
  const laterMs = () => resendMs(failures, 'requested', ageMs, pollIntervalMs)
  switch (answer.kind) {
    case 'accepted':
      return adopt(deps, leased, answer.orderId, happening)
    case 'error':
      if (answer.orderId !== null) return adopt(deps, leased, answer.orderId, happening)
      return keep({ ...payout.progress, failures }, pollIntervalMs)
    case 'refused': {
      const refusal = { code: answer.code, message: answer.message }
      // The second one may be refused because the first one made the order: look once more before believing it.
      if (attempt >= maxAttempts) return keep({ ...payout.progress, checkRefused: refusal }, pollIntervalMs)
      return fail(deps, leased, refusal, happening)
    }
    case 'not_sent':
      // Not one byte left, so this attempt does not count.
      return keep({ ...payout.progress, checkAttempts: attempt - 1, failures }, laterMs())
    case 'locked_out':
      await lockedOut(deps, payout.endpointId, leased.now, answer)
      return keep({ ...payout.progress, failures }, laterMs())
    case 'silence':
      return keep({ ...payout.progress, failures }, pollIntervalMs)
  }
}

/** No answer to payout-check was recorded: asks Cardzo by our own id whether there is an order. */
export async function recoverCheck(deps: Deps, leased: Leased): Promise<Outcome> {
  const { payout } = leased
  const { endpointId, clientOrderId, orderId } = payout
  const answer = await deps.gateway.status({ endpointId, clientOrderId, orderId })
  // Once Cardzo has named an order, people must find out why it is gone. It is never a reason to open a second one.
  if (answer.kind !== 'no_such_order' || payout.orderId !== null) return applyStatus(deps, leased, answer)

  await deps.gatewayCondition.recordOk(endpointId, answer.simulator)
  const happening = { kind: 'status_answered' as const, data: { ...answer } }
  if (payout.progress.checkRefused) return fail(deps, leased, payout.progress.checkRefused, happening)
  const looks = [...(payout.progress.noSuchOrderAt ?? []).slice(0, looksKept - 1), leased.now.toISOString()]
  const spreadMs = Date.parse(looks.at(-1) ?? '') - Date.parse(looks[0] ?? '')
  const settled = looks.length >= looksBeforeRepeat && spreadMs >= 2 * deps.config.timeoutMs
  const exhausted = settled && (payout.progress.checkAttempts ?? 0) >= maxAttempts
  const key = saidKey(answer.kind, answer.code, exhausted)
  const items = exhausted ? withSaid([unresolved], key) : []
  const counted = countSaid(payout.progress, key, leased.now, items)
  const progress = { ...counted, noSuchOrderAt: looks, ...heard(leased, answer.kind) }
  const spaced = Math.max(deps.config.pollIntervalMs, deps.config.timeoutMs)
  const ageMs = leased.now.getTime() - payout.stageSince.getTime()
  const dueInMs = exhausted ? pollDelayMs('requested', ageMs, spaced) : spaced
  // If it was said before, it gets a row only when payout-check is repeated because of it.
  const waits = settled && !exhausted ? await mustWait(deps, leased) : { dueInMs }
  if (waits && wasSaid(payout.progress, key)) return { ...waits, facts: { progress } }
  const saved = await deps.payouts.advance(
    payout,
    { facts: { progress }, items },
    workerActor(leased),
    { ...happening, data: { ...happening.data, said: key } },
    leased.lease,
  )
  if (saved === 'stale') return { dueInMs: 0 }
  return waits ?? sendCheck(deps, { ...leased, payout: saved }, true)
}

const unresolved: ItemDraft = {
  kind: 'check_unresolved',
  severity: 'high',
  what: 'Cardzo answers neither yes nor no to payout-check',
  why: 'It was sent twice and Cardzo still knows no such order. Nothing was paid. The portal goes on looking; ask Cardzo, or reject the payout.',
}

async function adopt(
  deps: Deps,
  leased: Leased,
  orderId: string,
  happening: { kind: 'check_answered'; data: Record<string, unknown> },
): Promise<Outcome> {
  const { payout } = leased
  const trouble = await orderIdTrouble(deps, payout, orderId)
  if (trouble) {
    await deps.payouts.advance(payout, { items: [trouble] }, workerActor(leased), happening, leased.lease)
    return { dueInMs: backOffMs(1, deps.config.pollIntervalMs) }
  }
  const dueInMs = Math.min(firstLookMs, deps.config.pollIntervalMs)
  const { failures, ...progress } = payout.progress
  await deps.payouts.advance(
    payout,
    { move: 'find_order', facts: { orderId, progress }, dueInMs },
    workerActor(leased),
    happening,
    leased.lease,
  )
  return { dueInMs }
}

async function fail(
  deps: Deps,
  leased: Leased,
  refusal: { code: string | null; message: string | null },
  happening: { kind: 'check_answered' | 'status_answered'; data: Record<string, unknown> },
): Promise<Outcome> {
  const facts = { gatewayCode: refusal.code, gatewayMessage: refusal.message }
  await noteCode(deps, refusal.code)
  const saved = await deps.payouts.advance(
    leased.payout,
    {
      move: 'fail',
      facts,
      dueInMs: null,
      mails: await mailsOn(deps, { ...leased.payout, ...facts }, 'failed'),
      closeItems: { kinds: ['check_unresolved', 'stuck'], reason: 'Cardzo refused the payout.' },
    },
    workerActor(leased),
    happening,
    leased.lease,
  )
  return { dueInMs: saved === 'stale' ? 0 : null }
}

/** Cardzo takes 64 characters of order_desc. Whole characters: none is cut in half. */
const descriptionMax = 64

function checkOrder(deps: Deps, payout: Payout): CheckOrder {
  const description = payout.description ?? `Payout ${payout.clientOrderId}`
  return {
    endpointId: payout.endpointId,
    clientOrderId: payout.clientOrderId,
    amountMinor: payout.amountMinor,
    currency: payout.currency,
    description: Array.from(description).slice(0, descriptionMax).join(''),
    fields: Object.fromEntries(
      Object.entries(payout.destination).filter(
        ([name, value]) => value.length <= describeField(name).maxLength,
      ),
    ),
    callbackUrl: `${deps.config.appUrl}/api/cardzo/callback`,
    redirectUrl: returnUrlOf(deps.config, payout),
  }
}
