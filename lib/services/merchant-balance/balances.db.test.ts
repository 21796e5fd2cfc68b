/** The merchant's balance at Cardzo on a real database, asked of a real simulator where its answers matter. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { askBalance } from '#lib/gateway/balance.ts'
import type { Endpoint } from '#lib/payouts/endpoints.ts'
import type { MerchantBalance } from '#lib/payouts/merchant-balance.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import { showDesk } from '#lib/services/desk/show-desk.ts'
import { askBalances } from '#lib/services/order/ask-balances.ts'
import { createPacedGateway } from '#lib/services/order/paced-gateway.ts'
import { createTestPortal, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { startMerchant } from '#lib/simulator/testing/merchant.ts'
import { balancesNow } from './balances-now.ts'
import { coverOf } from './cover-of.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let approver: Awaited<ReturnType<typeof portal.approver>>
let endpoint: Endpoint
let asked: number

beforeAll(async () => {
  portal = await createTestPortal({ currencies: ['EUR', 'USD'] })
  approver = await portal.approver()
  portal.deps.endpoints.book = () => Promise.resolve({ endpoints: [endpoint], routes: [] })
  const balance = portal.gateway.balance
  portal.gateway.balance = (query) => {
    asked++
    return balance(query)
  }
})
afterAll(() => portal.close())

beforeEach(async () => {
  asked = 0
  endpoint = {
    ...{ id: 1, name: '39915', source: 'environment', kind: 'endpoint', cardzoId: '39915', login: 'shop' },
    ...{ baseUrl: 'http://127.0.0.1:1/paynet', currencies: ['EUR', 'USD'], fields: [], redirectHosts: [] },
    ...{ maxRequestsPerS: 100, balance: '*', lowMarks: {}, active: true, version: 1 },
  }
  await portal.deps.merchantBalances.forgetOthers([])
  await portal.prisma.$executeRaw`UPDATE gateway_gate SET next_at = now(), silent_since = NULL`
})

const balance = (minor: bigint, more: Partial<MerchantBalance> = {}): MerchantBalance => ({
  ...{ name: 'Main', currency: 'EUR', amountMinor: minor, liveMinor: null },
  ...{ shortTermHoldMinor: null, rollingReserveMinor: null, bufferHoldMinor: null },
  ...more,
})
const tells = (...balances: MerchantBalance[]) => {
  portal.gateway.balanceAnswer = { kind: 'told', balances }
}
/** As a worker that has just started, and whose turn it is. */
async function ask(): Promise<void> {
  await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = taken_at - interval '2 minutes'`
  await askBalances(portal.deps)()
}
const now = async () => (await balancesNow(portal.deps)).balances
const items = async () => (await portal.deps.items.list()).filter(({ kind }) => kind === 'balance_low')

/** Waits for approval; no worker runs any more. */
async function awaiting() {
  const destination = { ...sampleRequest.destination, first_name: 'Ada' }
  const worker = portal.startWorker()
  try {
    const id = await portal.ask({ receiver: { externalId: randomUUID() }, destination })
    return await portal.until(id, 'awaiting_approval')
  } finally {
    await worker.stop()
  }
}

it('is off by default: nobody is asked, nothing is shown, nothing warns', async () => {
  endpoint = { ...endpoint, balance: null }
  tells(balance(100n))
  await askBalances(portal.deps)()
  expect(asked).toBe(0)
  expect(await balancesNow(portal.deps)).toEqual({ balances: [], untold: [] })
  expect(await coverOf(portal.deps, [{ endpointId: 1, currency: 'EUR', amountMinor: 10n ** 9n }])).toEqual([])
})

describe('asking', () => {
  it('happens once a minute, by one worker, and sooner after a payout has ended', async () => {
    tells(balance(100_000n))
    const [one, two] = [askBalances(portal.deps), askBalances(portal.deps)]
    await Promise.all([one(), two()])
    await one()
    expect(asked).toBe(1)
    await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = now() - interval '20 seconds'`
    await one()
    expect(asked).toBe(1)
    await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = now() - interval '70 seconds'`
    await one()
    expect(asked).toBe(2)
    const waiting = await awaiting()
    await approvePayout(portal.deps, approver, seen(waiting))
    const worker = portal.startWorker()
    await portal.until(waiting.id, 'paid')
    await worker.stop()
    await portal.prisma.$executeRaw`
      UPDATE merchant_balance_turn SET taken_at = (SELECT max(final_at) FROM payout) - interval '1 second'`
    await one()
    expect(asked).toBe(2)
    await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = now() - interval '20 seconds'`
    await one()
    expect(asked).toBe(3)
  })

  it('goes on after a worker that died', async () => {
    const pace = { everyMs: 60_000, soonerMs: 15_000, lostMs: 90_000, endpointIds: [1] }
    expect(await portal.deps.merchantBalances.take(1, pace)).toBeInstanceOf(Date)
    await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = now() - interval '80 seconds'`
    expect(await portal.deps.merchantBalances.take(1, pace)).toBe(null)
    await portal.prisma.$executeRaw`UPDATE merchant_balance_turn SET taken_at = now() - interval '91 seconds'`
    expect(await portal.deps.merchantBalances.take(1, pace)).toBeInstanceOf(Date)
  })

  it('never takes a place that a payout could have: it is put off while none is free, or Cardzo is silent', async () => {
    const { gate } = portal.deps
    const slow = { id: 1, maxRequestsPerS: 1 }
    expect(await gate.spare(slow)).toBe(true)
    expect(await gate.spare(slow)).toBe(false)
    await portal.prisma.$executeRaw`UPDATE gateway_gate SET next_at = now(), silent_since = now()`
    expect(await gate.spare(slow)).toBe(false)
    await portal.prisma.$executeRaw`UPDATE gateway_gate SET next_at = now(), silent_since = NULL, misses = 0`
    tells(balance(1n))
    const { log } = portal.deps
    const paced = createPacedGateway(portal.gateway, { endpoint: slow, gate, log, pollIntervalMs: 1000 })
    expect(await paced.balance({ endpointId: 1, name: null })).toMatchObject({ kind: 'told' })
    expect(await paced.balance({ endpointId: 1, name: null })).toEqual({ kind: 'busy' })
    // Nor does an answer that doesn't come count against Cardzo.
    await portal.prisma.$executeRaw`UPDATE gateway_gate SET next_at = now()`
    portal.gateway.balanceAnswer = { kind: 'silence', why: 'nothing' }
    expect(await paced.balance({ endpointId: 1, name: null })).toMatchObject({ kind: 'silence' })
    expect(await portal.prisma.gatewayGate.findFirst({ where: { id: 1 } })).toMatchObject({ misses: 0 })
    portal.gateway.balanceAnswer = { kind: 'busy' }
    const look = askBalances(portal.deps)
    await look()
    tells(balance(5n))
    await look()
    expect(await now()).toMatchObject([{ freeMinor: 5n }])
  })

  it('that fails leaves the figure as it was, with its age, and says why', async () => {
    tells(balance(100_000n))
    await ask()
    portal.gateway.balanceAnswer = { kind: 'refused', code: '7', message: 'Not enabled' }
    await ask()
    await portal.prisma.$executeRaw`UPDATE merchant_balance SET asked_at = now() - interval '11 minutes'`
    const { balances, untold } = await balancesNow(portal.deps)
    expect(balances).toMatchObject([{ stale: true, freeMinor: 100_000n, leftMinor: null, low: null }])
    expect(untold).toMatchObject([{ trouble: 'refused', said: 'Not enabled' }])
    for (const kind of ['silence', 'not_sent'] as const) {
      portal.gateway.balanceAnswer = { kind, why: 'the body is empty' }
      await ask()
      expect((await balancesNow(portal.deps)).untold).toMatchObject([
        { trouble: kind, said: 'the body is empty' },
      ])
    }
    portal.gateway.balanceAnswer = { kind: 'locked_out', httpStatus: 403, gatewayDate: null }
    await ask()
    expect((await balancesNow(portal.deps)).untold).toMatchObject([
      { trouble: 'locked_out', said: 'HTTP 403' },
    ])
    // A refused balance is no lock-out of payouts.
    expect((await portal.deps.gatewayCondition.read()).lockedOutAt).toBe(null)
    expect(await coverOf(portal.deps, [{ endpointId: 1, currency: 'EUR', amountMinor: 1n }])).toMatchObject([
      { kind: 'stale' },
    ])
  })

  it('keeps only what was told last', async () => {
    tells(balance(1n), balance(2n, { currency: 'USD' }), balance(3n, { name: 'Other' }))
    await ask()
    expect(await now()).toMatchObject([
      { currency: 'EUR', name: 'Main', leftMinor: null },
      { currency: 'EUR', name: 'Other', leftMinor: null },
      { currency: 'USD', leftMinor: 2n },
    ])
    endpoint = { ...endpoint, balance: 'Other' }
    await ask()
    expect(await now()).toMatchObject([{ name: 'Other', freeMinor: 3n }])
    endpoint = { ...endpoint, balance: null }
    await askBalances(portal.deps)()
    expect(await portal.prisma.merchantBalance.count()).toBe(0)
  })
})

describe('before somebody approves', () => {
  it('they read what is lacking, with what is approved and not yet in Cardzo’s figures', async () => {
    const [first, second] = [await awaiting(), await awaiting()]
    const { amountMinor } = first
    tells(balance(amountMinor * 2n - 1n))
    await ask()
    const review = async (...ids: (typeof first)[]) => {
      const told = await reviewMany(portal.deps, approver, { numbers: ids.map(({ seq }) => String(seq)) })
      return told.ok ? told.covers : told.code
    }
    expect(await review(first)).toEqual([])
    expect(await review(first, second)).toMatchObject([
      { kind: 'short', amountMinor: amountMinor * 2n, leftMinor: amountMinor * 2n - 1n, missingMinor: 1n },
    ])
    await approvePayout(portal.deps, approver, seen(first))
    expect(await now()).toMatchObject([
      {
        owed: { approvedMinor: amountMinor, awaitingMinor: amountMinor, sentSinceMinor: 0n },
        leftMinor: amountMinor - 1n,
      },
    ])
    expect(await review(second)).toMatchObject([{ kind: 'short', missingMinor: 1n }])
    // A warning, not a refusal.
    expect(await approvePayout(portal.deps, approver, seen(second))).toMatchObject({ ok: true })
    // Once they have left, and even were paid, Cardzo's figure is still the old one.
    const worker = portal.startWorker()
    await portal.until(first.id, 'paid')
    await portal.until(second.id, 'paid')
    await worker.stop()
    expect(await now()).toMatchObject([
      { owed: { approvedMinor: 0n, sentSinceMinor: amountMinor * 2n }, leftMinor: -1n },
    ])
    // The next answer knows of them.
    await ask()
    expect(await now()).toMatchObject([{ owed: { sentSinceMinor: 0n } }])
    const desk = await showDesk(portal.deps, approver)
    expect(desk.ok && desk.atCardzo.balances).toMatchObject([{ currency: 'EUR' }])
  })
})

describe('the open item', () => {
  it('opens below the mark, again when it gets worse, and closes when there is enough', async () => {
    endpoint = { ...endpoint, lowMarks: { EUR: '10000' } }
    tells(balance(9_999n))
    await ask()
    const [mark] = await items()
    expect(mark).toMatchObject({
      severity: 'warning',
      data: { currency: 'EUR', endpoint: '39915', short: false },
    })
    await ask()
    expect(await items()).toHaveLength(1)
    // The same is not news once a person has closed it.
    await portal.deps.items.close(mark!.id, approver, 'Money is on its way.')
    await ask()
    expect(await items()).toEqual([])
    tells(balance(-1n))
    await ask()
    expect(await items()).toMatchObject([{ severity: 'high', data: { short: true } }])
    tells(balance(10_000n))
    await ask()
    expect(await items()).toEqual([])
    tells(balance(9_999n))
    await ask()
    expect(await items()).toMatchObject([{ severity: 'warning' }])
  })

  it('closes with the balance', async () => {
    tells(balance(-1n), balance(-1n, { currency: 'USD' }))
    await ask()
    expect(await items()).toHaveLength(2)
    tells(balance(-1n))
    await ask()
    expect(await items()).toMatchObject([{ data: { currency: 'EUR' } }])
    endpoint = { ...endpoint, balance: null }
    await askBalances(portal.deps)()
    expect(await items()).toEqual([])
  })
})

it('comes from a simulator by the wire, with what it sets aside', async () => {
  const merchant = await startMerchant()
  const scripted = portal.gateway.balance
  try {
    portal.gateway.balance = ({ name }) => askBalance(merchant.connection, name)
    await ask()
    expect((await balancesNow(portal.deps)).untold).toMatchObject([{ trouble: 'refused' }])
    await merchant.control('balances', {
      ...{ currency: 'EUR', amount: '1000.00', shortTermHold: '100', rollingReserve: '50.5' },
    })
    const ids = await merchant.validated({ amount: '25.01' })
    await merchant.pay(ids)
    await merchant.until(ids, ({ stage }) => stage !== 'payout_check_validated')
    await ask()
    expect(await now()).toMatchObject([{ name: 'Payouts', currency: 'EUR', freeMinor: 82_449n }])
    await merchant.control('settings', { away: true })
    await ask()
    expect((await balancesNow(portal.deps)).untold).toMatchObject([{ trouble: 'silence' }])
  } finally {
    portal.gateway.balance = scripted
    await merchant.close()
  }
})
