/**
 * Random interleavings of people, workers that die, a Cardzo that misbehaves, callbacks and time, against a small model: who has
 * agreed and how many must, whether Cardzo ever said paid, and how a payout ended. Also: nothing that Cardzo says is dropped, nothing
 * that it repeats costs a row, and nothing is sent while a worker can't write its marker. One file, because it is one model.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import type { Payout } from '#lib/services/ports.ts'
import { MarkerUnwritable } from '#lib/services/safety/marker.ts'
import { workMortally } from '#lib/services/testing/mortal-worker.ts'
import { createTestPortal, seen as whatIsSeen, system } from '#lib/services/testing/portal.ts'
import type { Fault, ScriptedOrder, StatusFault } from '#lib/services/testing/scripted-gateway.ts'
import { refuseRetry } from './retry-payout.ts'
import { cancelPayout } from './cancel-payout.ts'

let wholeMarker: Real['deps']['marker']
let portal: Awaited<ReturnType<typeof createTestPortal>>
let approvers: Actor[]
let clerk: Actor & { kind: 'user' }
beforeAll(async () => {
  portal = await createTestPortal()
  wholeMarker = portal.deps.marker
  approvers = [await portal.approver(), await portal.approver(), await portal.approver()]
  const operator = { kind: 'operator', name: 'test' } as const
  clerk = { kind: 'user', id: randomUUID(), role: 'clerk', name: 'Clara', receiverId: null }
  // Everything needs a balance, much needs two people, and approvals can be undone for a minute.
  await portal.deps.settings.change({ requireBalanceMerchant: true, sendDelayS: { '*': 60 } }, operator)
  const rules = [{ name: 'Much', source: 'any' as const, from: '500', approvers: 2 }]
  const currencies = { EUR: { ...plainCurrency, rules } }
  await portal.deps.policy.set({ currencies, risk: {} }, 'The policy of the model.', operator)
})
afterAll(() => portal.close())

/** How often each status was seen, to catch a test that reaches nothing. */
const seen = new Map<PayoutStatus, number>()
/** How often Cardzo worked on an order after its payout had ended. */
let signsOfLife = 0

type Known = {
  /** How many must agree, and who has and has not taken it back. */
  needed: number
  agreed: Set<string>
  /** Payout-pay has arrived: from here on people can change nothing. */
  sent: boolean
  cardzoSaidPaid: boolean
  ended: PayoutStatus | null
  /** When it expires, once that is known. */
  deadline: Date | null
}
type Model = { payouts: Map<string, Known>; markerBroken: boolean }
type Real = typeof portal

const nth = <T>(list: T[], n: number): T | undefined => list[n % Math.max(list.length, 1)]
const pick = (model: Model, n: number): string | undefined => nth([...model.payouts.keys()], n)

/** What must hold after every step, whatever happened. */
async function checkAll(model: Model, real: Real): Promise<void> {
  for (const [id, known] of model.payouts) {
    const payout = await real.payout(id)
    seen.set(payout.status, (seen.get(payout.status) ?? 0) + 1)
    const orders = real.gateway.orders.get(payout.clientOrderId) ?? []
    const pays = orders.reduce((sum, order) => sum + order.paysReceived, 0)
    expect(pays, `payout-pays received for one payout`).toBeLessThanOrEqual(1)
    if (pays > 0 && !known.sent)
      expect(known.agreed.size, 'paid with too few approvals').toBeGreaterThanOrEqual(known.needed)
    known.sent ||= pays > 0
    // When the bank takes its confirmation back, people are asked again.
    const latest = new Map(
      (await real.deps.approvals.forPayouts([id])).map(({ approverId, voidReason }) => [
        approverId,
        voidReason,
      ]),
    )
    for (const [who, why] of latest) if (why?.startsWith('The bank')) known.agreed.delete(who)
    known.deadline ??= payout.expiresAt
    expect(payout.expiresAt, 'a deadline moved').toEqual(known.deadline)
    await checkSaid(payout, known, real)
    if (known.ended !== null) expect(payout.status, 'a final status was left').toBe(known.ended)
    if (payout.status === 'paid')
      expect(known.cardzoSaidPaid, 'paid although Cardzo never said so').toBe(true)
    if (isFinal(payout.status)) known.ended = payout.status
    else expect(payout.dueAt, 'neither over nor due').not.toBeNull()
    if (payout.status === 'outcome_unknown') expect(await real.items(id)).toContain('outcome_unknown')
  }
  // Three sets of books: the payouts, their history, and the ledger.
  expect((await real.deps.ledger.check()).wrong).toEqual([])
}

/** What Cardzo said is heard, proves what it must, and is shown to people where it contradicts. */
async function checkSaid(payout: Payout, known: Known, real: Real): Promise<void> {
  const callbacks = await real.deps.callbacks.forPayout(payout.id)
  const status = callbacks.filter(({ about }) => about === 'status')
  if (status.some(({ comparedAt }) => comparedAt === null))
    expect(payout.dueAt, 'a callback waits, and nobody is going to look').not.toBeNull()
  const items = await real.deps.items.list({ payoutId: payout.id })
  const unpaid = isFinal(payout.status) && payout.status !== 'paid'
  if (unpaid && status.some((one) => one.status === 'approved' && one.comparedAt !== null))
    expect(
      items.map(({ severity }) => severity),
      'told "approved" after the end, and nobody knows',
    ).toContain('critical')
  if (callbacks.some(({ about }) => about === 'operation'))
    expect(items.map(({ kind }) => kind)).toContain('other_operation')
  // Refused by payout-pay's answer: it took two answers that still said validated, with nothing else in between.
  const refused =
    payout.status === 'failed' && payout.payClaimedAt !== null && payout.gatewayStatus !== 'error'
  if (refused && known.ended === null)
    expect(real.gateway.told.get(payout.clientOrderId)?.join()).toMatch(/refused.*validated,validated/)
}

/** An hour passes: every lease runs out, everything is due. */
const pass = (real: Real) =>
  real.prisma.$executeRaw`
    WITH passed AS (
      UPDATE payout_work SET due_at = due_at - interval '1 hour', news_at = news_at - interval '1 hour',
        lease_until = lease_until - interval '1 hour'
      WHERE due_at < now() + interval '1 year' RETURNING payout_id
    )
    UPDATE payout SET send_after = send_after - interval '1 hour' FROM passed WHERE id = passed.payout_id`

abstract class Step implements fc.AsyncCommand<Model, Real> {
  check(model: Readonly<Model>): boolean {
    return model.payouts.size > 0
  }
  async run(model: Model, real: Real): Promise<void> {
    await this.act(model, real)
    await checkAll(model, real)
  }
  abstract act(model: Model, real: Real): Promise<void>
  abstract toString(): string
}

class Ask extends Step {
  readonly much: boolean
  constructor(much: boolean) {
    super()
    this.much = much
  }
  override check(model: Readonly<Model>) {
    return model.payouts.size < 3
  }
  async act(model: Model, real: Real) {
    const receiver = { externalId: randomUUID(), firstName: 'Ada' }
    const amount = this.much ? '600.00' : '100.50'
    const grant = {
      id: randomUUID(),
      receiver,
      currency: 'EUR',
      amountMinor: 70_000n,
      reference: randomUUID(),
    }
    await real.deps.ledger.grant({ ...grant, idempotencyKey: null, source: 'operator' }, system)
    const id = await real.ask({ receiver, amount })
    const needed = this.much ? 2 : 1
    model.payouts.set(id, {
      needed,
      agreed: new Set(),
      sent: false,
      cardzoSaidPaid: false,
      ended: null,
      deadline: null,
    })
  }
  toString = () => (this.much ? 'somebody asks for much' : 'somebody asks')
}

class Work extends Step {
  readonly die: { call: number; after: boolean } | null
  constructor(die: { call: number; after: boolean } | null) {
    super()
    this.die = die
  }
  async act(model: Model, real: Real) {
    const paysBefore = paysOf(real)
    // Alone it works until nothing is due. The one that dies does so at its first payout.
    for (let round = 0; round < (this.die === null ? 4 : 1); round++) {
      await pass(real)
      const { leased } = await real.deps.payouts.claimDue('model-worker', 10, 60_000)
      for (const lease of leased)
        await (this.die === null ? workPayout(real.deps, lease) : workMortally(real.deps, lease, this.die))
    }
    if (model.markerBroken) expect(paysOf(real), 'payout-pay left without a marker').toBe(paysBefore)
  }
  toString = () =>
    this.die === null
      ? 'a worker works'
      : `a worker dies ${this.die.after ? 'after' : 'before'} call ${this.die.call}`
}

const paysOf = ({ gateway }: Real) =>
  [...gateway.orders.values()].flat().reduce((sum, { paysReceived }) => sum + paysReceived, 0)

/** The disk with the marker fills up, or has room again. */
class MarkerBreaks extends Step {
  act(model: Model, real: Real) {
    model.markerBroken = !model.markerBroken
    real.deps.marker = model.markerBroken ? brokenMarker() : wholeMarker
    return Promise.resolve()
  }
  toString = () => 'the marker can be written no more, or again'
}

/** Like a file: the first attempt to write shows the trouble. */
function brokenMarker(): Real['deps']['marker'] {
  let trouble: string | null = null
  const fails = () => {
    trouble = 'no space left on device'
    return Promise.reject(new MarkerUnwritable(trouble))
  }
  return { missing: () => Promise.resolve(null), renew: fails, remember: fails, trouble: () => trouble }
}

/** Nothing new happens, and Cardzo is asked again and again. After a while that costs no more rows. */
class Repeat extends Step {
  async act(_model: Model, real: Real) {
    for (const command of ['check', 'pay', 'status'] as const) real.gateway.faults[command].length = 0
    const { pollIntervalMs, timeoutMs } = real.deps.config
    // Longer than the longest pause before the portal acts on an answer that it heard again.
    const quietMs = 2 * timeoutMs + 4 * pollIntervalMs
    const deadline = Date.now() + 20_000
    let [rows, since] = [-1, Date.now()]
    for (let round = 0; round < 12 || Date.now() - since < quietMs; round++) {
      if (Date.now() > deadline) throw new Error('what is repeated costs rows')
      await lookAtAll(real)
      const now = await real.prisma.payoutEvent.count()
      if (now !== rows) [rows, since] = [now, Date.now()]
    }
  }
  toString = () => 'nothing happens for long'
}

async function lookAtAll(real: Real): Promise<void> {
  await pass(real)
  const { leased } = await real.deps.payouts.claimDue('model-worker', 10, 60_000)
  for (const lease of leased) await workPayout(real.deps, lease)
}

/** Cardzo works on an order that has ended here, and says so. */
class SignOfLife extends Step {
  readonly n: number
  constructor(n: number) {
    super()
    this.n = n
  }
  async act(model: Model, real: Real) {
    const all = await Promise.all([...model.payouts.keys()].map((id) => real.payout(id)))
    const ended = all.filter(
      ({ status, orderId }) => isFinal(status) && status !== 'paid' && orderId !== null,
    )
    const payout = nth(ended, this.n)
    if (!payout) return
    const { id, clientOrderId, orderId } = payout
    const order = real.gateway.orders.get(clientOrderId)?.find((one) => one.orderId === orderId)
    if (!order || orderId === null) return
    Object.assign(order, { status: 'processing', stage: 'payout_processing', redirect: null })
    for (const command of ['check', 'pay', 'status'] as const) real.gateway.faults[command].length = 0
    await real.deps.callbacks.store({ ...message, status: 'working', orderId, clientOrderId }, id)
    await lookAtAll(real)
    signsOfLife++
    expect(await real.items(id), 'a sign of life after the end').toContain('final_contradicted')
    if (payout.status !== 'filtered')
      expect(await refuseRetry(real.deps, clerk, await real.payout(id))).toBe('cardzo_contradicts')
  }
  toString = () => `Cardzo works on payout ${this.n}, which has ended`
}

class Decide extends Step {
  readonly n: number
  readonly how: 'approve' | 'undo' | 'reject' | 'cancel'
  constructor(n: number, how: 'approve' | 'undo' | 'reject' | 'cancel') {
    super()
    this.n = n
    this.how = how
  }
  async act(model: Model, real: Real) {
    const all = await Promise.all([...model.payouts.keys()].map((id) => real.payout(id)))
    const open = all.filter(({ status }) =>
      this.how === 'approve'
        ? status === 'awaiting_approval'
        : this.how === 'undo'
          ? status === 'awaiting_approval' || status === 'approved'
          : !isFinal(status),
    )
    const payout = nth(open, this.n)
    if (!payout) return
    const { id, version } = payout
    const [first, second] = approvers
    const known = model.payouts.get(id)
    if (first?.kind !== 'user' || second?.kind !== 'user' || !known) throw new Error('no approvers')
    if (this.how === 'approve') {
      // Two click at once: no more win than are needed, and nobody counts twice.
      const before = known.agreed.size
      await Promise.all(
        [first, second].map(async (by) => {
          if ((await approvePayout(real.deps, by, whatIsSeen(payout))).ok) {
            expect(known.agreed.has(by.id), 'the same person counted twice').toBe(false)
            known.agreed.add(by.id)
          }
        }),
      )
      expect(known.agreed.size - before).toBeLessThanOrEqual(known.needed - before)
    } else if (this.how === 'undo') {
      if ((await undoApproval(real.deps, first, { id })).ok) known.agreed.delete(first.id)
    } else if (this.how === 'reject') await rejectPayout(real.deps, first, { id, version, reason: 'no' })
    else await cancelPayout(real.deps, system, { id })
  }
  toString = () => `people ${this.how} payout ${this.n}`
}

const faults: Fault[] = [
  { answer: 'silence', effect: true },
  { answer: 'silence', effect: false },
  { answer: 'not_sent' },
  { answer: 'refused', code: '1' },
  { answer: 'error', effect: true, orderId: true },
  { answer: 'error', effect: false },
  { answer: 'locked_out', effect: false },
]

class Misbehave extends Step {
  readonly command: 'check' | 'pay' | 'status'
  readonly fault: Fault
  constructor(command: 'check' | 'pay' | 'status', fault: Fault) {
    super()
    this.command = command
    this.fault = fault
  }
  act(_model: Model, real: Real) {
    real.gateway.faults[this.command].push(this.fault)
    return Promise.resolve()
  }
  toString = () => `the next ${this.command} meets ${JSON.stringify(this.fault)}`
}

/** What the bank may do to an order on its own. */
const turns: Record<string, Partial<ScriptedOrder>> = {
  validating: { status: 'processing', stage: 'payout_check_validating' },
  declined: { status: 'declined' },
  filtered: { status: 'filtered' },
  error: { status: 'error' },
  unknown: { status: 'unknown' },
  surprising: { status: 'surprising' },
}
const paidTurns: Record<string, Partial<ScriptedOrder>> = {
  processing: { status: 'processing', stage: 'payout_processing' },
  form: { status: 'processing', stage: 'payout_processing', redirect: 'https://bank.example/f' },
  approved: { status: 'approved' },
  approvedAtOnce: { status: 'approved', stage: 'payout_approved', redirect: null },
  declined: { status: 'declined' },
  unknown: { status: 'unknown' },
  otherAmount: { amount: '1.00' },
}

class SayOtherwise extends Step {
  readonly fault: StatusFault
  constructor(fault: StatusFault) {
    super()
    this.fault = fault
  }
  act(_model: Model, real: Real) {
    real.gateway.faults.status.push(this.fault)
    return Promise.resolve()
  }
  toString = () => `the next status meets ${JSON.stringify(this.fault)}`
}

class BankActs extends Step {
  readonly n: number
  readonly turn: number
  constructor(n: number, turn: number) {
    super()
    this.n = n
    this.turn = turn
  }
  async act(model: Model, real: Real) {
    const id = pick(model, this.n)
    if (id === undefined) return
    const [order] = real.gateway.orders.get((await real.payout(id)).clientOrderId) ?? []
    if (!order) return
    const turn = nth(Object.values(order.paysReceived > 0 ? paidTurns : turns), this.turn)
    Object.assign(order, turn)
    const known = model.payouts.get(id)
    if (known && order.status === 'approved') known.cardzoSaidPaid = true
  }
  toString = () => `the bank makes its turn ${this.turn} on payout ${this.n}`
}

const message = { type: 'payout', params: {} }

class CallBack extends Step {
  readonly n: number
  readonly status: string
  readonly operation: string | undefined
  constructor(n: number, status: string, operation?: string) {
    super()
    this.n = n
    this.status = status
    this.operation = operation
  }
  async act(model: Model, real: Real) {
    const id = pick(model, this.n)
    if (id === undefined) return
    const { clientOrderId, orderId } = await real.payout(id)
    const ids = { orderId: orderId ?? '999', clientOrderId }
    const { operation } = this
    const about = operation === undefined ? message : { ...message, type: operation, operation }
    const before = await real.deps.callbacks.forPayout(id)
    await real.deps.callbacks.store({ ...about, ...ids, status: this.status }, id)
    const isNew = (await real.deps.callbacks.forPayout(id)).length > before.length
    if (!isNew || operation !== undefined) return
    // A second is more than enough: no worker has it in hand, and nothing else delays it.
    const { dueAt, leaseUntil } = await real.prisma.payoutWork.findUniqueOrThrow({ where: { payoutId: id } })
    if (leaseUntil === null)
      expect(dueAt?.getTime() ?? Infinity, 'a callback is due now').toBeLessThan(Date.now() + 1000)
  }
  toString = () => `Cardzo calls back about payout ${this.n}: ${this.operation ?? 'payout'} ${this.status}`
}

const steps = [
  { weight: 2, arbitrary: fc.boolean().map((much) => new Ask(much)) },
  { weight: 5, arbitrary: fc.constant(new Work(null)) },
  {
    weight: 3,
    arbitrary: fc
      .record({ call: fc.integer({ min: 1, max: 16 }), after: fc.boolean() })
      .map((die) => new Work(die)),
  },
  { weight: 5, arbitrary: fc.nat(2).map((n) => new Decide(n, 'approve')) },
  { weight: 1, arbitrary: fc.nat(2).map((n) => new Decide(n, 'undo')) },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.nat(2), fc.constantFrom('reject', 'cancel')).map(([n, how]) => new Decide(n, how)),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(fc.constantFrom('check', 'pay', 'pay', 'status'), fc.constantFrom(...faults))
      .map(([command, fault]) => new Misbehave(command, fault)),
  },
  { weight: 4, arbitrary: fc.tuple(fc.nat(2), fc.nat(6)).map(([n, turn]) => new BankActs(n, turn)) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(2), fc.constantFrom('approved', 'declined', 'filtered'))
      .map(([n, status]) => new CallBack(n, status)),
  },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.nat(2), fc.constantFrom('reversal', 'chargeback'))
      .map(([n, operation]) => new CallBack(n, 'approved', operation)),
  },
  {
    weight: 2,
    arbitrary: fc
      .constantFrom<StatusFault>(
        { answer: 'validating' },
        { answer: 'other_operation', type: 'reversal', rawStatus: 'approved' },
      )
      .map((fault) => new SayOtherwise(fault)),
  },
  { weight: 1, arbitrary: fc.constant(new MarkerBreaks()) },
  { weight: 1, arbitrary: fc.constant(new Repeat()) },
  { weight: 1, arbitrary: fc.nat(2).map((n) => new SignOfLife(n)) },
]
// fc.commands draws evenly from a list, so what should come often is listed often.
const drawn = steps.flatMap(({ weight, arbitrary }): fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] =>
  Array.from({ length: weight }, () => arbitrary),
)

describe('any order of events', () => {
  it('never pays twice, never leaves a final status, never loses a payout', async () => {
    const mustBeReached = ['approved', 'processing', 'outcome_unknown', 'failed'] as const
    const rounds = (numRuns: number) =>
      fc.assert(
        fc.asyncProperty(fc.commands(drawn, { size: 'large', maxCommands: 40 }), async (commands) => {
          const { gateway, prisma } = portal
          gateway.orders.clear()
          gateway.told.clear()
          portal.deps.marker = wholeMarker
          for (const command of ['check', 'pay', 'status'] as const) gateway.faults[command].length = 0
          // The worst Cardzo: payout-pay has arrived, and its status goes on saying "validated" until the bank acts.
          gateway.afterPay = () => undefined
          await prisma.gatewayState.deleteMany()
          await prisma.openItem.deleteMany()
          // Leave alone what earlier runs left open.
          await prisma.$executeRaw`UPDATE payout_work SET due_at = now() + interval '10 years' WHERE due_at IS NOT NULL`
          await fc.asyncModelRun(
            () => ({ model: { payouts: new Map(), markerBroken: false }, real: portal }),
            commands,
          )
        }),
        { numRuns, endOnFailure: false },
      )
    await rounds(50)
    // A model that reaches nothing proves nothing; fifty random lives miss one of these now and then.
    for (
      let more = 0;
      more < 40 && (signsOfLife === 0 || mustBeReached.some((status) => !seen.has(status)));
      more++
    )
      await rounds(5)
    expect(signsOfLife, 'no payout had ended before Cardzo worked on it').toBeGreaterThan(0)
    for (const status of mustBeReached)
      expect(seen.get(status) ?? 0, `${status} was never reached`).toBeGreaterThan(0)
  }, 600_000)
})
