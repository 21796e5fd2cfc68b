/** What to send to Cardzo's support about a payout of unknown outcome: everything they search by, and one clear question. */
import { isCardzoEnd } from '#lib/payouts/cardzo-ends.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Payout, StoredCallback, TimelineEvent } from '#lib/services/ports.ts'

/** One request of ours, from the timeline. Null where no readable answer came back. */
export type SentRequest = {
  /** When its answer, or its silence, was recorded. */
  at: Date
  /** When payout-pay left; null for a status request, which is recorded at once. */
  sentAt: Date | null
  what: 'payout-pay' | 'status'
  url: string | null
  serialNumber: string | null
  httpStatus: number | null
  /** What came back, in words. */
  answer: string
}

type Data = Record<string, unknown>
const inner = (value: unknown): Data => (typeof value === 'object' && value !== null ? { ...value } : {})
const text = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

/** Every request about the payment and its answer, oldest first: the status before the claim, payout-pay, and every status since. */
export function evidenceOf(events: readonly TimelineEvent[]): SentRequest[] {
  const claimed = events.findLastIndex(({ kind }) => kind === 'pay_claimed')
  return events.slice(Math.max(claimed, 0)).flatMap((event): SentRequest[] => {
    const { at, kind, data } = event
    if (kind === 'pay_claimed') {
      const exchange = inner(data['status'])
      return [
        { at, sentAt: null, what: 'status', ...exchangeFacts(exchange), answer: 'payout_check_validated' },
      ]
    }
    if (kind !== 'pay_answered' && kind !== 'status_answered') return []
    const exchange = inner(data['exchange'])
    const order = inner(data['order'])
    const facts = exchangeFacts(exchange)
    return [
      {
        at,
        sentAt: kind === 'pay_answered' ? (events[claimed]?.at ?? null) : null,
        what: kind === 'pay_answered' ? 'payout-pay' : 'status',
        ...facts,
        serialNumber: facts.serialNumber ?? text(order['serialNumber']),
        answer: answerOf(data, order),
      },
    ]
  })
}

/** One thing that is known about a payment: a request of ours, or a callback. */
export type Known = { at: Date } & (
  | { kind: 'request'; request: SentRequest }
  | { kind: 'callback'; callback: StoredCallback }
)

/** Requests and callbacks together, oldest first. */
export function inOrder(evidence: readonly SentRequest[], callbacks: readonly StoredCallback[]): Known[] {
  const known: Known[] = [
    ...evidence.map((request) => ({ at: request.at, kind: 'request' as const, request })),
    ...callbacks.map((callback) => ({ at: callback.receivedAt, kind: 'callback' as const, callback })),
  ]
  return known.sort((a, b) => a.at.getTime() - b.at.getTime())
}

/** The callbacks that say how it ended, oldest first. People must see these before anything else. */
export const finalCallbacks = (callbacks: readonly StoredCallback[]): StoredCallback[] =>
  callbacks
    .filter(({ status }) => isCardzoEnd(status.toLowerCase()))
    .sort((a, b) => a.receivedAt.getTime() - b.receivedAt.getTime())

const exchangeFacts = (exchange: Data) => ({
  url: text(exchange['url']),
  serialNumber: text(exchange['serialNumber']),
  httpStatus: typeof exchange['httpStatus'] === 'number' ? exchange['httpStatus'] : null,
})

function answerOf(data: Data, order: Data): string {
  const status = text(order['rawStatus'])
  if (status !== null) {
    const stage = text(order['rawStage'])
    return stage === null ? status : `${status}, ${stage}`
  }
  const why = text(data['why']) ?? text(data['message']) ?? text(data['trouble'])
  const because = why === null ? '' : ` (${why})`
  switch (data['kind']) {
    case 'accepted':
      return 'accepted'
    case 'no_such_order':
      return `no such order${because}`
    case 'locked_out':
      return 'our request was not let in'
    case 'error':
    case 'refused':
      return `an error${because}`
    default:
      return `no answer that could be read${because}`
  }
}

/** Times in UTC to the second; no name, no account: Cardzo finds the order by its ids. */
export function supportText(
  payout: Payout,
  endpoint: string,
  evidence: readonly SentRequest[],
  callbacks: readonly StoredCallback[] = [],
): { subject: string; text: string } {
  const pay = evidence.findLast(({ what }) => what === 'payout-pay')
  const last = evidence.findLast(({ what, serialNumber }) => what === 'status' && serialNumber !== null)
  const answered = payout.progress.lastAnsweredAt
  const subject = `Outcome unknown: payout order ${payout.orderId ?? payout.clientOrderId}`
  const lines = [
    'Hello,',
    '',
    'we sent payout-pay for the order below and do not know whether it was carried out.',
    '',
    `endpoint: ${endpoint}`,
    `orderid: ${payout.orderId ?? 'unknown to us'}`,
    `client_orderid: ${payout.clientOrderId}`,
    `amount: ${formatAmount(payout.amountMinor, payout.currency)} ${payout.currency}`,
    `payout-pay set out: ${payout.payClaimedAt ? utc(payout.payClaimedAt) : 'unknown'}`,
    `payout-pay answer: ${pay ? `${pay.answer}, at ${utc(pay.at)}${httpOf(pay)}` : 'none recorded'}`,
    `payout-pay serial-number: ${pay?.serialNumber ?? 'none received'}`,
    `latest status answer: ${statusOf(payout)}${answered === undefined ? '' : `, at ${utc(new Date(answered))}${beforePay(payout, answered)}`}`,
    ...finalCallbacks(callbacks).map(
      ({ status, receivedAt }) => `callback received: ${status}, at ${utc(receivedAt)}`,
    ),
    `status serial-number on record: ${last?.serialNumber ? `${last.serialNumber}, of ${utc(last.at)}` : 'none'}`,
    '',
    'Please tell us:',
    '1. Did payout-pay reach you, and was the money sent? If so, when, and under which bank reference?',
    '2. If it did not: can you rule out that it is still carried out, and end the order?',
    '',
    'We will not send payout-pay for this order again.',
  ]
  return { subject, text: lines.join('\n') }
}

/** The status before payout-pay says nothing about what became of it. */
const beforePay = ({ payClaimedAt }: Payout, answered: string) =>
  payClaimedAt !== null && Date.parse(answered) <= payClaimedAt.getTime() ? ', before payout-pay' : ''

const httpOf = ({ httpStatus }: SentRequest) => (httpStatus === null ? '' : `, HTTP ${httpStatus}`)

function statusOf({ gatewayStatus, gatewayStage, progress }: Payout): string {
  if (progress.lastVerdict === 'no_such_order') return 'no such order'
  if (gatewayStatus === null) return 'none'
  return gatewayStage === null ? gatewayStatus : `${gatewayStatus}, ${gatewayStage}`
}

/** "2026-11-23 14:02:09 UTC", so that nobody at the other end has to guess the zone. */
const utc = (at: Date) => `${at.toISOString().slice(0, 19).replace('T', ' ')} UTC`
