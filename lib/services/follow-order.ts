/** Asks Cardzo for the order's state and follows the answer. */
import { isFinal, next } from '#lib/payouts/transitions.ts'
import { compareCallbacks } from './compare-callbacks.ts'
import { decide, outcomeUnknown } from './decide.ts'
import { judgePolicy } from './judge-policy.ts'
import { mailsOn } from './mails.ts'
import { backOffMs, pollDelayMs } from './poll-schedule.ts'
import { workerActor } from './step.ts'
import type { Outcome } from './step.ts'
import type { Deps, ItemDraft, Leased, OrderState, Payout, StatusAnswer } from './ports.ts'

/** Polls a payout whose order id is known. */
export async function followOrder(deps: Deps, leased: Leased): Promise<Outcome> {
  const { clientOrderId, orderId } = leased.payout
  return applyStatus(deps, leased, await deps.gateway.status({ clientOrderId, orderId }))
}

/**
 * A payout found in `paying`: either its worker died before the answer was recorded, or Cardzo refused payout-pay and its status
 * is being asked. The first is never read as failure: the outcome is unknown until Cardzo says otherwise.
 */
export async function recoverPay(deps: Deps, leased: Leased): Promise<Outcome> {
  if (leased.payout.progress.payRefused) return followOrder(deps, leased)
  const lost = await deps.payouts.advance(
    leased.payout,
    {
      move: 'lose_track',
      items: [outcomeUnknown('The worker stopped before the answer to payout-pay was recorded.')],
    },
    workerActor(leased),
    {
      kind: 'pay_answered',
      data: { kind: 'lost', why: 'The worker stopped before an answer was recorded.' },
    },
    leased.lease,
  )
  return lost === 'stale' ? { dueInMs: 0 } : followOrder(deps, { ...leased, payout: lost })
}

/** Follows a status answer, whatever the payout was waiting for. */
export async function applyStatus(deps: Deps, leased: Leased, answer: StatusAnswer): Promise<Outcome> {
  switch (answer.kind) {
    case 'not_sent':
    case 'silence':
      return noAnswer(deps, leased, answer, [])
    case 'locked_out':
      await lockedOut(deps, leased.now, answer)
      return noAnswer(deps, leased, answer, [])
    case 'no_such_order':
      await deps.settings.recordGatewayOk(answer.simulator)
      return noAnswer(deps, leased, answer, [unknownOrder(answer.message)])
    case 'known':
      await deps.settings.recordGatewayOk(answer.simulator)
      return followAnswer(deps, leased, answer.order, answer.exchange)
  }
}

/** Cardzo refuses our credentials or address: an alarm on the desk, and nothing new is sent until a status request works again. */
export async function lockedOut(
  deps: Deps,
  now: Date,
  answer:
    | Extract<StatusAnswer, { kind: 'locked_out' }>
    | { httpStatus: number; gatewayDate: string | null; exchange: { command: string } },
): Promise<void> {
  await deps.settings.recordGatewayRefusal({
    httpStatus: answer.httpStatus,
    gatewayDate: answer.gatewayDate,
    ourDate: now.toISOString(),
    command: answer.exchange.command,
  })
}

/** Notes that Cardzo was asked. The time is the claim's, by the database's clock: no answer is younger than it says. */
export const asked = (leased: Pick<Leased, 'now'>) => ({ lastAskedAt: leased.now.toISOString() })

/** Notes that Cardzo was asked and did answer, and what that meant. */
export const heard = (
  leased: Pick<Leased, 'now'>,
  lastVerdict: NonNullable<Payout['progress']['lastVerdict']>,
) => ({
  ...asked(leased),
  lastAnsweredAt: leased.now.toISOString(),
  lastVerdict,
})

async function noAnswer(
  deps: Deps,
  leased: Leased,
  answer: Exclude<StatusAnswer, { kind: 'known' }>,
  items: ItemDraft[],
): Promise<Outcome> {
  const { payout } = leased
  const failures = (payout.progress.failures ?? 0) + 1
  const progress = {
    ...payout.progress,
    failures,
    lastAnswer: answer.kind,
    ...(answer.kind === 'no_such_order' ? heard(leased, answer.kind) : asked(leased)),
  }
  const worthKeeping = payout.progress.lastAnswer !== answer.kind || items.length > 0
  const dueInMs = backOffMs(failures, deps.config.pollIntervalMs)
  if (!worthKeeping) return { dueInMs, facts: { progress } }
  await deps.payouts.advance(
    payout,
    { facts: { progress }, items },
    workerActor(leased),
    { kind: 'status_answered', data: { ...answer } },
    leased.lease,
  )
  return { dueInMs }
}

const unknownOrder = (message: string | null): ItemDraft => ({
  kind: 'gateway_error',
  severity: 'high',
  what: 'Cardzo says that it does not know this order',
  why: `Its order id was given to us by Cardzo. The portal goes on asking and sends nothing. ${message ?? ''}`.trim(),
})

async function followAnswer(
  deps: Deps,
  leased: Leased,
  order: OrderState,
  exchange: StatusAnswer['exchange'],
): Promise<Outcome> {
  const { payout } = leased
  const taken = await orderIdTrouble(deps, payout, order)
  if (taken) return noteTrouble(deps, leased, taken, exchange)
  const decision = decide(payout, order, {
    now: leased.now,
    pollIntervalMs: deps.config.pollIntervalMs,
    policy: await judgePolicy(deps, payout, order),
    expireAfterMs:
      order.verdict === 'validated' ? (await deps.settings.read()).expireAfterDays * 86_400_000 : 0,
  })
  const lastAnswer = JSON.stringify([
    order.rawStatus,
    order.rawStage,
    order.amount,
    order.currency,
    order.redirect,
  ])
  const progress = settledProgress(
    { ...(decision.facts.progress ?? payout.progress), lastAnswer, ...heard(leased, order.verdict) },
    decision.move !== undefined,
  )
  const { items } = decision
  const to = decision.move === undefined ? undefined : next(payout.status, decision.move)
  const dueInMs = dueAfter(deps, leased, to ?? payout.status, decision.move !== undefined, progress)

  // A poll that changes nothing costs no row of its own.
  const quiet = decision.move === undefined && items.length === 0 && payout.progress.lastAnswer === lastAnswer
  let latest: Payout | 'stale' = payout
  if (!quiet) {
    latest = await deps.payouts.advance(
      payout,
      {
        ...(decision.move !== undefined && { move: decision.move }),
        facts: { ...decision.facts, progress },
        items,
        ...(decision.autoCaps && { autoCaps: decision.autoCaps }),
        ...(decision.voidsApprovals !== undefined && {
          approval: { do: 'void' as const, approverId: null, reason: decision.voidsApprovals },
        }),
        ...(decision.closes.length > 0 && {
          closeItems: { kinds: decision.closes, reason: 'Cardzo answered.' },
        }),
        mails: to === undefined ? [] : await mailsOn(deps, payout, to),
        // A payout that ends stays due until its callbacks are compared and it is given back: whoever dies before that is followed
        // by another look.
        ...(to !== undefined && !isFinal(to) && { dueInMs }),
      },
      workerActor(leased),
      { kind: 'status_answered', data: { order, exchange } },
      leased.lease,
    )
  }
  await compareCallbacks(deps, latest === 'stale' ? payout : latest, order)
  if (latest === 'stale') return { dueInMs: 0 }
  const facts = quiet ? { ...decision.facts, progress } : undefined
  return { dueInMs: isFinal(latest.status) ? null : dueInMs, ...(facts && { facts }) }
}

/** A move starts a new wait: what was counted for the old one is over. */
function settledProgress(progress: Payout['progress'], moved: boolean): Payout['progress'] {
  const { failures, ...kept } = progress
  if (!moved) return kept
  const { noSuchOrderAt, checkRefused, ...rest } = kept
  return rest
}

function dueAfter(
  deps: Deps,
  leased: Leased,
  status: Payout['status'],
  moved: boolean,
  progress: Payout['progress'],
): number {
  const { pollIntervalMs } = deps.config
  if (status === 'approved') return moved ? 0 : backOffMs(1, pollIntervalMs)
  // Something is to be heard twice, an interval apart.
  if (progress.doubtedFinal || progress.payRefused) return pollIntervalMs
  const ageMs = moved ? 0 : leased.now.getTime() - leased.payout.stageSince.getTime()
  return pollDelayMs(status, ageMs, pollIntervalMs)
}

/** The first order id stored is never replaced, and no two payouts share one. */
async function orderIdTrouble(deps: Deps, payout: Payout, order: OrderState): Promise<ItemDraft | null> {
  if (payout.orderId === order.orderId) return null
  if (payout.orderId !== null) return otherOrderId(order.orderId, `This payout's order is ${payout.orderId}.`)
  const holder = await deps.payouts.findByOrderId(order.orderId)
  return holder && holder.id !== payout.id
    ? otherOrderId(order.orderId, `That order already belongs to payout ${holder.id}.`)
    : null
}

export const otherOrderId = (orderId: string, why: string): ItemDraft => ({
  kind: 'other_order_id',
  severity: 'critical',
  what: `Cardzo answered with another order id: ${orderId}`,
  why: `${why} The other order is never paid by the portal. Ask Cardzo what it is.`,
  data: { orderId },
})

async function noteTrouble(
  deps: Deps,
  leased: Leased,
  item: ItemDraft,
  exchange: StatusAnswer['exchange'],
): Promise<Outcome> {
  await deps.payouts.advance(
    leased.payout,
    { items: [item] },
    workerActor(leased),
    { kind: 'status_answered', data: { exchange, trouble: item.what } },
    leased.lease,
  )
  const failures = (leased.payout.progress.failures ?? 0) + 1
  return {
    dueInMs: backOffMs(failures, deps.config.pollIntervalMs),
    facts: { progress: { ...leased.payout.progress, failures, ...asked(leased) } },
  }
}
