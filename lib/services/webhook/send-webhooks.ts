/**
 * Sends what is due to webhook targets, at least once: an attempt is counted before it leaves, and what a worker that died had in hand is due
 * again when its lease is over, under the same id.
 */
import { pauseAfter, switchedOffAfterMs } from '#lib/payouts/webhook-events.ts'
import type { Deps, DeliveryResult, DueDelivery, OutgoingAnswer } from '#lib/services/ports.ts'
import { chatMessage } from './chat-message.ts'
import { eventId, eventView } from './event-view.ts'
import { signedHeaders } from './sign-webhook.ts'
import { toldOfTarget } from './target-mails.ts'

type Needed = Pick<Deps, 'webhooks' | 'outgoing' | 'clock' | 'config' | 'log'>

/** Longer than an attempt and what is written of it take. */
const leaseMs = 60_000
/** While something is in hand, what became due since is looked for this often. */
const lookEveryMs = 250

/** Ends when nothing is due and nothing in hand. After the signal, what is in hand has a moment to end; else it is due again later. */
export async function sendWebhooks(deps: Needed, signal: AbortSignal): Promise<void> {
  const busy = new Map<string, number>()
  const inHand = new Set<Promise<void>>()
  const begin = (taken: readonly DueDelivery[]) => {
    const targetId = taken[0]?.targetId ?? ''
    busy.set(targetId, (busy.get(targetId) ?? 0) + 1)
    const task: Promise<void> = deliver(deps, taken)
      .catch((error: unknown) => deps.log.error({ err: error, targetId }, 'an attempt was not recorded'))
      .finally(() => {
        const left = (busy.get(targetId) ?? 1) - 1
        if (left === 0) busy.delete(targetId)
        else busy.set(targetId, left)
        inHand.delete(task)
      })
    inHand.add(task)
  }
  for (;;) {
    const taken = signal.aborted ? [] : await deps.webhooks.claim(busy, leaseMs)
    for (const group of grouped(taken)) begin(group)
    if (inHand.size === 0) return
    if (signal.aborted) {
      await Promise.race([Promise.all(inHand), after(stopMs)])
      return
    }
    await Promise.race([...inHand, after(lookEveryMs)])
    // The others that ended in the same moment leave room for the same claim.
    await after(0)
  }
}

/** A supervisor doesn't wait for a system that hangs. */
const stopMs = 5_000

const after = (ms: number) => new Promise<void>((done) => void setTimeout(done, ms))

/** What goes to a chat together is one message. */
function grouped(taken: readonly DueDelivery[]): DueDelivery[][] {
  const chats = Map.groupBy(
    taken.filter(({ kind }) => kind === 'chat'),
    ({ targetId }) => targetId,
  )
  return [...taken.filter(({ kind }) => kind === 'signed').map((one) => [one]), ...chats.values()]
}

async function deliver(deps: Needed, taken: readonly DueDelivery[]): Promise<void> {
  const [first] = taken
  if (!first) return
  const answer = await send(deps, first, taken)
  const result = resultOf(answer, first.tries)
  const failingSince = await deps.webhooks.record(taken, result)
  const isGone = answer.kind === 'answered' && answer.status === 410
  const isFailing = failingSince !== null && deps.clock.wallMs() - failingSince.getTime() > switchedOffAfterMs
  if (isGone || isFailing)
    await deps.webhooks.giveUp(first.targetId, isGone ? 'gone' : 'failed', (target) =>
      toldOfTarget(deps.config, target),
    )
}

function send(deps: Needed, first: DueDelivery, taken: readonly DueDelivery[]): Promise<OutgoingAnswer> {
  const { address, secrets, chat, event } = first
  if (address === null || secrets === null)
    return Promise.resolve({ kind: 'refused', why: 'its seal cannot be opened', durationMs: 0 })
  const usual = { 'content-type': 'application/json', 'user-agent': 'payout-portal' }
  if (chat) {
    const body = JSON.stringify({
      text: chatMessage(
        deps.config,
        chat.locale,
        taken.map((one) => one.event),
      ),
    })
    return deps.outgoing.post(address, { headers: usual, body })
  }
  const body = JSON.stringify(eventView(event))
  const headers = signedHeaders({ id: eventId(event.id), body, atMs: deps.clock.wallMs() }, secrets)
  return deps.outgoing.post(address, { headers: { ...usual, ...headers }, body })
}

function resultOf(answer: OutgoingAnswer, tries: number): DeliveryResult {
  const { durationMs } = answer
  const arrived = answer.kind === 'answered' && answer.status >= 200 && answer.status < 300
  const retryAfterMs = answer.kind === 'answered' ? answer.retryAfterMs : 0
  return {
    arrived,
    durationMs,
    dueInMs: arrived ? null : pauseAfter(tries, Math.random(), retryAfterMs),
    status: answer.kind === 'answered' ? answer.status : null,
    answer: answer.kind === 'answered' ? answer.beginning : null,
    error: arrived ? null : errorOf(answer),
  }
}

/** English, for the log of a target: its readers compare it with their own log. */
function errorOf(answer: OutgoingAnswer): string {
  if (answer.kind === 'refused') return `Not sent: ${answer.why}`
  if (answer.kind === 'no_answer') return `No answer: ${answer.why}`
  if (answer.status >= 300 && answer.status < 400)
    return 'It answered with a redirect, which is not followed.'
  return `It answered ${answer.status}.`
}
