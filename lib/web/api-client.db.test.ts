/** The TypeScript client (clients/typescript) against the API's own handlers over HTTP, on a real database. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  createPortalClient,
  PortalProblem,
  PortalUnreachable,
  UnexpectedAnswer,
  verifyWebhook,
  WebhookRefused,
} from '../../clients/typescript/src/index.ts'
import type { PortalOptions } from '../../clients/typescript/src/index.ts'
import { apiPaths } from '#app/_server/openapi/describe-api.ts'
import { apiShapes } from '#app/_server/openapi/shapes.ts'
import { freshSecret, signedHeaders } from '#lib/services/webhook/sign-webhook.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { createApiWorld } from './testing/api-world.ts'
import type { ApiWorld } from './testing/api-world.ts'

const doors = vi.hoisted(() => ({ getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: doors.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

let world: ApiWorld
let apiKey: string
const called = new Set<string>()
beforeAll(async () => {
  world = await createApiWorld()
  doors.getDeps.mockResolvedValue(world.portal.deps)
  apiKey = await world.makeKey()
})
afterAll(() => world.close())

/** A client that notes what it sends and never really waits. */
function clientOf(options: Partial<PortalOptions> = {}) {
  const sent: { method: string; path: string; key: string | null }[] = []
  const waits: number[] = []
  const portal = createPortalClient({
    baseUrl: world.served.url,
    apiKey,
    wait: (ms) => Promise.resolve(void waits.push(ms)),
    ...options,
    fetch: (request) => {
      const path = new URL(request.url).pathname
      sent.push({ method: request.method, path, key: request.headers.get('idempotency-key') })
      called.add(`${request.method.toLowerCase()} ${path}`)
      return (options.fetch ?? fetch)(request)
    },
  })
  return { portal, sent, waits }
}

const asked = (more: object = {}) => ({
  amount: '5.00',
  currency: 'EUR',
  receiver: { externalId: randomUUID(), firstName: 'Ada' },
  destination: { account_number: randomUUID() },
  ...more,
})

it('calls every operation of the API, and reads what it answers', async () => {
  const { portal } = clientOf()
  const externalId = `a/b ${randomUUID()}`
  const { receiver } = {
    receiver: await portal.receivers.save(externalId, { firstName: 'Ada', locale: 'ru' }),
  }
  expect(receiver).toMatchObject({ externalId, firstName: 'Ada', locale: 'ru' })
  expect(await portal.receivers.get(externalId)).toEqual(receiver)
  const saved = await portal.destinations.add(externalId, { destination: { account_number: randomUUID() } })
  expect(await portal.destinations.get(externalId, saved.id)).toEqual(saved)
  expect((await portal.destinations.list(externalId)).data).toEqual([saved])
  expect((await portal.destinations.disable(externalId, saved.id)).disabledAt).not.toBeNull()
  const grant = await portal.grants.create({
    receiver: { externalId },
    amount: '25.00',
    currency: 'EUR',
    reference: randomUUID(),
  })
  expect(await portal.grants.get(grant.id)).toEqual(grant)
  expect((await portal.grants.list({ receiver: externalId })).data).toEqual([grant])
  expect((await portal.receivers.balances(externalId)).balances).toMatchObject([{ available: '25.00' }])
  const payout = await portal.payouts.create(asked({ receiver: { externalId, firstName: 'Ada' } }))
  expect(await portal.payouts.get(payout.id)).toEqual(payout)
  expect((await portal.payouts.list({ currency: 'EUR', status: ['requested'] })).data).toContainEqual(payout)
  expect((await portal.payouts.cancel(payout.id)).status).toBe('cancelled')
  expect(await portal.payouts.retry(payout.id)).toMatchObject({ retryOf: payout.id, status: 'requested' })
  expect((await portal.receivers.list({ limit: 1 })).data).toHaveLength(1)
  const batch = await portal.batches.check({ rows: [{ key: randomUUID(), ...asked() }] })
  expect(batch).toMatchObject({ rows: 1, wrong: 0, state: 'checked' })
  expect(await portal.batches.get(batch.id)).toMatchObject({ id: batch.id })
  expect((await portal.batches.rows(batch.id)).data).toHaveLength(1)
  expect((await portal.batches.list()).data.map(({ id }) => id)).toContain(batch.id)
  expect((await portal.batches.submit(batch.id)).state).not.toBe('checked')
  expect((await portal.batches.cancel(batch.id)).state).toMatch(/^cancel/)
  expect((await portal.events.list({ limit: 1 })).nextCursor).toMatch(/^\d+$/)
  expect(await portal.describe()).toMatchObject({ openapi: '3.1.0' })

  const operations = Object.entries(apiPaths).flatMap(([path, item]) =>
    Object.keys(item)
      .filter((name) => name !== 'parameters')
      .map((method) => `${method} ${path}`),
  )
  const isCalled = (operation: string) => {
    const shape = new RegExp(`^${operation.replaceAll(/\{\w+\}/g, '[^/]+')}$`)
    return [...called].some((one) => shape.test(one))
  }
  expect(operations.filter((one) => !isCalled(one))).toEqual([])
})

it('reads a list page after page', async () => {
  const { portal, sent } = clientOf()
  const externalId = randomUUID()
  const made: string[] = []
  for (let n = 0; n < 5; n++)
    made.push((await portal.payouts.create(asked({ receiver: { externalId, firstName: 'Ada' } }))).id)
  const read: string[] = []
  for await (const { id } of portal.payouts.all({ receiver: externalId, limit: 2 })) read.push(id)
  expect(read).toEqual(made.reverse())
  expect(sent.filter(({ method }) => method === 'GET')).toHaveLength(3)
})

it('reads batches, their rows and events page after page', async () => {
  const { portal } = clientOf()
  const rows = Array.from({ length: 3 }, () => ({ key: randomUUID(), ...asked() }))
  const { id } = await portal.batches.check({ rows })
  const keys: string[] = []
  for await (const { key } of portal.batches.allRows(id, { limit: 2 })) keys.push(key)
  expect(keys).toEqual(rows.map(({ key }) => key))
  const batches: string[] = []
  for await (const batch of portal.batches.all({ limit: 1 })) batches.push(batch.id)
  expect(batches[0]).toBe(id)

  // As the portal gives them: the last page is empty, and its cursor the one before.
  const event = apiShapes.Event.example
  const pages = new Map([
    [null, { data: [event, event], nextCursor: '2', goneUntil: null }],
    ['2', { data: [event], nextCursor: '3', goneUntil: null }],
    ['3', { data: [], nextCursor: '3', goneUntil: null }],
  ])
  const fake = clientOf({
    fetch: (request) =>
      Promise.resolve(Response.json(pages.get(new URL(request.url).searchParams.get('cursor')))),
  })
  const cursors: string[] = []
  for await (const page of fake.portal.events.pages({ limit: 2 })) cursors.push(page.nextCursor)
  expect([cursors, fake.sent.length]).toEqual([['2', '3'], 3])
  expect((await fake.portal.events.pages({ cursor: '3' }).next()).done).toBe(true)
})

it('tells the portal’s webhooks from others', async () => {
  const [secret, older] = [freshSecret(), freshSecret()]
  const event = apiShapes.Event.example
  const body = JSON.stringify(event)
  const headers = signedHeaders({ id: 'evt_1', body, atMs: Date.now() }, [secret, older])
  expect(await verifyWebhook({ secret, headers, body })).toEqual(event)
  // While one replaces the other, and as bytes and headers of any kind.
  const bytes = Buffer.from(body)
  const named = { ...headers, 'Webhook-Id': ['evt_1'], 'webhook-id': undefined }
  expect(
    await verifyWebhook({ secret: [freshSecret(), older], headers: new Headers(headers), body: bytes }),
  ).toEqual(event)
  await expect(verifyWebhook({ secret, headers: named, body })).rejects.toThrow('missing')
  const wrong: [string, Parameters<typeof verifyWebhook>[0]][] = [
    ['No signature', { secret: freshSecret(), headers, body }],
    ['No signature', { secret, headers, body: `${body} ` }],
    ['No signature', { secret, headers: { ...headers, 'webhook-id': 'evt_2' }, body }],
    ['No signature', { secret, headers: { ...headers, 'webhook-signature': 'v1,AAAA v1a,x v1,%%' }, body }],
    ['too old', { secret, headers, body, nowMs: Date.now() + 301_000 }],
    ['too old', { secret, headers, body, nowMs: Date.now() - 301_000 }],
    ['too old', { secret, headers: { ...headers, 'webhook-timestamp': '1e9' }, body }],
    ['missing', { secret, headers: {}, body }],
  ]
  for (const [why, message] of wrong) {
    const error: unknown = await verifyWebhook(message).catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(WebhookRefused)
    expect((error as Error).message).toContain(why)
  }
  // A forgotten secret signs nothing: with it everybody could.
  await expect(verifyWebhook({ secret: '', headers, body })).rejects.toThrow('not the one')
})

it('says which request a problem is about, under the name that it was given', async () => {
  const { portal } = clientOf()
  const error: unknown = await portal.payouts.get('x').catch((caught: unknown) => caught)
  expect((error as PortalProblem).requestId).toMatch(/^[0-9a-f-]{36}$/)
  for (const [given, said] of [
    ['trace:1-a_b.c', 'trace:1-a_b.c'],
    ['a b', null],
    ['x'.repeat(129), null],
  ] as const) {
    const answer = await fetch(`${world.served.url}/api/v1/payouts`, { headers: { 'X-Request-Id': given } })
    const named = answer.headers.get('x-request-id')
    if (said === null) expect(named).toMatch(/^[0-9a-f-]{36}$/)
    else expect(named).toBe(said)
  }
})

describe('what is sent again', () => {
  it('has the same idempotency key, also after the answer was lost, so that it happens once', async () => {
    for (const idempotencyKey of [undefined, randomUUID()]) {
      let lost = 0
      const { portal, sent, waits } = clientOf({
        fetch: async (request) => {
          const answer = await fetch(request)
          if (++lost > 2) return answer
          throw new TypeError('the connection broke after the portal had the request')
        },
      })
      const externalId = randomUUID()
      const payout = await portal.payouts.create(
        asked({ receiver: { externalId, firstName: 'Ada' } }),
        idempotencyKey === undefined ? {} : { idempotencyKey },
      )
      expect(new Set(sent.map(({ key }) => key)).size).toBe(1)
      expect(sent[0]?.key).toMatch(/^[0-9a-f-]{36}$/)
      if (idempotencyKey !== undefined) expect(sent[0]?.key).toBe(idempotencyKey)
      expect([sent.length, waits.length]).toEqual([3, 2])
      expect(waits[1]).toBeGreaterThan(0)
      expect((await portal.payouts.list({ receiver: externalId })).data.map(({ id }) => id)).toEqual([
        payout.id,
      ])
    }
  })

  it('is what 429 and 503 ask for, after the time that they name, but not longer than allowed', async () => {
    for (const [status, after, waited] of [
      [429, '3', 3_000],
      [503, '500', 60_000],
    ] as const) {
      let first = true
      const { portal, waits } = clientOf({
        fetch: (request) => {
          if (!first) return fetch(request)
          first = false
          return Promise.resolve(new Response(null, { status, headers: { 'Retry-After': after } }))
        },
      })
      expect((await portal.payouts.list()).data).toBeInstanceOf(Array)
      expect(waits).toEqual([waited])
    }
  })

  it('ends after so many attempts, and says what it knows', async () => {
    const away = clientOf({ retries: 2, fetch: () => Promise.reject(new TypeError('refused')) })
    await expect(away.portal.payouts.get(randomUUID())).rejects.toBeInstanceOf(PortalUnreachable)
    expect(away.sent).toHaveLength(3)
    const page = () => Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 }))
    const proxy = clientOf({ retries: 1, fetch: page })
    await expect(proxy.portal.payouts.get(randomUUID())).rejects.toThrow(UnexpectedAnswer)
    const limited = vi.fn(() => false)
    const { allowsTraffic } = world.portal.deps
    world.portal.deps.allowsTraffic = limited
    try {
      const busy = clientOf({ retries: 1 })
      await expect(busy.portal.payouts.list()).rejects.toMatchObject({ code: 'rate_limited', status: 429 })
      expect([limited.mock.calls.length, busy.waits]).toEqual([2, [60_000]])
    } finally {
      world.portal.deps.allowsTraffic = allowsTraffic
    }
  })

  it('is no refusal, and nothing that took too long without a limit', async () => {
    const { portal, sent } = clientOf()
    await expect(portal.payouts.create(asked({ amount: '0' }))).rejects.toMatchObject({
      name: 'PortalProblem',
      code: 'invalid_request',
      status: 400,
      errors: [{ path: 'amount' }],
    })
    expect(sent).toHaveLength(1)
    const stuck = clientOf({
      retries: 1,
      timeoutMs: 20,
      fetch: (request) =>
        new Promise((_, reject) => {
          request.signal.addEventListener('abort', () => reject(new Error('gave up')))
        }),
    })
    await expect(stuck.portal.payouts.list()).rejects.toBeInstanceOf(PortalUnreachable)
    expect(stuck.sent).toHaveLength(2)
  })
})

it('throws every refusal as a problem with its code', async () => {
  const { portal } = clientOf()
  const externalId = randomUUID()
  await portal.receivers.save(externalId, { firstName: 'Ada' })
  const paid = await portal.payouts.create(asked())
  await world.portal.deps.payouts.advance(
    await world.portal.payout(paid.id),
    { move: 'confirm' },
    moverOf('confirm'),
    { kind: 'status_answered' },
  )
  const cases: [() => Promise<unknown>, string][] = [
    [() => portal.payouts.get('x'), 'not_found'],
    [() => portal.payouts.cancel(paid.id), 'payout_final'],
    [() => portal.payouts.retry(paid.id), 'wrong_status'],
    [() => portal.receivers.save(externalId, { firstName: 'Eve' }), 'receiver_mismatch'],
    [() => portal.payouts.list({ cursor: 'x' }), 'invalid_request'],
    [() => clientOf({ apiKey: 'wrong' }).portal.payouts.list(), 'unauthorized'],
  ]
  for (const [call, code] of cases) {
    const error: unknown = await call().catch((caught: unknown) => caught)
    expect(error).toBeInstanceOf(PortalProblem)
    expect((error as PortalProblem).code).toBe(code)
  }
})
