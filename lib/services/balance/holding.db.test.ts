/** Nobody can ask for granted money before its holding period ends, by the database's clock. */
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { balanceViewSchema } from '#lib/contract/grant.ts'
import { isRefusedWith } from '#lib/db/engine/away.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { changeSettings } from '#lib/services/policy/change-settings.ts'
import { createTestPortal, eventually, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { payableIn } from '#lib/services/testing/time.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createGrant } from './create-grant.ts'
import { importGrants } from './import-grants.ts'
import { listGrants, searchBalances, showBalancesOf } from './show-balances.ts'

const operator = { kind: 'operator', name: 'test' } as const
const clerk = { kind: 'user', id: randomUUID(), role: 'clerk', name: 'Clara', receiverId: null } as const
const day = 86_400_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
})
afterEach(() => hold(0))
afterAll(() => portal.close())

async function hold(days: number): Promise<void> {
  const changed = await changeSettings(portal.deps, operator, { grantHoldDays: String(days) })
  if (!changed.ok) throw new Error(changed.code)
}

async function grant(externalId: string, euros: number, currency = 'EUR') {
  const body = { receiver: { externalId }, amount: String(euros), currency, reference: randomUUID() }
  const made = await createGrant(portal.deps, operator, { body })
  if (!made.ok) throw new Error(made.code)
  return made.grant
}

/** A grant with a holding period of days. */
async function waitingGrant(externalId: string, euros: number) {
  await hold(3)
  const made = await grant(externalId, euros)
  await hold(0)
  return made
}

const ask = (externalId: string, amount: number | string) =>
  createPayout(portal.deps, system, {
    idempotencyKey: randomUUID(),
    body: { ...sampleRequest, amount: String(amount), receiver: { externalId, firstName: 'Ada' } },
  })

async function balance(externalId: string) {
  const shown = await showBalancesOf(portal.deps, system, { externalId })
  if (!shown.ok) throw new Error(shown.code)
  return balanceViewSchema.parse(shown.balances[0])
}

describe('a grant', () => {
  it('waits as many days as were set when it was made, until a full minute; with zero days, not at all', async () => {
    const externalId = randomUUID()
    const before = await grant(externalId, 5)
    expect(before.payableFrom <= before.createdAt).toBe(true)
    await hold(90)
    const long = await grant(externalId, 20)
    await hold(1)
    const short = await grant(externalId, 7)
    await hold(0)
    for (const [{ createdAt, payableFrom }, days] of [
      [long, 90],
      [short, 1],
    ] as const) {
      const waits = Date.parse(payableFrom) - Date.parse(createdAt)
      expect(waits).toBeGreaterThan(days * day - 1)
      expect(waits).toBeLessThanOrEqual(days * day + 60_000)
      expect(Date.parse(payableFrom) % 60_000).toBe(0)
    }
    // An earlier grant keeps its time.
    expect(await balance(externalId)).toEqual({
      currency: 'EUR',
      granted: '32.00',
      available: '32.00',
      held: '27.00',
      payableFrom: short.payableFrom,
      reserved: '0.00',
      paid: '0.00',
    })
    const listed = await listGrants(portal.deps, system, { receiver: externalId })
    if (!listed.ok) throw new Error(listed.code)
    const from = new Map(listed.data.map(({ id, payableFrom }) => [id, payableFrom]))
    for (const one of [before, long, short]) expect(from.get(one.id)).toBe(one.payableFrom)
  })

  it('that comes by file waits too, and the desk sees the same', async () => {
    const externalId = `file-${randomUUID()}`
    await hold(2)
    const content = `receiver,currency,amount,reference\n${externalId},EUR,12.50,${randomUUID()}`
    expect(await importGrants(portal.deps, clerk, { content, apply: true, code: '123456' })).toMatchObject({
      made: 1,
    })
    expect(await balance(externalId)).toMatchObject({ available: '12.50', held: '12.50' })
    const found = await searchBalances(portal.deps, clerk, { search: externalId })
    expect(found).toMatchObject({
      receivers: [{ balances: [{ availableMinor: 1250n, heldMinor: 1250n, payableThenMinor: 1250n }] }],
    })
  })

  it('without a holding period can be asked for at once', async () => {
    for (let round = 0; round < 20; round++) {
      const externalId = randomUUID()
      await grant(externalId, 10)
      expect(await ask(externalId, 10)).toMatchObject({ ok: true })
    }
  })

  it('of another currency or receiver does not matter', async () => {
    const externalId = randomUUID()
    await grant(externalId, 10)
    await hold(3)
    await grant(externalId, 50, 'USD')
    await grant(randomUUID(), 50)
    expect(await ask(externalId, 10)).toMatchObject({ ok: true })
  })

  it('in its holding period can be taken back, and then no longer matters', async () => {
    const externalId = randomUUID()
    await grant(externalId, 10)
    const held = await waitingGrant(externalId, 20)
    expect(await ask(externalId, 4)).toMatchObject({ ok: true })
    expect(await portal.deps.ledger.reverse(held.id, 'x', operator)).toBe('reversed')
    expect(await balance(externalId)).toMatchObject({ available: '6.00', held: '0.00', payableFrom: null })
    expect(await ask(externalId, 6.01)).toMatchObject({ detail: { code: 'available', amount: '6.00 EUR' } })
    expect(await ask(externalId, 6)).toMatchObject({ ok: true })
  })

  it('in its holding period makes up for one that was taken back after its money had left', async () => {
    const externalId = randomUUID()
    const spent = await grant(externalId, 10)
    expect(await ask(externalId, 10)).toMatchObject({ ok: true })
    const first = await waitingGrant(externalId, 15)
    expect(await portal.deps.ledger.reverse(spent.id, 'x', operator)).toBe('reversed')
    expect(await balance(externalId)).toMatchObject({ available: '5.00', held: '5.00' })
    // A new grant fills the gap too: 10 have left, 8 were payable.
    await grant(externalId, 8)
    expect(await ask(externalId, 0.01)).toMatchObject({
      detail: { code: 'availableNow', now: '0.00 EUR', then: '13.00 EUR', from: new Date(first.payableFrom) },
    })
    await payableIn(portal.prisma, first.id, -1)
    expect(await ask(externalId, 13)).toMatchObject({ ok: true })
  })
})

describe('a request', () => {
  it('is refused with what is payable now and when there is more, stores nothing, and may take exactly the rest', async () => {
    const externalId = randomUUID()
    await grant(externalId, 10)
    const { payableFrom } = await waitingGrant(externalId, 20)
    expect(await ask(externalId, 5)).toMatchObject({ ok: true })
    expect(await ask(externalId, 5.01)).toMatchObject({
      code: 'insufficient_balance',
      detail: { code: 'availableNow', now: '5.00 EUR', then: '20.00 EUR', from: new Date(payableFrom) },
    })
    const last = await ask(externalId, 5)
    expect(last).toMatchObject({ ok: true })
    expect(await balance(externalId)).toMatchObject({ available: '20.00', held: '20.00', reserved: '10.00' })
    // Paid and released money was payable: neither changes what is held.
    if (!last.ok) throw new Error(last.code)
    await portal.deps.payouts.advance(
      await portal.payout(last.payout.id),
      { move: 'cancel' },
      moverOf('cancel'),
      {
        kind: 'status_answered',
      },
    )
    expect(await ask(externalId, 5.01)).toMatchObject({ code: 'insufficient_balance' })
    expect(await ask(externalId, 5)).toMatchObject({ ok: true })
  })

  it('is accepted from exactly the moment that the database calls payable', async () => {
    const externalId = randomUUID()
    const held = await waitingGrant(externalId, 10)
    await payableIn(portal.prisma, held.id, 400)
    const from = (await portal.deps.ledger.findGrant({ id: held.id }))?.payableFrom.getTime() ?? 0
    let refused = 0
    const made = await eventually(async () => {
      const answer = await ask(externalId, 10)
      if (answer.ok) return answer
      expect(answer.code).toBe('insufficient_balance')
      refused += 1
      return 'refused'
    })
    expect(refused).toBeGreaterThan(0)
    const transfers = await portal.deps.ledger.transfers(made.payout.receiver.id, 10)
    const reserved = transfers.find(({ kind }) => kind === 'reserve')
    expect(reserved?.at.getTime()).toBeGreaterThanOrEqual(from)
  })

  it('twenty at once share what is payable and nothing of what is held, while more is granted', async () => {
    const externalId = randomUUID()
    await grant(externalId, 70)
    await hold(3)
    const beside = Array.from({ length: 10 }, () => grant(externalId, 100))
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(externalId, 10)))
    await Promise.all(beside)
    expect(answers.filter(({ ok }) => ok)).toHaveLength(7)
    expect(answers.every((one) => one.ok || one.code === 'insufficient_balance')).toBe(true)
    expect(await balance(externalId)).toMatchObject({
      available: '1000.00',
      held: '1000.00',
      reserved: '70.00',
    })
  })

  it('twenty at once, around the moment when more becomes payable, get exactly that', async () => {
    const externalId = randomUUID()
    const held = await waitingGrant(externalId, 50)
    await payableIn(portal.prisma, held.id, 300)
    let got = 0
    await eventually(async () => {
      const answers = await Promise.all(Array.from({ length: 20 }, () => ask(externalId, 10)))
      got += answers.filter(({ ok }) => ok).length
      return got < 5 ? `only ${got} yet` : true
    })
    expect(
      (await Promise.all(Array.from({ length: 20 }, () => ask(externalId, 10)))).some(({ ok }) => ok),
    ).toBe(false)
    expect(got).toBe(5)
    expect(await balance(externalId)).toMatchObject({ available: '0.00', held: '0.00', reserved: '50.00' })
  })

  it('twenty at once while a held grant is taken back never go below zero', async () => {
    const externalId = randomUUID()
    await grant(externalId, 30)
    const held = await waitingGrant(externalId, 100)
    const [reversed, ...answers] = await Promise.all([
      portal.deps.ledger.reverse(held.id, 'x', operator),
      ...Array.from({ length: 20 }, () => ask(externalId, 10)),
    ])
    expect(reversed).toBe('reversed')
    expect(answers.filter(({ ok }) => ok)).toHaveLength(3)
    expect(await balance(externalId)).toMatchObject({ available: '0.00', held: '0.00', reserved: '30.00' })
  })
})

describe('the database by itself', () => {
  it('refuses to reserve what is not payable yet, and accepts the same a moment later', async () => {
    const externalId = randomUUID()
    const made = await grant(externalId, 10)
    const asked = await ask(externalId, 10)
    if (!asked.ok) throw new Error(asked.code)
    const { id, receiver } = asked.payout
    const balanceIs = (available: number, reserved: number) =>
      `UPDATE balance SET available_minor = ${available}, reserved_minor = ${reserved} WHERE receiver_id = '${receiver.id}'`
    const again = (waitsMs: number) =>
      portal.prisma.$transaction([
        portal.prisma.$executeRawUnsafe('SET LOCAL session_replication_role = replica'),
        portal.prisma.$executeRawUnsafe(`DELETE FROM ledger_transfer WHERE payout_id = '${id}'`),
        portal.prisma.$executeRawUnsafe(balanceIs(1000, 0)),
        portal.prisma.$executeRawUnsafe(
          `UPDATE grant_row SET payable_from = clock_timestamp() + interval '${waitsMs} milliseconds' WHERE id = '${made.id}'`,
        ),
        portal.prisma.$executeRawUnsafe('SET LOCAL session_replication_role = origin'),
        portal.prisma.$executeRawUnsafe(
          `INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
           VALUES ('${receiver.id}', 'EUR', 1000, 'available', 'reserved', 'reserve', '${id}', 'x')`,
        ),
      ])
    const refused = again(60_000)
    await expect(refused).rejects.toThrow('only 0 is available')
    await expect(refused).rejects.toSatisfy((error) => isRefusedWith(error, 'PS003'))
    await again(-1)
    expect(await balance(externalId)).toMatchObject({ available: '0.00', reserved: '10.00' })
    await expect(
      portal.prisma.$executeRawUnsafe(`UPDATE grant_row SET payable_from = now() WHERE id = '${made.id}'`),
    ).rejects.toThrow()
    expect(await portal.deps.ledger.check()).toMatchObject({ balanced: true, wrong: [] })
  })
})

describe('the setting', () => {
  it('is a whole number of days from 0 to 90', async () => {
    for (const grantHoldDays of ['91', '-1', '1.5', 'x', ''])
      expect(await changeSettings(portal.deps, operator, { grantHoldDays })).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'grantHoldDays', said: { code: 'wholeNumber', min: 0, max: 90 } }],
      })
    expect(await changeSettings(portal.deps, operator, { grantHoldDays: '90' })).toMatchObject({
      settings: { grantHoldDays: 90 },
    })
  })
})
