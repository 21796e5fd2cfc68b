/** Random grants, reversals, requests and ends, some at once, compared with a model of four numbers. */
import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { moverOf } from '#lib/services/testing/movers.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
})
afterAll(() => portal.close())

type Step =
  | { do: 'grant'; amount: number; again: boolean }
  | { do: 'reverse'; which: number; twice: boolean }
  | { do: 'ask'; amount: number; twice: boolean }
  | { do: 'end'; which: number; move: PayoutMove; rival: PayoutMove | null }

const amount = fc.integer({ min: 1, max: 60 })
const part = fc.integer({ min: 1, max: 25 })
// Half of them are paid.
const ends = fc.oneof(
  fc.constant<PayoutMove>('confirm'),
  fc.constantFrom<PayoutMove>('cancel', 'reject', 'expire', 'decline', 'filter', 'fail'),
)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant('grant' as const), amount, again: fc.boolean() }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('reverse' as const), which: fc.nat(9), twice: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('ask' as const), amount: part, twice: fc.boolean() }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('end' as const),
      which: fc.nat(9),
      move: ends,
      rival: fc.option(ends, { nil: null }),
    }),
  },
)

/** The expected numbers; amounts are whole euros. */
function createModel() {
  const externalId = randomUUID()
  const open: { id: string; amount: number }[] = []
  const grants: { id: string; amount: number; reversed: boolean }[] = []
  let granted = 0
  let available = 0
  let paid = 0
  const nth = <T>(list: T[], n: number) => list[n % Math.max(list.length, 1)]

  const ask = (euros: number, key: string) =>
    createPayout(portal.deps, system, {
      idempotencyKey: key,
      body: { ...sampleRequest, amount: String(euros), receiver: { externalId, firstName: 'Ada' } },
    })

  const acts = {
    async grant({ amount: euros, again }: Step & { do: 'grant' }) {
      const reference = randomUUID()
      const draft = () => ({
        id: randomUUID(),
        receiver: { externalId },
        currency: 'EUR',
        amountMinor: BigInt(euros) * 100n,
        reference,
        idempotencyKey: null,
        source: 'operator' as const,
      })
      const times = again ? [1, 2, 3] : [1]
      const answers = await Promise.all(times.map(() => portal.deps.ledger.grant(draft(), operator)))
      expect(answers.filter(({ kind }) => kind === 'made')).toHaveLength(1)
      const [made] = answers
      if (!made || !('grant' in made)) throw new Error('no grant')
      grants.push({ id: made.grant.id, amount: euros, reversed: false })
      granted += euros
      available += euros
    },
    async reverse({ which, twice }: Step & { do: 'reverse' }) {
      const grant = nth(grants, which)
      if (!grant) return
      const times = twice ? [1, 2] : [1]
      const answers = await Promise.all(times.map(() => portal.deps.ledger.reverse(grant.id, 'x', operator)))
      const can = !grant.reversed && available >= grant.amount
      expect(answers.filter((answer) => answer === 'reversed')).toHaveLength(can ? 1 : 0)
      if (!can) {
        expect(answers[0]).toBe(grant.reversed ? 'reversed_already' : 'not_available')
        return
      }
      grant.reversed = true
      granted -= grant.amount
      available -= grant.amount
    },
    async ask({ amount: euros, twice }: Step & { do: 'ask' }) {
      // Twice: two different requests at once, of which both, one or none fits.
      const wishes = twice ? [1, 2] : [1]
      const answers = await Promise.all(wishes.map(() => ask(euros, randomUUID())))
      const fit = Math.min(wishes.length, Math.floor(available / euros))
      const made = answers.flatMap((answer) => (answer.ok ? [answer.payout.id] : []))
      expect(made).toHaveLength(fit)
      for (const id of made) open.push({ id, amount: euros })
      available -= fit * euros
    },
    async end({ which, move, rival }: Step & { do: 'end' }) {
      const one = nth(open, which)
      if (!one) return
      const payout = await portal.payout(one.id)
      const saved = await Promise.all(
        (rival === null ? [move] : [move, rival]).map((by) =>
          portal.deps.payouts.advance(payout, { move: by }, moverOf(by), { kind: 'status_answered' }),
        ),
      )
      const [won, ...others] = saved.filter((answer) => answer !== 'stale')
      expect([won === undefined, others]).toEqual([false, []])
      open.splice(open.indexOf(one), 1)
      if (won?.status === 'paid') paid += one.amount
      else available += one.amount
    },
  }

  return {
    externalId,
    act: (taken: Step): Promise<unknown> => acts[taken.do](taken as never),
    expected: () => {
      const reserved = open.reduce((sum, one) => sum + one.amount, 0)
      expect(granted).toBe(available + reserved + paid)
      return [granted, available, reserved, paid].map((euros) => BigInt(euros) * 100n)
    },
  }
}

it('any order of grants, reversals, requests and ends gives the right four numbers', async () => {
  const proof = /```sql\n([^]*?)```/.exec(readFileSync('docs/balances.md', 'utf8'))?.[1] ?? ''
  const seen = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
      const model = createModel()
      for (const taken of steps) {
        await model.act(taken)
        const [receiver] = await portal.deps.ledger.receivers([model.externalId])
        const [now] = receiver ? await portal.deps.ledger.balances(receiver.id) : []
        const numbers = now
          ? [now.grantedMinor, now.availableMinor, now.reservedMinor, now.paidMinor]
          : [0n, 0n, 0n, 0n]
        expect(numbers, JSON.stringify(taken)).toEqual(model.expected())
      }
      for (const [index, name] of ['granted', 'available', 'reserved', 'paid'].entries())
        if ((model.expected()[index] ?? 0n) > 0n) seen.set(name, (seen.get(name) ?? 0) + 1)
      expect(await portal.prisma.$queryRawUnsafe(proof)).toEqual([])
    }),
    { numRuns: 40, endOnFailure: true },
  )
  for (const name of ['granted', 'available', 'reserved', 'paid'])
    expect(seen.get(name) ?? 0).toBeGreaterThan(2)
  expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true, wrong: [] })
}, 120_000)
