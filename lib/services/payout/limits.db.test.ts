/** What one receiver may ask for in one payout, a day and a month: counted in UTC, and exact when many ask at once. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { noLimits, plainCurrency } from '#lib/payouts/policy.ts'
import type { Limits } from '#lib/payouts/policy.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { askedAt as movedTo } from '#lib/services/testing/time.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createPayout } from './create-payout.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
let externalId: string
beforeAll(async () => {
  portal = await createTestPortal()
  // Days are UTC whatever the database's own time zone is.
  await portal.prisma.$executeRawUnsafe(
    `DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET timezone = %L', current_database(), 'Pacific/Kiritimati'); END $$`,
  )
})
afterAll(() => portal.close())
beforeEach(() => {
  externalId = randomUUID()
})

async function limit(limits: Partial<Limits>): Promise<void> {
  const euro = { ...plainCurrency, limits: { ...noLimits, ...limits } }
  const jpy = { ...plainCurrency, limits: { ...noLimits, receiverDay: '1000' } }
  await portal.deps.policy.set({ currencies: { EUR: euro, JPY: jpy }, risk: {} }, 'test', operator)
}

const ask = (amount: string, { key = randomUUID(), currency = 'EUR', who = externalId } = {}) =>
  createPayout(portal.deps, system, {
    idempotencyKey: key,
    body: { ...sampleRequest, amount, currency, receiver: { externalId: who, firstName: 'Ada' } },
  })

async function asked(amount: string): Promise<string> {
  const answer = await ask(amount)
  if (!answer.ok) throw new Error(`${answer.code} ${JSON.stringify(answer.detail)}`)
  return answer.payout.id
}

async function move(id: string, ...moves: PayoutMove[]) {
  for (const one of moves) {
    const payout = await portal.payout(id)
    await portal.deps.payouts.advance(payout, { move: one }, moverOf(one), { kind: 'status_answered' })
  }
}

/** As if it had been asked for at another time. */
const askedAt = (id: string, when: string) => movedTo(portal.prisma, id, when)

const codes = (answers: { ok: boolean; code?: string }[]) =>
  answers.map((answer) => (answer.ok ? 'ok' : (answer.code ?? ''))).sort()

describe('one payout', () => {
  it('may reach the limit and not a cent more', async () => {
    await limit({ payout: '100.00' })
    expect(await ask('100.01')).toMatchObject({
      code: 'limit_exceeded',
      detail: { code: 'mostPerPayout', most: '100.00 EUR' },
    })
    expect(await ask('100.00')).toMatchObject({ ok: true })
  })
})

describe.each([
  ['day', 'receiverDay', 'mostToday'],
  ['month', 'receiverMonth', 'mostThisMonth'],
] as const)('a %s', (_what, name, which) => {
  beforeEach(() => limit({ [name]: '100.00' }))

  it('is used up to the last cent, per receiver and currency, and says what is left', async () => {
    await asked('60.00')
    expect(await ask('40.01')).toMatchObject({
      code: 'limit_exceeded',
      detail: { code: which, most: '40.00 EUR' },
    })
    await asked('40.00')
    expect(await ask('0.01')).toMatchObject({ detail: { code: which, most: '0.00 EUR' } })
    expect(await ask('100.00', { who: randomUUID() })).toMatchObject({ ok: true })
    expect(await ask('1000', { currency: 'JPY' })).toMatchObject({ ok: true })
    expect(await ask('1', { currency: 'JPY' })).toMatchObject({ code: 'limit_exceeded' })
  })

  it('is never exceeded by twenty at once, whether the receiver is known or new', async () => {
    for (const known of [false, true]) {
      externalId = randomUUID()
      if (known) await asked('10.00')
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask('30.00')))
      expect(codes(answers)).toEqual([...Array<string>(17).fill('limit_exceeded'), 'ok', 'ok', 'ok'])
    }
  })

  it('gets room back from what ended unpaid, and none from what was paid or may have been', async () => {
    for (const moves of [
      ['reject'],
      ['cancel'],
      ['expire'],
      ['decline'],
      ['filter'],
      ['fail'],
      ['proceed', 'lose_track', 'settle_failed'],
    ] as PayoutMove[][])
      await move(await asked('100.00'), ...moves)
    await move(await asked('30.00'), 'proceed', 'lose_track')
    await move(await asked('30.00'), 'confirm')
    await asked('30.00')
    expect(await ask('10.01')).toMatchObject({ code: 'limit_exceeded' })
    expect(await ask('10.00')).toMatchObject({ ok: true })
  })

  it('uses up no key when it refuses, and never stops a replay', async () => {
    const [key, late] = [randomUUID(), randomUUID()]
    expect(await ask('100.00', { key })).toMatchObject({ ok: true, replayed: false })
    expect(await ask('5.00', { key: late })).toMatchObject({ code: 'limit_exceeded' })
    expect(await ask('100.00', { key })).toMatchObject({ ok: true, replayed: true })
    await limit({ [name]: '200.00' })
    expect(await ask('5.00', { key: late })).toMatchObject({ ok: true, replayed: false })
    // A replay in parallel with itself takes room once.
    const twin = randomUUID()
    const twins = await Promise.all(Array.from({ length: 10 }, () => ask('60.00', { key: twin })))
    expect(codes(twins)).toEqual(Array<string>(10).fill('ok'))
    expect(await ask('35.01')).toMatchObject({ code: 'limit_exceeded' })
    expect(await ask('35.00')).toMatchObject({ ok: true })
  })
})

describe('the edge', () => {
  const utc = `(now() AT TIME ZONE 'UTC')`
  const start = (of: 'day' | 'month') => `(date_trunc('${of}', ${utc}) AT TIME ZONE 'UTC')`

  it('of the day is midnight UTC', async () => {
    await limit({ receiverDay: '100.00' })
    await askedAt(await asked('100.00'), `${start('day')} - interval '1 millisecond'`)
    const first = await asked('100.00')
    await askedAt(first, start('day'))
    expect(await ask('0.01')).toMatchObject({ detail: { code: 'mostToday', most: '0.00 EUR' } })
  })

  it('of the month is its first midnight UTC', async () => {
    await limit({ receiverDay: '100.00', receiverMonth: '150.00' })
    await askedAt(await asked('100.00'), `${start('month')} - interval '1 millisecond'`)
    await askedAt(await asked('100.00'), start('month'))
    const isFirst = new Date().getUTCDate() === 1
    // On the first of a month that payout also counts for today.
    expect(await ask('50.01')).toMatchObject({
      detail: isFirst
        ? { code: 'mostToday', most: '0.00 EUR' }
        : { code: 'mostThisMonth', most: '50.00 EUR' },
    })
  })

  it('is whichever of two limits is reached first', async () => {
    await limit({ payout: '90.00', receiverDay: '100.00', receiverMonth: '90.00' })
    await asked('80.00')
    expect(await ask('10.01')).toMatchObject({ detail: { code: 'mostThisMonth', most: '10.00 EUR' } })
    expect(await ask('20.01')).toMatchObject({ detail: { code: 'mostToday', most: '20.00 EUR' } })
    await asked('10.00')
  })
})
