/** Holding periods, reversals, requests and ends in any order, compared with a model: one pot, and a list of what is still held. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { payableIn } from '#lib/services/testing/time.ts'
import { moverOf } from '#lib/services/testing/movers.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
})
afterAll(() => portal.close())

type Step =
  | { do: 'grant'; amount: number; waits: boolean }
  | { do: 'pass' | 'reverse'; which: number }
  | { do: 'ask'; amount: number; times: number }
  | { do: 'end'; which: number; paid: boolean }

const which = fc.nat(9)
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant('grant' as const),
      amount: fc.integer({ min: 1, max: 40 }),
      waits: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('pass' as const), which }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('reverse' as const), which }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant('ask' as const),
      amount: fc.integer({ min: 1, max: 25 }),
      times: fc.integer({ min: 1, max: 3 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('end' as const), which, paid: fc.boolean() }) },
)

/** Too rare to leave to chance: a payable grant's money has left, and the grant is taken back out of one still in its holding period. */
const backOutOfWhatWaits: Step[] = [
  { do: 'grant', amount: 10, waits: false },
  { do: 'ask', amount: 10, times: 1 },
  { do: 'grant', amount: 12, waits: true },
  { do: 'end', which: 0, paid: true },
  { do: 'reverse', which: 0 },
  { do: 'ask', amount: 1, times: 1 },
  { do: 'grant', amount: 5, waits: false },
  { do: 'ask', amount: 1, times: 2 },
  { do: 'pass', which: 0 },
  { do: 'ask', amount: 4, times: 3 },
]

const backWhileItWaits: Step[] = [
  { do: 'grant', amount: 10, waits: false },
  { do: 'grant', amount: 20, waits: true },
  { do: 'ask', amount: 25, times: 1 },
  { do: 'reverse', which: 1 },
  { do: 'ask', amount: 5, times: 3 },
]

/** Amounts are whole euros. Held money is never subtracted: it goes into the pot when its holding period ends. */
function createModel(count: (what: string) => void) {
  const externalId = randomUUID()
  /** What became payable less what was asked for; below zero after taking back a grant whose money had left. */
  let pot = 0
  const grants: { id: string; amount: number; waits: boolean; reversed: boolean }[] = []
  const open: { id: string; amount: number }[] = []
  const nth = <T>(list: T[], n: number) => list[n % Math.max(list.length, 1)]
  const waiting = () => grants.filter(({ waits, reversed }) => waits && !reversed)
  const available = () => pot + waiting().reduce((sum, { amount }) => sum + amount, 0)

  const acts = {
    async grant({ amount, waits }: Step & { do: 'grant' }) {
      await portal.deps.settings.change({ grantHoldDays: waits ? 30 : 0 }, operator)
      const draft = { id: randomUUID(), receiver: { externalId }, currency: 'EUR' }
      const more = { reference: randomUUID(), idempotencyKey: null, source: 'operator' as const }
      const made = await portal.deps.ledger.grant(
        { ...draft, ...more, amountMinor: BigInt(amount) * 100n },
        operator,
      )
      expect(made.kind).toBe('made')
      grants.push({ id: draft.id, amount, waits, reversed: false })
      if (!waits) pot += amount
    },
    async pass({ which: n }: Step & { do: 'pass' | 'reverse' }) {
      const one = nth(waiting(), n)
      if (!one) return
      await payableIn(portal.prisma, one.id, -1)
      one.waits = false
      pot += one.amount
      count('time passed')
    },
    async reverse({ which: n }: Step & { do: 'pass' | 'reverse' }) {
      const one = nth(grants, n)
      if (!one || one.reversed) return
      const can = available() >= one.amount
      expect(await portal.deps.ledger.reverse(one.id, 'x', operator)).toBe(can ? 'reversed' : 'not_available')
      if (!can) return
      one.reversed = true
      if (one.waits) count('taken back while it waited')
      else pot -= one.amount
      if (pot < 0) count('taken back out of what waits')
    },
    async ask({ amount, times }: Step & { do: 'ask' }) {
      const wish = () =>
        createPayout(portal.deps, system, {
          idempotencyKey: randomUUID(),
          body: { ...sampleRequest, amount: String(amount), receiver: { externalId, firstName: 'Ada' } },
        })
      const answers = await Promise.all(Array.from({ length: times }, wish))
      const fit = Math.min(times, Math.max(Math.floor(pot / amount), 0))
      const made = answers.flatMap((answer) => (answer.ok ? [answer.payout.id] : []))
      expect(made).toHaveLength(fit)
      for (const id of made) open.push({ id, amount })
      pot -= fit * amount
      count(fit > 0 ? 'asked for' : 'refused')
      if (fit === 0 && available() >= amount) count('refused because it waits')
    },
    async end({ which: n, paid }: Step & { do: 'end' }) {
      const one = nth(open, n)
      if (!one) return
      const move = paid ? 'confirm' : 'cancel'
      const payout = await portal.payout(one.id)
      const saved = await portal.deps.payouts.advance(payout, { move }, moverOf(move), {
        kind: 'status_answered',
      })
      expect(saved).not.toBe('stale')
      open.splice(open.indexOf(one), 1)
      if (!paid) pot += one.amount
    },
  }

  return {
    externalId,
    act: (taken: Step): Promise<unknown> => acts[taken.do](taken as never),
    /** What is available, and how much of it can be asked for now. */
    expected: () => [available(), Math.max(pot, 0)].map((euros) => BigInt(euros) * 100n),
  }
}

it('what can be asked for is what became payable less what was asked for, never more', async () => {
  const seen = new Map<string, number>()
  const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1)
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 8, maxLength: 25 }), async (steps) => {
      const model = createModel(count)
      for (const taken of steps) {
        await model.act(taken)
        const [receiver] = await portal.deps.ledger.receivers([model.externalId])
        const [now] = receiver ? await portal.deps.ledger.balances(receiver.id) : []
        const numbers = now ? [now.availableMinor, now.availableMinor - now.heldMinor] : [0n, 0n]
        expect(numbers, JSON.stringify(taken)).toEqual(model.expected())
        expect(now === undefined || (now.payableAt === null) === (now.heldMinor === 0n)).toBe(true)
      }
    }),
    { numRuns: 40, endOnFailure: true, examples: [[backOutOfWhatWaits], [backWhileItWaits]] },
  )
  for (const what of [
    'asked for',
    'refused because it waits',
    'time passed',
    'taken back while it waited',
    'taken back out of what waits',
  ])
    expect(seen.get(what) ?? 0, what).toBeGreaterThan(0)
  expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true, wrong: [] })
}, 120_000)
