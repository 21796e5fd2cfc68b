/** Two endpoints on two simulators: each payout is sent and asked about at its own, and what stops or changes one leaves the other alone. */
import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { signedCallback } from '#lib/cardzo/testing.ts'
import { createEndpointStore, endpointPlace } from '#lib/db/endpoint/endpoint-store.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { testConnections } from '#lib/services/order/test-connection.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { listPayouts } from '#lib/services/payout/list-payouts.ts'
import { createTestPortal, eventually, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { startSimulator } from '#lib/simulator/server.ts'
import type { Simulator } from '#lib/simulator/server.ts'
import { connectEndpoints } from './connect-endpoints.ts'
import { readEnv } from './env.ts'

const operator = { kind: 'operator', name: 'test' } as const
const keyOf = () =>
  generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
const keys = { first: keyOf(), second: keyOf() }
const controls = { first: 'control of the first', second: 'control of the second' }
const fields = ['account_number', 'first_name']

let portal: Awaited<ReturnType<typeof createTestPortal>>
let [first, second]: Simulator[] = []
let gateways: ReturnType<typeof connectEndpoints>
const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])

const simulator = (login: string, keyPem: string, control: string, id: string, port = 0) =>
  startSimulator({
    port,
    merchant: { login, keyPem, control, endpoint: { id }, requiredFields: fields },
    settings: { stepMs: 15, retryMs: 15 },
  })

function connect(more: Record<string, string> = {}) {
  const env = readEnv({
    APP_URL: 'http://localhost:3000',
    AUTH_SECRET: 'a secret for tests that is long enough',
    DATABASE_URL: 'postgresql://nobody@localhost/nothing',
    CARDZO_API_URL: first?.url,
    CARDZO_ENDPOINT_ID: '39915',
    CARDZO_LOGIN: 'first',
    CARDZO_PRIVATE_KEY: keys.first,
    CARDZO_MERCHANT_CONTROL: controls.first,
    CARDZO_CURRENCIES: 'EUR',
    CARDZO_REQUIRED_FIELDS: fields.join(','),
    ...more,
  })
  const { gate, log, config, endpoints } = portal.deps
  return connectEndpoints(env, endpoints, { gate, log, pollIntervalMs: config.pollIntervalMs })
}

beforeAll(async () => {
  first = await simulator('first', keys.first, controls.first, '39915')
  second = await simulator('second', keys.second, controls.second, '500')
  portal = await createTestPortal({ currencies: ['EUR'], requiredFields: fields, timeoutMs: 5000 })
  portal.deps.endpoints = createEndpointStore(portal.prisma, vault)
  gateways = connect()
  portal.deps.gateway = gateways.gateway
  await gateways.adopt()
  await portal.prisma.endpoint.create({
    data: {
      id: 2,
      name: 'Yen and dollars',
      source: 'desk',
      kind: 'endpoint',
      cardzoId: '500',
      baseUrl: second.url,
      login: 'second',
      keySealed: vault.seal(keys.second, endpointPlace(2, 'key')),
      controlSealed: vault.seal(controls.second, endpointPlace(2, 'control')),
      currencies: ['USD', 'JPY'],
      fields: fields.map((name) => ({ name, label: null, hint: null, pattern: null })),
      redirectHosts: [],
      maxRequestsPerS: 1000,
    },
  })
})
afterAll(async () => {
  await portal.stopAll()
  gateways.close()
  await Promise.all([first?.close(), second?.close()])
})

/** Each with an amount of its own: asking for the same again would need a reason. */
let asked = 100
const ask = (currency: string) => portal.ask({ currency, amount: String(++asked) })
const ordersAt = (one: Simulator | undefined) =>
  [...(one?.ledger.all() ?? [])].map(({ clientOrderId }) => clientOrderId)
const clientOrderIdOf = async (id: string) => (await portal.payout(id)).clientOrderId

async function approve(id: string): Promise<void> {
  const payout = await portal.until(id, 'awaiting_approval')
  const answer = await approvePayout(portal.deps, await portal.approver(), seen(payout))
  expect(answer).toMatchObject({ ok: true })
}

const callback = (
  control: string,
  payout: { clientOrderId: string; orderId: string | null },
  status = 'approved',
) =>
  recordCallback(
    portal.deps,
    Object.entries(
      signedCallback({ status, orderId: payout.orderId ?? '', clientOrderId: payout.clientOrderId }, control),
    ),
  )

describe('payouts in two currencies', () => {
  it('go to the endpoint that pays their currency, and each simulator knows only its own', async () => {
    const worker = portal.startWorker()
    const ids = [await ask('EUR'), await ask('USD'), await ask('JPY'), await ask('EUR')]
    for (const id of ids) await approve(id)
    for (const id of ids) await portal.until(id, 'paid')
    await worker.stop()
    const [euro, dollars, yen, more] = await Promise.all(ids.map(clientOrderIdOf))
    expect(ordersAt(first).sort()).toEqual([euro, more].sort())
    expect(ordersAt(second).sort()).toEqual([dollars, yen].sort())
    const listed = await listPayouts(portal.deps, system, { endpoint: 2 })
    expect(listed.ok && listed.data.map(({ id }) => id).sort()).toEqual([ids[1], ids[2]].sort())
  })

  it('are refused before Cardzo hears of them if no active endpoint pays theirs', async () => {
    const body = { ...sampleRequest, currency: 'GBP' }
    const said = await createPayout(portal.deps, system, { idempotencyKey: 'pounds', body })
    expect(said).toMatchObject({ ok: false, code: 'invalid_request', errors: [{ path: 'currency' }] })
    await portal.prisma.endpoint.update({ where: { id: 2 }, data: { active: false, version: 2 } })
    const yen = { ...sampleRequest, currency: 'JPY', amount: '100' }
    expect(await createPayout(portal.deps, system, { idempotencyKey: 'yen', body: yen })).toMatchObject({
      code: 'invalid_request',
    })
    await portal.prisma.endpoint.update({ where: { id: 2 }, data: { active: true, version: 3 } })
    expect((await endpointBook(portal.deps)).endpoints.map(({ id }) => id)).toEqual([1, 2])
  })

  it('that are on their way go on while their endpoint takes no new ones', async () => {
    const id = await ask('USD')
    await portal.prisma.endpoint.update({ where: { id: 2 }, data: { active: false, version: 4 } })
    const worker = portal.startWorker()
    await approve(id)
    await portal.until(id, 'paid')
    await worker.stop()
    await portal.prisma.endpoint.update({ where: { id: 2 }, data: { active: true, version: 5 } })
  })
})

describe('the database', () => {
  it('never lets a payout go to another endpoint, nor an endpoint to another gateway', async () => {
    const id = await ask('USD')
    const move = portal.prisma.$executeRaw`UPDATE payout SET endpoint_id = 1 WHERE id = ${id}::uuid`
    await expect(move).rejects.toThrow(/stays with its endpoint/)
    const work = portal.prisma
      .$executeRaw`UPDATE payout_work SET endpoint_id = 1 WHERE payout_id = ${id}::uuid`
    await expect(work).rejects.toThrow(/stays with it/)
    for (const change of [{ baseUrl: 'https://other.example' }, { cardzoId: '501' }, { kind: 'group' }])
      await expect(portal.prisma.endpoint.update({ where: { id: 2 }, data: change })).rejects.toThrow(
        /make a new endpoint/,
      )
    await expect(portal.prisma.$executeRaw`DELETE FROM endpoint WHERE id = 2`).rejects.toThrow()
    await expect(portal.prisma.$executeRaw`DELETE FROM gateway_gate WHERE id = 2`).rejects.toThrow()
  })

  it('holds what is on its way while the environment names another gateway', async () => {
    const id = await ask('EUR')
    const moved = connect({
      CARDZO_API_URL: 'https://other.example/paynet',
      ...{ SMTP_URL: 'smtp://mail.example.com', MAIL_FROM: 'a@example.com' },
      ...{ APP_URL: 'https://payouts.example.com', DATA_KEYS: `a:${Buffer.alloc(32, 1).toString('base64')}` },
    })
    await moved.adopt()
    expect(await moved.gateway.lacks(1)).toBe('moved')
    portal.deps.gateway = moved.gateway
    const worker = portal.startWorker()
    await eventually(async () => (await portal.items(id)).includes('endpoint_missing') || 'no item yet')
    await worker.stop()
    expect(ordersAt(first)).not.toContain(await clientOrderIdOf(id))
    portal.deps.gateway = gateways.gateway
    await portal.wake(id)
    const again = portal.startWorker()
    await portal.until(id, 'awaiting_approval')
    await again.stop()
    expect(await portal.items(id)).toEqual([])
    moved.close()
  })
})

describe('an endpoint that a worker does not know', () => {
  it('is never replaced by another: the payout waits, and people are told', async () => {
    const id = await ask('USD')
    const { connections } = portal.deps.endpoints
    portal.deps.endpoints.connections = () => Promise.resolve([])
    const without = connect()
    portal.deps.gateway = without.gateway
    const before = [ordersAt(first).length, ordersAt(second).length]
    const worker = portal.startWorker()
    await eventually(async () => (await portal.items(id)).includes('endpoint_missing') || 'no item yet')
    await worker.stop()
    expect([ordersAt(first).length, ordersAt(second).length]).toEqual(before)
    expect(
      await without.gateway.pay(
        { endpointId: 2, clientOrderId: 'x', orderId: '1' },
        { mayStillSend: () => true },
      ),
    ).toMatchObject({ kind: 'not_sent' })
    portal.deps.endpoints.connections = connections
    portal.deps.gateway = gateways.gateway
  })
})

describe('a test of the connection', () => {
  it('says whether Cardzo answers and takes the key, and makes nothing there', async () => {
    const { endpoints } = portal.deps
    const resultOf = async () => {
      await endpoints.askTest(2, operator)
      await testConnections(portal.deps)
      const test = (await endpoints.tests()).find(({ endpointId }) => endpointId === 2)
      return [test?.answer, test?.keyAnswer]
    }
    const withKey = (key: string, version: number) =>
      portal.prisma.endpoint.update({
        where: { id: 2 },
        data: { keySealed: vault.seal(key, endpointPlace(2, 'key')), version },
      })
    const before = ordersAt(second).length
    expect(await resultOf()).toEqual(['works', 'accepted'])
    await testConnections(portal.deps)
    // A key that Cardzo doesn't know: everything else is right.
    await withKey(keyOf(), 4)
    expect(await resultOf()).toEqual(['works', 'refused'])
    await withKey(keys.second, 5)
    await portal.prisma.endpoint.update({
      where: { id: 2 },
      data: { controlSealed: vault.seal('wrong', endpointPlace(2, 'control')), version: 6 },
    })
    expect(await resultOf()).toEqual(['locked_out', null])
    await portal.prisma.endpoint.update({
      where: { id: 2 },
      data: { controlSealed: vault.seal(controls.second, endpointPlace(2, 'control')), version: 7 },
    })
    expect(await resultOf()).toEqual(['works', 'accepted'])
    // A gateway without signed status requests says nothing about the key, and is not silent for it.
    const { gateway } = portal.deps
    portal.deps.gateway = {
      ...gateway,
      status: async (order) => {
        const answer = await gateway.status(order)
        return order.signed ? { ...answer, kind: 'locked_out', httpStatus: 404, gatewayDate: null } : answer
      },
    }
    expect(await resultOf()).toEqual(['works', 'unclear'])
    portal.deps.gateway = gateway
    expect(ordersAt(second)).toHaveLength(before)
  })
})

describe('the stop of one endpoint', () => {
  it('stops its payouts only, and the stop of all payments stops both', async () => {
    await portal.deps.stopSwitch.pull(operator, 'the second is odd', 2)
    const worker = portal.startWorker()
    const [euro, dollars] = [await ask('EUR'), await ask('USD')]
    await approve(euro)
    await approve(dollars)
    await portal.until(euro, 'paid')
    await portal.wake(dollars)
    const waits = await portal.payout(dollars)
    expect(waits.status).toBe('approved')
    const claim = portal.prisma.$executeRaw`
      UPDATE payout SET status = 'paying', validated_at = now() WHERE id = ${dollars}::uuid`
    await expect(claim).rejects.toThrow(/payout-pay is stopped/)
    expect(await portal.deps.stopSwitch.pull(operator, 'again', 2)).toBe('stopped_already')
    await portal.deps.stopSwitch.pull(operator, 'everything')
    await portal.deps.stopSwitch.release(operator, 'it was not', 1000)
    expect((await portal.deps.stopSwitch.allActive()).map(({ endpointId }) => endpointId)).toEqual([2])
    expect((await portal.payout(dollars)).status).toBe('approved')
    await portal.deps.stopSwitch.release(operator, 'it is well', 1000, 2)
    await portal.until(dollars, 'paid')
    await worker.stop()
  })
})

describe('an endpoint that falls silent', () => {
  it('is asked one question at a time, while the other goes on', async () => {
    if (second) second.settings.away = true
    const worker = portal.startWorker()
    const dollars = await ask('USD')
    await eventually(async () => {
      const each = await portal.deps.gatewayCondition.readEach()
      await portal.wake(dollars)
      return each.some(({ endpointId, silentSince }) => endpointId === 2 && silentSince) || 'not silent yet'
    })
    const euro = await ask('EUR')
    await approve(euro)
    await portal.until(euro, 'paid')
    const [own] = await portal.deps.gatewayCondition.readEach()
    expect(own).toMatchObject({ endpointId: 1, silentSince: null })
    if (second) second.settings.away = false
    await eventually(async () => {
      await portal.wake(dollars)
      const each = await portal.deps.gatewayCondition.readEach()
      return !each.some(({ silentSince }) => silentSince) || 'still silent'
    })
    await worker.stop()
  })
})

describe('rotation', () => {
  const rotate = (data: Record<string, string | number | null>) =>
    portal.prisma.endpoint.update({ where: { id: 2 }, data })

  it('of the control value takes callbacks and status answers of either, and of no other endpoint', async () => {
    const next = 'the next control'
    const sealed = vault.seal(next, endpointPlace(2, 'control'))
    await rotate({ nextControlSealed: sealed, version: 10 })
    const worker = portal.startWorker()
    const payout = await portal.until(await ask('USD'), 'awaiting_approval')
    expect(await callback(controls.second, payout, 'processing')).toMatchObject({ http: 200 })
    expect(await callback(next, payout, 'declined')).toMatchObject({ http: 200 })
    expect(await callback(controls.first, payout)).toMatchObject({ http: 403, refusal: 'wrong_control' })
    const own = await portal.until(await ask('EUR'), 'awaiting_approval')
    expect(await callback(next, own)).toMatchObject({ http: 403, refusal: 'wrong_control' })
    expect(await callback(controls.first, own, 'processing')).toMatchObject({ http: 200 })
    await worker.stop()
  })

  it('of key and control lets a payout that is on its way go on to its end', async () => {
    const nextKey = keyOf()
    const nextControl = 'the control after that'
    const worker = portal.startWorker()
    const id = await ask('USD')
    await portal.until(id, 'awaiting_approval')
    await rotate({
      nextKeySealed: vault.seal(nextKey, endpointPlace(2, 'key')),
      nextControlSealed: vault.seal(nextControl, endpointPlace(2, 'control')),
      version: 20,
    })
    // Cardzo's side changes: the same orders, another key and control.
    const { port, ledger } = second ?? { port: 0, ledger: null }
    await second?.close()
    second = await simulator('second', nextKey, nextControl, '500', port)
    second.ledger.restore(ledger?.all() ?? [])
    await rotate({
      keySealed: vault.seal(nextKey, endpointPlace(2, 'key')),
      controlSealed: vault.seal(nextControl, endpointPlace(2, 'control')),
      nextKeySealed: vault.seal(keys.second, endpointPlace(2, 'key')),
      nextControlSealed: vault.seal(controls.second, endpointPlace(2, 'control')),
      version: 21,
    })
    const more = await ask('USD')
    await approve(id)
    await approve(more)
    await portal.until(id, 'paid')
    await portal.until(more, 'paid')
    await worker.stop()
  })
})
