// What other systems, Cardzo and monitors call (docs/contract.md), seen from outside. One file, because that page is one contract.
import { createHash, randomUUID } from 'node:crypto'
import type { APIRequestContext, APIResponse } from '@playwright/test'
import { payoutPageSchema, payoutViewSchema, statusViewSchema } from '#lib/contract/payout.ts'
import { expect, test } from './support/fixtures.ts'
import { approve, requestBody } from './support/payouts.ts'
import { confirmPolicy } from './support/policy.ts'
import { accountFor } from './support/simulator.ts'
import { admin } from './support/stack.ts'

const ask = (api: APIRequestContext, body: unknown, key: string | null = randomUUID()) =>
  api.post('/api/v1/payouts', { headers: key === null ? {} : { 'Idempotency-Key': key }, data: body })

/** Expects a problem document (RFC 9457) with this code, and returns it. */
async function expectProblem(answer: APIResponse, status: number, code: string) {
  expect.soft(answer.status(), await answer.text()).toBe(status)
  expect.soft(answer.headers()['content-type']).toContain('application/problem+json')
  const document = (await answer.json()) as { errors?: { path: string; message: string }[] }
  expect.soft(document).toMatchObject({ status, code })
  return document
}

test.describe('another system', () => {
  test('creates one payout, however often and in whatever spelling it sends the same request', async ({
    api,
    database,
    payouts,
  }) => {
    const body = { ...requestBody(), amount: '1200.50' }
    const key = randomUUID()
    const first = await ask(api, body, key)
    expect(first.status()).toBe(201)
    expect(first.headers()['idempotent-replayed']).toBeUndefined()
    const payout = payoutViewSchema.parse(await first.json())
    expect(payout).toMatchObject({
      status: 'requested',
      final: false,
      amount: '1200.50',
      currency: 'EUR',
      receiver: { externalId: body.receiver.externalId, email: 'dora@e2e.example', firstName: 'Dora' },
      destination: { account_number_last4: '9921', bank_name: 'Example Bank' },
      gateway: { orderId: null, status: null },
      redirectUrl: null,
      metadata: { order: '1234' },
      failure: null,
      finalAt: null,
    })
    expect(payout.statusUrl).toMatch(/\/pay\/[A-Za-z0-9_-]{22,}$/)
    const { metadata, description, destination, receiver } = body
    const otherOrder = { description, metadata, currency: 'EUR', destination, amount: '1200.5', receiver }
    const again = await Promise.all([body, otherOrder, body, otherOrder].map((each) => ask(api, each, key)))
    for (const answer of again) {
      expect(answer.status()).toBe(200)
      expect(answer.headers()['idempotent-replayed']).toBe('true')
      expect(await answer.json()).toMatchObject({ id: payout.id })
    }
    // Even when all arrive at once and the first has no answer yet.
    const other = randomUUID()
    const together = await Promise.all(Array.from({ length: 6 }, () => ask(api, copyOfBody(body), other)))
    expect(together.map((answer) => answer.status()).sort()).toEqual([200, 200, 200, 200, 200, 201])
    const rows = await database.rows('SELECT 1 FROM payout WHERE receiver_id = $1', [payout.receiver.id])
    expect(rows).toHaveLength(2)
    await payouts.until(payout.id, 'awaiting_approval')
    expect(await (await ask(api, body, key)).json()).toMatchObject({ status: 'awaiting_approval' })
  })

  test('is refused when it reuses a key for another request, and may reuse a key that was refused', async ({
    api,
  }) => {
    const key = randomUUID()
    const body = requestBody()
    await expectProblem(await ask(api, { ...body, amount: '0' }, key), 400, 'invalid_request')
    expect((await ask(api, body, key)).status()).toBe(201)
    await expectProblem(await ask(api, { ...body, amount: '1.50' }, key), 422, 'idempotency_key_reused')
    await expectProblem(await ask(api, { ...body, more: 1 }, key), 422, 'idempotency_key_reused')
    const { receiver } = body
    await expectProblem(
      await ask(api, { ...body, receiver: { ...receiver, email: 'other@e2e.example' } }),
      409,
      'receiver_mismatch',
    )
  })

  test('learns everything that is wrong with a request, by path, and nothing is stored', async ({
    api,
    database,
  }) => {
    const body = requestBody()
    const wrong: [path: string, body: unknown][] = [
      ...['0', '-1', '+1', '1.001', '1e3', '1,5', ' ', '', '12345678901', 'NaN', '0x10'].map(
        (amount) => ['amount', { ...body, amount }] as [string, unknown],
      ),
      ['amount', { ...body, amount: 100.5 }],
      ['currency', { ...body, currency: 'JPY' }],
      ['currency', { ...body, currency: 'eur' }],
      ['more', { ...body, more: true }],
      ['receiver.externalId', { ...body, receiver: { ...body.receiver, externalId: '' } }],
      ['receiver.email', { ...body, receiver: { ...body.receiver, email: 'not an address' } }],
      ['destination.account_number', { ...body, destination: { bank_name: 'Example Bank' } }],
      ['destination.cvv2', { ...body, destination: { ...body.destination, cvv2: '123' } }],
      ['metadata', { ...body, metadata: [] }],
    ]
    const count = async () => (await database.rows<{ n: string }>('SELECT count(*) AS n FROM payout'))[0]!.n
    const before = await count()
    for (const [path, each] of wrong) {
      const { errors } = await expectProblem(await ask(api, each), 400, 'invalid_request')
      expect
        .soft(
          errors?.map((error) => error.path),
          JSON.stringify(each),
        )
        .toContain(path)
    }
    const both = await expectProblem(
      await ask(api, { ...body, amount: 'x', currency: 'x' }),
      400,
      'invalid_request',
    )
    expect(both.errors?.map(({ path }) => path).sort()).toEqual(['amount', 'currency'])
    await expectProblem(await ask(api, body, null), 400, 'idempotency_key_required')
    await expectProblem(await ask(api, body, 'k'.repeat(256)), 400, 'idempotency_key_required')
    const raw = (data: string | Buffer, type = 'application/json') =>
      api.post('/api/v1/payouts', {
        headers: { 'Idempotency-Key': randomUUID(), 'Content-Type': type },
        data: typeof data === 'string' ? Buffer.from(data) : data,
      })
    await expectProblem(await raw('{"amount": '), 400, 'invalid_request')
    await expectProblem(await raw(''), 400, 'invalid_request')
    await expectProblem(await raw('null'), 400, 'invalid_request')
    await expectProblem(await raw(Buffer.from([0x7b, 0xff, 0x7d])), 400, 'invalid_request')
    await expectProblem(await raw(JSON.stringify(body).replace('1234', '\\u0000')), 400, 'invalid_request')
    await expectProblem(await raw('a=1', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type')
    await expectProblem(await raw(JSON.stringify(body), 'text/plain'), 415, 'unsupported_media_type')
    await expectProblem(await raw(`{"amount":"${'1'.repeat(200_000)}"}`), 413, 'too_large')
    expect(await count()).toBe(before)
  })

  test('learns nothing without a valid key, whatever it asks', async ({ playwright, stack, payouts }) => {
    const { id } = await payouts.create()
    const revoked = await admin(stack.environment, ['api-key:create', '--name', 'Gone'])
    await admin(stack.environment, ['api-key:revoke', '--id', String(revoked['id'])])
    for (const authorization of [
      '',
      'Bearer wrong',
      `Basic ${stack.apiKey}`,
      `Bearer ${String(revoked['key'])}`,
    ]) {
      const stranger = await playwright.request.newContext({
        baseURL: stack.appUrl,
        extraHTTPHeaders: authorization === '' ? {} : { Authorization: authorization },
      })
      for (const path of [
        `/api/v1/payouts/${id}`,
        '/api/v1/payouts/nothing',
        '/api/v1/payouts',
        '/api/v1/nothing',
      ])
        await expectProblem(await stranger.get(path), 401, 'unauthorized')
      await expectProblem(await ask(stranger, 'no JSON'), 401, 'unauthorized')
      await stranger.dispose()
    }
  })

  test('gets 404 for unknown and malformed ids', async ({ api }) => {
    for (const id of [randomUUID(), 'nothing', '1', '%00', '..%2f..'])
      await expectProblem(await api.get(`/api/v1/payouts/${id}`), 404, 'not_found')
    await expectProblem(await api.post(`/api/v1/payouts/${randomUUID()}/cancel`), 404, 'not_found')
    await expectProblem(await api.get('/api/v1/nothing'), 404, 'not_found')
  })

  test('cancels a payout until the payment is claimed, even repeatedly, but not after', async ({
    api,
    page,
    signIn,
    payouts,
    simulator,
  }) => {
    const early = await payouts.awaiting()
    for (let times = 0; times < 2; times += 1) {
      const answer = await api.post(`/api/v1/payouts/${early.id}/cancel`)
      expect(answer.status()).toBe(200)
      expect(await answer.json()).toMatchObject({
        status: 'cancelled',
        final: true,
        failure: { code: 'cancelled', gatewayCode: null },
      })
    }
    const sent = await payouts.awaiting({ scenario: 'slow' })
    await signIn(page, 'approver')
    await approve(page, sent.id)
    await payouts.until(sent.id, 'processing')
    await expectProblem(await api.post(`/api/v1/payouts/${sent.id}/cancel`), 409, 'payout_already_sent')
    await simulator.status(sent.gateway.clientOrderId, { status: 'approved', callback: true })
    await payouts.until(sent.id, 'paid')
    await expectProblem(await api.post(`/api/v1/payouts/${sent.id}/cancel`), 409, 'payout_final')
    expect(await simulator.order(early.gateway.clientOrderId)).toMatchObject({ payReceived: 0 })
  })

  test('pages through all payouts while new ones arrive, without missing or repeating any', async ({
    api,
    payouts,
  }) => {
    const externalId = `cust-${randomUUID()}`
    const create = async () => {
      const body = requestBody()
      const answer = await ask(api, { ...body, receiver: { ...body.receiver, externalId } })
      return payoutViewSchema.parse(await answer.json()).id
    }
    const made: string[] = []
    for (let n = 0; n < 7; n += 1) made.unshift(await create())
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const query = new URLSearchParams({ receiver: externalId, limit: '2', ...(cursor && { cursor }) })
      const page = payoutPageSchema.parse(await (await api.get(`/api/v1/payouts?${query.toString()}`)).json())
      expect(page.data.length).toBeLessThanOrEqual(2)
      seen.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor
      await create()
    } while (cursor !== null)
    expect(seen).toEqual(made)
    await payouts.until(made[0]!, 'awaiting_approval')
    await api.post(`/api/v1/payouts/${made[0]!}/cancel`)
    const filtered = async (query: string) => {
      const answer = await api.get(`/api/v1/payouts?receiver=${externalId}&${query}`)
      return payoutPageSchema.parse(await answer.json()).data
    }
    expect((await filtered('status=cancelled')).map(({ id }) => id)).toEqual([made[0]])
    expect((await filtered('status=cancelled&status=awaiting_approval')).length).toBeGreaterThan(1)
    expect(await filtered('status=paid')).toEqual([])
    for (const query of ['status=nothing', 'limit=0', 'limit=101', 'limit=x', 'cursor=x', 'more=1'])
      await expectProblem(await api.get(`/api/v1/payouts?${query}`), 400, 'invalid_request')
  })

  test('reads the description of the API without a key, and tries a call of it on its page', async ({
    request,
    page,
    payouts,
    stack,
  }) => {
    const answer = await request.get('/api/v1/openapi.json')
    const document = (await answer.json()) as { openapi: string; paths: Record<string, object> }
    expect(document.openapi).toMatch(/^3\.1\./)
    // What has been there from the start; that it names every route is app/_server/openapi/describe-api.test.ts's.
    for (const path of [
      '/api/v1/grants',
      '/api/v1/openapi.json',
      '/api/v1/payouts',
      '/api/v1/payouts/{id}',
      '/api/v1/payouts/{id}/cancel',
      '/api/v1/receivers/{externalId}/balances',
    ])
      expect(Object.keys(document.paths)).toContain(path)

    const { id } = await payouts.create({ scenario: 'stays-validating' })
    await page.goto('/developers')
    await page.getByLabel('API key').fill(stack.apiKey)
    const showing = page.getByRole('heading', { name: 'Show a payout' })
    const card = page.locator('div').filter({ has: showing }).last()
    await card.getByText('Try it').click()
    await card.getByLabel('id').fill(id)
    await card.getByRole('button', { name: 'Send' }).click()
    await expect(card.getByRole('status')).toContainText(`"id": "${id}"`)
  })

  test('needs no approval below the limit of the policy, but does at the limit', async ({
    api,
    page,
    payouts,
    signIn,
    stack,
    simulator,
  }) => {
    // The operator's proposal waits for an administrator, because there is one.
    await signIn(page, 'admin')
    const set = async (below: string) => {
      await admin(stack.environment, ['policy:set', '--currency', 'USD', '--auto-approve-below', below])
      await confirmPolicy(page, 'admin')
    }
    await set('500')
    const create = async (amount: string) =>
      payoutViewSchema.parse(await (await ask(api, { ...requestBody(), currency: 'USD', amount })).json())
    const [below, at] = [await create('499.95'), await create('500.00')]
    await payouts.until(below.id, 'paid')
    await payouts.until(at.id, 'awaiting_approval')
    expect(await simulator.order(at.gateway.clientOrderId)).toMatchObject({ payReceived: 0 })
    await set('0')
  })

  test('never sees a full account number again', async ({ api, page, signIn, payouts, request }) => {
    const { id, statusUrl } = await payouts.awaiting()
    const account = accountFor('approve')
    await signIn(page, 'approver')
    const texts = await Promise.all(
      [
        api.get(`/api/v1/payouts/${id}`),
        api.get('/api/v1/payouts?limit=100'),
        request.get(statusUrl!),
        request.get(`/api${new URL(statusUrl!).pathname}/status`),
        request.get('/demo/mail'),
        page.request.get(`/desk/payouts/${id}`),
        page.request.get('/desk'),
        page.request.get('/desk/payouts'),
        page.request.get(`/desk/payouts/export?search=${id}`),
      ].map(async (asked) => {
        const answer = await asked
        expect(answer.status(), answer.url()).toBe(200)
        return answer.text()
      }),
    )
    expect(texts.filter((text) => text.includes(account))).toEqual([])
    expect(texts[0]).toContain(account.slice(-4))
  })
})

test("the receiver's page gets what it needs, and caches nothing", async ({ request, payouts }) => {
  const { statusUrl } = await payouts.awaiting()
  const answer = await request.get(`/api${new URL(statusUrl!).pathname}/status`)
  expect(answer.headers()['cache-control']).toContain('no-store')
  expect(statusViewSchema.parse(await answer.json())).toMatchObject({
    status: 'awaiting_approval',
    final: false,
    redirectUrl: null,
    returnedAt: null,
  })
  expect((await request.get('/api/pay/nothing/status')).status()).toBe(404)
})

test.describe('Cardzo', () => {
  const callback = '/api/cardzo/callback'
  type Ids = { orderid: string; client_orderid: string }

  /** As Cardzo signs it: the SHA-1 of status, both ids and the merchant control, joined. */
  function signed(secret: string, ids: Ids, status = 'processing') {
    const control = createHash('sha1')
      .update(status + ids.orderid + ids.client_orderid + secret)
      .digest('hex')
    return { status, ...ids, merchant_order: ids.client_orderid, type: 'payout', control }
  }

  test('calls back and is answered in the order of docs/contract.md#callbacks', async ({
    request,
    payouts,
    stack,
    database,
  }) => {
    const secret = stack.environment['CARDZO_MERCHANT_CONTROL']!
    const { gateway } = await payouts.awaiting()
    const ids = { orderid: gateway.orderId!, client_orderid: gateway.clientOrderId }
    const good = signed(secret, ids)
    const get = async (params: Record<string, string> | string) =>
      (await request.get(`${callback}?${new URLSearchParams(params).toString()}`)).status()
    const stored = async () =>
      (
        await database.rows<{ deliveries: number }>(
          'SELECT deliveries FROM callback WHERE order_id = $1 AND client_order_id = $2',
          [ids.orderid, ids.client_orderid],
        )
      ).map(({ deliveries }) => deliveries)
    for (const name of ['status', 'orderid', 'control'] as const) {
      const { [name]: _, ...missing } = good
      expect.soft(await get(missing), `without ${name}`).toBe(400)
      expect.soft(await get({ ...good, [name]: ' ' }), `blank ${name}`).toBe(400)
    }
    const { client_orderid: _, ...byOtherName } = good
    const { merchant_order: __, ...noName } = byOtherName
    expect.soft(await get(noName)).toBe(400)
    expect.soft(await get({ ...good, merchant_order: 'another' })).toBe(400)
    expect.soft(await get(`${new URLSearchParams(good).toString()}&status=approved`)).toBe(400)
    expect.soft(await get({ ...good, control: 'f'.repeat(40) })).toBe(403)
    expect.soft(await get({ ...good, status: 'approved' })).toBe(403)
    // The hash has no separators, so moving a digit from one id to the other keeps it valid.
    const shifted = {
      orderid: ids.orderid.slice(0, -1),
      client_orderid: ids.orderid.slice(-1) + ids.client_orderid,
    }
    expect.soft(await get({ ...good, ...shifted, merchant_order: shifted.client_orderid })).toBe(200)
    // Cardzo said it, so it is kept for people: refused, it would come back for fourteen days.
    expect.soft(await get(signed(secret, { ...ids, orderid: '1' }))).toBe(200)
    expect.soft(await get(signed(secret, { ...ids, client_orderid: 'another' }))).toBe(200)
    expect.soft(await get(signed(secret, { orderid: 'x1', client_orderid: ids.client_orderid }))).toBe(400)
    expect(await stored()).toEqual([])
    expect(
      await database.rows(
        `SELECT severity FROM open_item i JOIN payout p ON p.id = i.payout_id
         WHERE p.client_order_id = $1 AND i.kind = 'other_order_id' AND i.closed_at IS NULL`,
        [ids.client_orderid],
      ),
    ).toEqual([{ severity: 'critical' }])

    expect(await get(good)).toBe(200)
    expect(await get(byOtherName)).toBe(200)
    expect(await get(good)).toBe(200)
    const posted = await request.post(callback, { form: good })
    expect(posted.status()).toBe(200)
    expect((await stored()).reduce((sum, each) => sum + each, 0)).toBe(4)
    expect(await get({ ...good, ...shifted, merchant_order: shifted.client_orderid })).toBe(403)
    expect(await get(signed(secret, { orderid: '77', client_orderid: 'nobody-knows' }))).toBe(200)
    expect(
      (await request.post(`${callback}?${new URLSearchParams(good).toString()}`, { form: {} })).status(),
    ).toBe(400)
    expect((await request.post(callback, { data: good })).status()).toBe(400)
    expect(await payouts.byReference(ids.client_orderid)).toMatchObject({ status: 'awaiting_approval' })
  })

  test('cannot make a payout paid by calling back alone', async ({ payouts, simulator }) => {
    const { id, gateway } = await payouts.awaiting()
    await simulator.callback(gateway.clientOrderId, { kind: 'contradictory', status: 'approved' })
    await simulator.callback(gateway.clientOrderId, { kind: 'doubled' })
    await simulator.callback(gateway.clientOrderId, { kind: 'forged' })
    const order = await simulator.until(
      gateway.clientOrderId,
      'delivered',
      ({ deliveries }) => deliveries.length >= 4,
    )
    const answers = order.deliveries.map(({ kind, answer }) => `${kind} ${answer}`)
    expect(answers).toContain('contradictory 200')
    expect(answers.filter((each) => each === 'doubled 200')).toHaveLength(2)
    expect(answers).toContain('forged 403')
    expect(await payouts.get(id)).toMatchObject({ status: 'awaiting_approval' })
    expect((await simulator.order(gateway.clientOrderId)).payReceived).toBe(0)
  })

  test('is asked for the status within three seconds of a final callback', async ({
    page,
    signIn,
    payouts,
    simulator,
  }) => {
    const { id, gateway } = await payouts.awaiting({ scenario: 'slow' })
    await signIn(page, 'approver')
    await approve(page, id)
    await payouts.until(id, 'processing')
    const saidAt = Date.now()
    await simulator.status(gateway.clientOrderId, { status: 'approved', callback: true })
    const { finalAt } = await payouts.until(id, 'paid')
    expect(Date.parse(finalAt!) - saidAt).toBeLessThan(3000)
    expect(await simulator.order(gateway.clientOrderId)).toMatchObject({ payReceived: 1 })
  })
})

test.describe('machines that watch', () => {
  test('see that everything is running', async ({ request }) => {
    expect((await request.get('/api/health/live')).status()).toBe(200)
    const ready = await request.get('/api/health/ready')
    expect(ready.status()).toBe(200)
    expect(await ready.json()).toMatchObject({ ready: true })
    const metrics = await request.get('/api/metrics')
    expect(metrics.headers()['content-type']).toContain('text/plain')
    expect(await metrics.text()).toMatch(/^# HELP /m)
  })

  test('cannot pretend to be on this machine by a header, and are not when they come through a proxy', async ({
    request,
  }) => {
    const headers = { 'x-client-ip': '203.0.113.9', 'x-forwarded-for': '203.0.113.9' }
    expect((await request.get('/api/metrics', { headers })).status()).toBe(403)
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-real-ip', 'x-forwarded-proto'])
      expect((await request.get('/api/metrics', { headers: { [name]: '127.0.0.1' } })).status()).toBe(403)
    expect((await request.get('/api/metrics', { headers: { 'x-client-ip': '203.0.113.9' } })).status()).toBe(
      200,
    )
  })
})

/** The same request, as a new object. */
const copyOfBody = (body: ReturnType<typeof requestBody>) => structuredClone(body)
