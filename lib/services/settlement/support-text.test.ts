import { describe, expect, it } from 'vitest'
import type { TimelineEvent } from '#lib/services/ports.ts'
import type { StoredCallback } from '#lib/services/ports.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { evidenceOf, finalCallbacks, inOrder, supportText } from './support-text.ts'

const event = (
  second: number,
  kind: TimelineEvent['kind'],
  data: Record<string, unknown>,
): TimelineEvent => ({
  id: BigInt(second),
  at: new Date(Date.UTC(2026, 10, 23, 14, 2, second)),
  kind,
  move: null,
  fromStatus: null,
  toStatus: null,
  version: 4,
  actorKind: 'worker',
  actorId: 'w',
  actorName: 'Portal',
  data,
})

const exchange = (serialNumber: string | null, httpStatus: number | null = 200) => ({
  url: 'https://gate.example/paynet/api/v4/payout-pay/39915',
  sent: { client_orderid: 'po-sample' },
  serialNumber,
  httpStatus,
})

const timeline = [
  event(0, 'status_answered', { order: { rawStatus: 'processing' }, exchange: exchange('before-claim') }),
  event(1, 'pay_claimed', { status: exchange('sn-look') }),
  event(9, 'pay_answered', { kind: 'silence', why: 'timeout', exchange: exchange(null, null) }),
  event(13, 'status_answered', {
    order: { rawStatus: 'processing', rawStage: 'payout_check_validated', serialNumber: 'sn-after' },
    exchange: exchange(null),
  }),
  event(14, 'callback_received', { status: 'processing' }),
  event(17, 'status_answered', { kind: 'silence', why: 'HTTP 502', exchange: exchange(null, 502) }),
]

const payout = samplePayout({
  status: 'outcome_unknown',
  payClaimedAt: new Date('2026-11-23T14:02:01Z'),
  gatewayStatus: 'processing',
  gatewayStage: 'payout_check_validated',
  progress: { lastAnsweredAt: '2026-11-23T14:02:13.000Z', lastVerdict: 'validated' },
})

describe('the evidence of an unknown outcome', () => {
  it('begins with the status before the payment and has every request since, with its serial number', () => {
    expect(
      evidenceOf(timeline).map(({ what, serialNumber, answer }) => [what, serialNumber, answer]),
    ).toEqual([
      ['status', 'sn-look', 'payout_check_validated'],
      ['payout-pay', null, 'no answer that could be read (timeout)'],
      ['status', 'sn-after', 'processing, payout_check_validated'],
      ['status', null, 'no answer that could be read (HTTP 502)'],
    ])
  })
})

describe('the text for the support', () => {
  const { subject, text } = supportText(payout, '39915', evidenceOf(timeline))

  it('names everything that Cardzo searches by, with times in UTC', () => {
    expect(subject).toBe('Outcome unknown: payout order 6768788')
    expect(text.split('\n')).toEqual(
      expect.arrayContaining([
        'endpoint: 39915',
        'orderid: 6768788',
        'client_orderid: po-sample',
        'amount: 100.50 EUR',
        'payout-pay set out: 2026-11-23 14:02:01 UTC',
        'payout-pay answer: no answer that could be read (timeout), at 2026-11-23 14:02:09 UTC',
        'payout-pay serial-number: none received',
        'latest status answer: processing, payout_check_validated, at 2026-11-23 14:02:13 UTC',
        'status serial-number on record: sn-after, of 2026-11-23 14:02:13 UTC',
      ]),
    )
  })

  it('asks one clear question and promises not to send it again', () => {
    expect(text).toContain('was the money sent?')
    expect(text).toContain('We will not send payout-pay for this order again.')
  })

  it('contains nothing about the receiver', () => {
    for (const secret of ['DE89370400440532013000', '3000', 'Ada', 'Nowak', 'ada@example.com', 'cust-42'])
      expect(subject + text).not.toContain(secret)
  })

  it('says so when nothing was ever recorded or Cardzo knows no such order', () => {
    const bare = samplePayout({ status: 'outcome_unknown', progress: { lastVerdict: 'no_such_order' } })
    const told = supportText(bare, '39915', []).text
    expect(told).toContain('payout-pay answer: none recorded')
    expect(told).toContain('latest status answer: no such order')
  })
})

describe('callbacks among the evidence', () => {
  const callback = (second: number, status: string) =>
    ({
      id: `c${second}`,
      status,
      type: 'payout',
      deliveries: 1,
      receivedAt: new Date(Date.UTC(2026, 10, 23, 14, 2, second)),
    }) as StoredCallback
  const callbacks = [callback(16, 'approved'), callback(11, 'processing'), callback(2, 'Declined')]

  it('are listed among the requests by time, whatever order they are stored in', () => {
    const known = inOrder(evidenceOf(timeline), callbacks)
    expect(known.map((one) => (one.kind === 'request' ? one.request.what : one.callback.status))).toEqual([
      'status',
      'Declined',
      'payout-pay',
      'processing',
      'status',
      'approved',
      'status',
    ])
    const times = known.map(({ at }) => at.getTime())
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })

  it('that say how it ended come first, and the support is told', () => {
    expect(finalCallbacks(callbacks).map(({ status }) => status)).toEqual(['Declined', 'approved'])
    const { text } = supportText(payout, '39915', evidenceOf(timeline), callbacks)
    expect(text).toContain('callback received: approved, at 2026-11-23 14:02:16 UTC')
  })

  it('payout-pay has the time when it left, not only when its silence was recorded', () => {
    const pay = evidenceOf(timeline).find(({ what }) => what === 'payout-pay')
    expect([pay?.sentAt?.getUTCSeconds(), pay?.at.getUTCSeconds()]).toEqual([1, 9])
  })

  it('an answer from before payout-pay is called that', () => {
    const early = { ...payout, progress: { ...payout.progress, lastAnsweredAt: '2026-11-23T14:02:00.000Z' } }
    expect(supportText(early, '39915', []).text).toContain('at 2026-11-23 14:02:00 UTC, before payout-pay')
  })
})
