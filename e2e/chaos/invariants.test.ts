import { describe, expect, it } from 'vitest'
import { judge, judgeAfterLoss } from './invariants.ts'
import type { Facts } from './invariants.ts'
import type { EventRow, PayoutRow } from './rows.ts'
import { makeSchedule, money, receivers } from './schedule.ts'
import type { Order } from './simulator.ts'

const [plan] = makeSchedule(1, 1, 1, { timeoutMs: 100, leaseMs: 1000 }).payouts
if (!plan) throw new Error('no plan')

const payout: PayoutRow = {
  id: 'p',
  plan: 0,
  status: 'paid',
  version: 7,
  amount: plan.amount,
  currency: plan.currency,
  gatewayAmount: plan.amount,
  clientOrderId: 'po-1',
  orderId: '77',
  idempotencyKey: `api:${plan.key}`,
  accountLast4: plan.account.slice(-4),
  requestedById: null,
  keyOwnerId: 'olga',
  apiKeyId: 'key',
  judgedSource: 'api',
  replacesId: null,
  expiresAt: new Date(9000),
  approvedById: 'ana',
  isFinal: true,
  contentHash: 'c',
  approvalsRequired: 1,
  policyApproved: false,
  reserves: true,
  receiver: 'receiver-1',
  claimedAt: new Date(2000),
  isDue: false,
}
const walk = [
  ['find_order', 'requested', 'checking'],
  ['validate', 'checking', 'awaiting_approval'],
  ['approve', 'awaiting_approval', 'approved'],
  ['claim', 'approved', 'paying'],
  ['proceed', 'paying', 'processing'],
  ['confirm', 'processing', 'paid'],
] as const
const events = walk.map(([move, from, to], n): EventRow => ({
  id: String(n),
  payoutId: 'p',
  kind: 'whatever',
  move,
  from,
  to,
  actorKind: move === 'approve' ? 'user' : 'worker',
  actorId: move === 'approve' ? 'ana' : 'worker-1',
}))
const order = {
  orderId: '77',
  clientOrderId: 'po-1',
  amountAsked: plan.amount,
  amount: plan.amount,
  currency: plan.currency,
  accountLast4: plan.account.slice(-4),
  payReceived: 1,
  payAccepted: 1,
  timesPaid: 1,
  moneyMoved: plan.amount,
  log: [
    { at: '', what: 'move', detail: 'processing / payout_check_validated' },
    { at: '', what: 'payout-pay', detail: 'accepted' },
  ],
  deliveries: [],
} as unknown as Order
const mail = { to: 'ada', messageId: '1', subject: 'paid', text: 'Reference: po-1' }

const approval = {
  payoutId: 'p',
  approverId: 'ana',
  personId: 'ana',
  contentHash: 'c',
  orderId: '77',
  at: new Date(1000),
  voidedAt: null,
}
const cents = (amount: string) => Math.round(Number(amount) * 100)
/** Everybody's, with the money of the one payout where it is. */
const balancesWith = (where: 'reserved' | 'paid' | 'none') =>
  Object.entries(money).flatMap(([currency, { granted }]) =>
    Array.from({ length: receivers }, (_, n) => {
      const moved = where !== 'none' && n === 0 && currency === plan.currency ? cents(plan.amount) : 0
      const [all, left, gone] = [granted * 100, granted * 100 - moved, moved].map(String)
      return {
        receiver: `receiver-${n + 1}`,
        currency,
        granted: all!,
        available: left!,
        reserved: where === 'reserved' ? gone! : '0',
        paid: where === 'paid' ? gone! : '0',
        grantedByTransfers: all!,
        availableByTransfers: left!,
        reservedByTransfers: where === 'reserved' ? gone! : '0',
        paidByTransfers: where === 'paid' ? gone! : '0',
      }
    }),
  )

const balances = balancesWith('paid')

const callback = { payoutId: 'p', about: 'status', status: 'approved', isCompared: true }
const received = {
  ...events[0]!,
  id: '7',
  kind: 'callback_received',
  move: null,
  from: null,
  to: null,
  actorKind: 'cardzo',
}

const good: Facts = {
  plans: [plan],
  payouts: [payout],
  events,
  items: [],
  brokenLinks: [],
  callbacks: [],
  deadlines: new Map([['p', new Set([9000])]]),
  orders: [order],
  strayPays: 0,
  mails: [mail],
  toldIds: new Map([[0, new Set(['p'])]]),
  toldWrong: [],
  toldRefused: new Map(),
  approvals: [approval, { ...approval, approverId: 'boris', personId: 'boris' }],
  balances,
  transfers: [
    { payoutId: 'p', kind: 'reserve', amount: plan.amount },
    { payoutId: 'p', kind: 'capture', amount: plan.amount },
  ],
  sightings: [],
  leaks: [],
  textsSearched: 3,
  askFirst: [],
}
const broken = (facts: Facts) =>
  judge(facts)
    .filter(({ offenders }) => offenders.length > 0)
    .map(({ name, promise }) => `${name} ${promise}`)

const unfinished = { ...payout, status: 'processing', version: 6, isFinal: false, isDue: true }
const walked = events.slice(0, -1)

describe('the judge', () => {
  it('has nothing against a payout that was asked for, approved and paid once', () => {
    expect(broken(good)).toEqual([])
    expect(broken({ ...good, callbacks: [callback], events: [...events, received] })).toEqual([])
    expect(judge(good).map(({ name }) => name)).toEqual(
      expect.arrayContaining(['I1', 'I2', 'I4', 'I5', 'I6', 'I7', 'I8', 'P1', 'P2', 'P3', 'P4', 'P5']),
    )
  })

  it.each<[string, string, Partial<Facts>]>([
    ['a second payout-pay, even one that was refused', 'I1', { orders: [{ ...order, payReceived: 2 }] }],
    ['a payout-pay for nothing', 'I1', { strayPays: 1 }],
    ['two orders paid for one payout', 'P3', { orders: [order, { ...order, orderId: '78' }] }],
    [
      'money that moved twice',
      'I1',
      { orders: [{ ...order, timesPaid: 2, moneyMoved: String(Number(plan.amount) * 2) }] },
    ],
    [
      'money that is called paid and never left',
      'I1',
      { orders: [{ ...order, timesPaid: 0, moneyMoved: '0.00' }] },
    ],
    ['another amount there than here', 'I1', { orders: [{ ...order, moneyMoved: '1.00' }] }],
    [
      'money that left for a payout that was cancelled',
      'I1',
      { payouts: [{ ...payout, status: 'cancelled' }] },
    ],
    ['an order of another amount than was asked for', 'P2', { orders: [{ ...order, amountAsked: '1.00' }] }],
    [
      'a payout that left a final status',
      'I2',
      { events: [...events, { ...events[5]!, from: 'paid', to: 'failed' }] },
    ],
    ['a final status that was seen to change', 'I2', { sightings: ['left a final status: p'] }],
    ['a move without an event', 'I4', { events: events.filter(({ move }) => move !== 'validate') }],
    ['a version that nobody can explain', 'I4', { payouts: [{ ...payout, version: 9 }] }],
    ['a broken chain', 'I4', { brokenLinks: [{ id: '3', payoutId: 'p' }] }],
    [
      'an approval by the owner of the key',
      'I5',
      { events: events.map((event) => (event.move === 'approve' ? { ...event, actorId: 'olga' } : event)) },
    ],
    ['a payout without an approval', 'P2', { events: events.filter(({ move }) => move !== 'approve') }],
    [
      'a payout that nobody will look at',
      'I6',
      { payouts: [{ ...unfinished, isDue: false }], events: walked },
    ],
    [
      'a callback that nobody compares',
      'C1',
      { callbacks: [{ ...callback, isCompared: false }], events: [...events, received] },
    ],
    [
      'a callback about a second order that nobody sees',
      'C1',
      { callbacks: [{ ...callback, about: 'other_order' }], events: [...events, received] },
    ],
    [
      'a callback about a reversal that nobody sees',
      'C1',
      { callbacks: [{ ...callback, about: 'operation' }], events: [...events, received] },
    ],
    [
      'a callback about nothing that is here, and that nobody sees',
      'C1',
      { callbacks: [{ ...callback, payoutId: null }] },
    ],
    [
      'a signed "approved" for a payout that was rejected, with no more than a warning',
      'C2',
      {
        payouts: [{ ...payout, status: 'rejected' }],
        callbacks: [callback],
        items: [{ payoutId: 'p', kind: 'paid_after_end', severity: 'warning', open: true }],
      },
    ],
    [
      'a signed "approved" for a payout that was rejected, whose item was closed',
      'C2',
      {
        payouts: [{ ...payout, status: 'rejected' }],
        callbacks: [callback],
        items: [{ payoutId: 'p', kind: 'paid_after_end', severity: 'critical', open: false }],
      },
    ],
    [
      'a row for each delivery of a callback',
      'C3',
      { callbacks: [callback], events: [...events, received, { ...received, id: '8' }] },
    ],
    [
      'a row for each answer that says the same',
      'C3',
      {
        events: [
          ...events,
          ...Array.from({ length: 60 }, (_, n) => ({ ...received, id: `x${n}`, kind: 'status_answered' })),
        ],
      },
    ],
    ['a deadline that moved', 'D1', { deadlines: new Map([['p', new Set([9000, 9001])]]) }],
    ['a payment outside the balance', 'I3', { transfers: [] }],
    [
      'a cancellation by the key of somebody else',
      'O1',
      { events: [...events, { ...events[5]!, move: 'cancel', actorKind: 'api_key', actorId: 'other' }] },
    ],
    [
      'a cancellation by a key of what was asked for in the browser',
      'O1',
      {
        payouts: [{ ...payout, apiKeyId: null }],
        events: [...events, { ...events[5]!, move: 'cancel', actorKind: 'api_key', actorId: 'key' }],
      },
    ],
    [
      'an approval by the policy of what a receiver asked for',
      'I5',
      {
        payouts: [
          { ...payout, policyApproved: true, amount: '1.00', currency: 'EUR', judgedSource: 'browser' },
        ],
      },
    ],
    [
      'the same payout asked for again twice',
      'P3',
      { payouts: [payout, { ...payout, id: 'q', replacesId: 'p' }, { ...payout, id: 'r', replacesId: 'p' }] },
    ],
    [
      'a payout that was paid, and once more when it was asked for again',
      'P3',
      {
        payouts: [payout, { ...payout, id: 'q', replacesId: 'p', clientOrderId: 'po-2', orderId: '78' }],
        orders: [order, { ...order, orderId: '78', clientOrderId: 'po-2' }],
      },
    ],
    ['a secret in a log', 'I7', { leaks: ['the API key in web.log'] }],
    ['a payout that never ends', 'I8', { payouts: [unfinished], events: walked }],
    [
      'an unknown outcome on nobody’s desk',
      'I8',
      { payouts: [{ ...unfinished, status: 'outcome_unknown' }], events: walked },
    ],
    [
      'a payout-pay before the bank has confirmed',
      'P1',
      { orders: [{ ...order, log: [...order.log].reverse() }] },
    ],
    ['a promised payout that is gone', 'P3', { toldIds: new Map([[0, new Set(['q'])]]) }],
    ['two payouts under one key', 'P3', { payouts: [payout, { ...payout, id: 'q' }] }],
    ['the same mail twice', 'P4', { mails: [mail, { ...mail, messageId: '2' }] }],
    [
      'money that was paid and is still reserved',
      'I3',
      { transfers: [{ payoutId: 'p', kind: 'reserve', amount: plan.amount }] },
    ],
    [
      'a balance that its transfers do not make',
      'I3',
      { balances: balances.map((row, n) => (n === 0 ? { ...row, availableByTransfers: '1' } : row)) },
    ],
    ['more than a limit allows', 'L1', { payouts: [{ ...payout, currency: 'EUR', amount: '2000.01' }] }],
    ['a payment that nobody agreed to', 'I5', { approvals: [] }],
    [
      'a payment whose approval was taken back before',
      'I5',
      { approvals: [{ ...approval, voidedAt: new Date(1500) }] },
    ],
    ['an approval of other content', 'I5', { approvals: [{ ...approval, contentHash: 'other' }] }],
    [
      'one approval where two are asked for',
      'I5',
      { payouts: [{ ...payout, amount: '600.00' }], approvals: [approval] },
    ],
    [
      'an approval by the policy that it does not give',
      'I5',
      { payouts: [{ ...payout, policyApproved: true, amount: '150.00' }] },
    ],
    [
      'a forgery that was believed',
      'P5',
      {
        orders: [
          {
            ...order,
            deliveries: [
              { kind: 'forged', acknowledged: true, at: '', attempt: 1, status: '', answer: '200' },
            ],
          },
        ],
      },
    ],
  ])('sees %s', (_, name, facts) => {
    expect(broken({ ...good, ...facts }).map((line) => line.slice(0, 2))).toContain(name)
  })

  it('accepts that what is asked for again is held for a doubt, if people know of both', () => {
    const held = {
      ...unfinished,
      id: 'q',
      clientOrderId: 'po-2',
      orderId: '78',
      status: 'approved',
      replacesId: 'p',
    }
    const facts = { ...good, payouts: [{ ...payout, status: 'declined' }, held] }
    const doubt = { payoutId: 'p', kind: 'paid_after_end', severity: 'critical', open: true }
    const told = { payoutId: 'q', kind: 'stuck', severity: 'high', open: true }
    const settled = (items: Facts['items']) =>
      !broken({ ...facts, items }).some((line) => line.startsWith('I8'))
    expect(settled([doubt, told])).toBe(true)
    expect(settled([doubt])).toBe(false)
    expect(settled([told])).toBe(false)
    expect(settled([{ ...doubt, open: false }, told])).toBe(false)
  })

  it('does not take a reserve that was given back for the balance that paid', () => {
    const moved = (kind: string) => ({ payoutId: 'p', kind, amount: plan.amount })
    const transfers = [moved('reserve'), moved('release')]
    expect(broken({ ...good, transfers })).toContain('I3 nothing was paid outside the balance')
  })

  it('accepts an unknown outcome that is on the desk, and lists its money apart', () => {
    const facts = {
      ...good,
      payouts: [{ ...payout, status: 'outcome_unknown', version: 6, isFinal: false, isDue: true }],
      events: [...walked.slice(0, -1), { ...walked[4]!, move: 'lose_track', to: 'outcome_unknown' }],
      items: [{ payoutId: 'p', kind: 'outcome_unknown', severity: 'critical', open: true }],
      balances: balancesWith('reserved'),
      transfers: [{ payoutId: 'p', kind: 'reserve', amount: plan.amount }],
    }
    expect(broken(facts)).toEqual([])
    expect(judge(facts)[1]?.detail).toContain(`${plan.amount} unknown`)
  })
})

it('asking first is a finding, unless what was read could be lost', () => {
  const asking = { ...good, askFirst: ['the marker is ahead'] }
  expect(broken(asking)).toEqual([expect.stringMatching(/^I8 /)])
  expect(broken({ ...asking, mayAskFirst: true })).toEqual([])
})

describe('the judge, after a database that has lost something', () => {
  const lossy: Facts = { ...good, askFirst: ['the marker is ahead'], forgotten: [order] }
  const brokenAfter = (facts: Facts) =>
    judgeAfterLoss(facts).flatMap(({ name, offenders }) => (offenders.length > 0 ? [name] : []))

  it('has nothing against a forgotten order that is followed again, or that the desk knows of', () => {
    expect(brokenAfter(lossy)).toEqual([])
    const again = { ...order, orderId: '78', payReceived: 0, timesPaid: 0, moneyMoved: '0.00' }
    expect(brokenAfter({ ...lossy, orders: [order, again] })).toEqual([])
  })

  it.each<[string, string[], Partial<Facts>]>([
    ['nobody noticed it', ['R1'], { askFirst: [] }],
    [
      'a payout that was sent did not come back',
      ['I1', 'R2'],
      { payouts: [], events: [], balances: balancesWith('none') },
    ],
    [
      'a payout follows another order than the one that was sent',
      ['I1', 'R2'],
      { payouts: [{ ...payout, orderId: '78' }] },
    ],
    ['it was sent again', ['I1'], { orders: [{ ...order, payReceived: 2 }] }],
  ])('sees that %s', (_what, names, change) => {
    expect(brokenAfter({ ...lossy, ...change })).toEqual(expect.arrayContaining(names))
  })
})
