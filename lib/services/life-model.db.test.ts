/**
 * Random interleavings of people, workers that die, a Cardzo that misbehaves, callbacks and time, against a model that knows
 * three things: whether anybody approved, whether Cardzo ever said paid, and how a payout ended.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import { approvePayout } from './approve-payout.ts'
import { cancelPayout } from './cancel-payout.ts'
import { rejectPayout } from './reject-payout.ts'
import { workMortally } from './testing/mortal-worker.ts'
import { createTestPortal, seen as whatIsSeen, system } from './testing/portal.ts'
import type { Fault, ScriptedOrder } from './testing/scripted-gateway.ts'
import { workPayout } from './work-payout.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let approvers: Actor[]
beforeAll(async () => {
  portal = await createTestPortal()
  approvers = [await portal.approver(), await portal.approver()]
})
afterAll(() => portal.close())

/** How often each status was seen, so that a test that reaches nothing shows. */
const seen = new Map<PayoutStatus, number>()

type Known = { approved: boolean; cardzoSaidPaid: boolean; ended: PayoutStatus | null }
type Model = { payouts: Map<string, Known> }
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
    if (pays > 0) expect(known.approved, 'paid without an approval').toBe(true)
    if (known.ended !== null) expect(payout.status, 'a final status was left').toBe(known.ended)
    if (payout.status === 'paid')
      expect(known.cardzoSaidPaid, 'paid although Cardzo never said so').toBe(true)
    if (isFinal(payout.status)) known.ended = payout.status
    else expect(payout.dueAt, 'neither over nor due').not.toBeNull()
    if (payout.status === 'outcome_unknown') expect(await real.items(id)).toContain('outcome_unknown')
  }
}

/** An hour passes: every lease runs out, everything is due. */
const pass = (real: Real) =>
  real.prisma.$executeRaw`
    UPDATE payout SET due_at = due_at - interval '1 hour', lease_until = lease_until - interval '1 hour'
    WHERE due_at < now() + interval '1 year'`

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
  override check(model: Readonly<Model>) {
    return model.payouts.size < 3
  }
  async act(model: Model, real: Real) {
    const id = await real.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    model.payouts.set(id, { approved: false, cardzoSaidPaid: false, ended: null })
  }
  toString = () => 'somebody asks'
}

class Work extends Step {
  readonly die: { call: number; after: boolean } | null
  constructor(die: { call: number; after: boolean } | null) {
    super()
    this.die = die
  }
  async act(_model: Model, real: Real) {
    // Alone it works until there is nothing to do for the moment; the one that dies does so at its first payout.
    for (let round = 0; round < (this.die === null ? 4 : 1); round++) {
      await pass(real)
      const { leased } = await real.deps.payouts.claimDue('model-worker', 10, 60_000)
      for (const lease of leased)
        await (this.die === null ? workPayout(real.deps, lease) : workMortally(real.deps, lease, this.die))
    }
  }
  toString = () =>
    this.die === null
      ? 'a worker works'
      : `a worker dies ${this.die.after ? 'after' : 'before'} call ${this.die.call}`
}

class Decide extends Step {
  readonly n: number
  readonly how: 'approve' | 'reject' | 'cancel'
  constructor(n: number, how: 'approve' | 'reject' | 'cancel') {
    super()
    this.n = n
    this.how = how
  }
  async act(model: Model, real: Real) {
    const all = await Promise.all([...model.payouts.keys()].map((id) => real.payout(id)))
    const open = all.filter(({ status }) =>
      this.how === 'approve' ? status === 'awaiting_approval' : !isFinal(status),
    )
    const payout = nth(open, this.n)
    if (!payout) return
    const { id, version } = payout
    const [first, second] = approvers
    if (!first || !second) throw new Error('no approvers')
    if (this.how === 'approve') {
      // Two click at once; one wins at most.
      const both = await Promise.all(
        [first, second].map((by) => approvePayout(real.deps, by, whatIsSeen(payout))),
      )
      expect(both.filter(({ ok }) => ok).length).toBeLessThanOrEqual(1)
      const known = model.payouts.get(id)
      if (known && both.some(({ ok }) => ok)) known.approved = true
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

class CallBack extends Step {
  readonly n: number
  readonly status: string
  constructor(n: number, status: string) {
    super()
    this.n = n
    this.status = status
  }
  async act(model: Model, real: Real) {
    const id = pick(model, this.n)
    if (id === undefined) return
    const { clientOrderId, orderId } = await real.payout(id)
    const message = {
      status: this.status,
      orderId: orderId ?? '999',
      clientOrderId,
      type: 'payout',
      params: {},
    }
    await real.deps.callbacks.store(message, id)
  }
  toString = () => `Cardzo calls back about payout ${this.n}: ${this.status}`
}

const steps = [
  { weight: 2, arbitrary: fc.constant(new Ask()) },
  { weight: 5, arbitrary: fc.constant(new Work(null)) },
  {
    weight: 3,
    arbitrary: fc
      .record({ call: fc.integer({ min: 1, max: 14 }), after: fc.boolean() })
      .map((die) => new Work(die)),
  },
  { weight: 5, arbitrary: fc.nat(2).map((n) => new Decide(n, 'approve')) },
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
]
// fc.commands draws evenly from a list, so what shall come often stands in it often.
const drawn = steps.flatMap(({ weight, arbitrary }): fc.Arbitrary<fc.AsyncCommand<Model, Real>>[] =>
  Array.from({ length: weight }, () => arbitrary),
)

describe('any order of events', () => {
  it('never pays twice, never leaves an end, never loses a payout', async () => {
    await fc.assert(
      fc.asyncProperty(fc.commands(drawn, { size: 'large', maxCommands: 40 }), async (commands) => {
        const { gateway, prisma } = portal
        gateway.orders.clear()
        for (const command of ['check', 'pay', 'status'] as const) gateway.faults[command].length = 0
        // The worst Cardzo: payout-pay has arrived, and its status goes on saying "validated" until the bank acts.
        gateway.afterPay = () => undefined
        await prisma.gatewayState.deleteMany()
        await prisma.openItem.deleteMany()
        // What earlier runs left open shall not be worked on in this one.
        await prisma.$executeRaw`UPDATE payout SET due_at = now() + interval '10 years' WHERE due_at IS NOT NULL`
        await fc.asyncModelRun(() => ({ model: { payouts: new Map() }, real: portal }), commands)
      }),
      { numRuns: 50, endOnFailure: false },
    )
    // A model that reaches nothing proves nothing.
    for (const status of ['approved', 'processing', 'outcome_unknown', 'failed'] as const)
      expect(seen.get(status) ?? 0, `${status} was never reached`).toBeGreaterThan(0)
  }, 240_000)
})
