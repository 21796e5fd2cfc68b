import { beforeEach, describe, expect, it, vi } from 'vitest'
import { refuse } from '#lib/payouts/refusals.ts'

const world = vi.hoisted(() => ({
  authenticateApiKey: vi.fn(),
  createPayout: vi.fn(),
  listPayouts: vi.fn(),
  showPayout: vi.fn(),
  cancelPayout: vi.fn(),
  allowsTraffic: vi.fn(),
  getDeps: vi.fn(),
  error: vi.fn(),
}))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))
vi.mock('#lib/services/key/authenticate-api-key.ts', () => ({ authenticateApiKey: world.authenticateApiKey }))
vi.mock('#lib/services/payout/create-payout.ts', () => ({ createPayout: world.createPayout }))
vi.mock('#lib/services/payout/list-payouts.ts', () => ({ listPayouts: world.listPayouts }))
vi.mock('#lib/services/payout/show-payout.ts', () => ({ showPayout: world.showPayout }))
vi.mock('#lib/services/payout/cancel-payout.ts', () => ({ cancelPayout: world.cancelPayout }))

const payouts = await import('./route.ts')
const one = await import('./[id]/route.ts')
const cancel = await import('./[id]/cancel/route.ts')
const nothing = await import('../[[...path]]/route.ts')

const actor = { kind: 'api_key', id: 'key-1', name: 'shop', ownerId: null }
const payout = { id: '7b0c1d1e-0000-4000-8000-000000000001', status: 'requested' }
const deps = { allowsTraffic: world.allowsTraffic, log: { info: vi.fn(), warn: vi.fn(), error: world.error } }
const here = { params: Promise.resolve({}) }
const named = (id: string) => ({ params: Promise.resolve({ id }) })

beforeEach(() => {
  vi.resetAllMocks()
  world.getDeps.mockResolvedValue(deps)
  world.allowsTraffic.mockReturnValue(true)
  world.authenticateApiKey.mockImplementation((_deps, key: string) =>
    Promise.resolve(key === 'good' ? { ok: true, actor } : refuse('unauthorized')),
  )
  world.createPayout.mockResolvedValue({ ok: true, replayed: false, payout })
})

const url = 'http://portal.test/api/v1/payouts'
const get = (query = '', headers: Record<string, string> = { Authorization: 'Bearer good' }) =>
  new Request(url + query, { headers })
const post = (body: string, headers: Record<string, string> = {}) =>
  new Request(url, {
    method: 'POST',
    body,
    headers: {
      Authorization: 'Bearer good',
      'Content-Type': 'application/json',
      'Idempotency-Key': 'request-1',
      ...headers,
    },
  })

async function expectProblem(response: Response, status: number, code: string) {
  expect(response.status).toBe(status)
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('cache-control')).toBe('no-store')
  expect(response.headers.get('x-content-type-options')).toBe('nosniff')
  const document = (await response.json()) as Record<string, unknown>
  expect(document).toMatchObject({ status, code })
  expect(document['title']).toEqual(expect.any(String))
  expect(document['detail']).toEqual(expect.any(String))
  return document
}

describe('asking for a payout', () => {
  it('answers 201 with the place of the new payout', async () => {
    const response = await payouts.POST(post('{"amount":"1"}'), here)
    expect(response.status).toBe(201)
    expect(await response.json()).toEqual(payout)
    expect(response.headers.get('location')).toBe(`/api/v1/payouts/${payout.id}`)
    expect(response.headers.has('idempotent-replayed')).toBe(false)
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(world.createPayout).toHaveBeenCalledWith(deps, actor, {
      idempotencyKey: 'request-1',
      body: { amount: '1' },
    })
  })

  it('answers 200 and says so for a replay', async () => {
    world.createPayout.mockResolvedValue({ ok: true, replayed: true, payout })
    const response = await payouts.POST(post('{}'), here)
    expect(response.status).toBe(200)
    expect(response.headers.get('idempotent-replayed')).toBe('true')
  })

  it('passes on a refusal with its status and every problem', async () => {
    const errors = [{ path: 'amount', message: 'Too small.' }]
    world.createPayout.mockResolvedValue(refuse('invalid_request', { errors }))
    expect(await expectProblem(await payouts.POST(post('{}'), here), 400, 'invalid_request')).toMatchObject({
      errors,
    })
    world.createPayout.mockResolvedValue(refuse('idempotency_key_reused', { payoutId: 'secret' }))
    const reused = await expectProblem(await payouts.POST(post('{}'), here), 422, 'idempotency_key_reused')
    expect(JSON.stringify(reused)).not.toContain('secret')
    world.createPayout.mockResolvedValue(refuse('receiver_mismatch'))
    await expectProblem(await payouts.POST(post('{}'), here), 409, 'receiver_mismatch')
  })

  it('tells the verb when there is no key', async () => {
    const request = post('{}')
    request.headers.delete('idempotency-key')
    await payouts.POST(request, here)
    expect(world.createPayout).toHaveBeenCalledWith(deps, actor, { idempotencyKey: null, body: {} })
  })

  it('refuses what is not JSON, too large or malformed, before any verb is called', async () => {
    await expectProblem(
      await payouts.POST(post('a=1', { 'Content-Type': 'application/x-www-form-urlencoded' }), here),
      415,
      'unsupported_media_type',
    )
    await expectProblem(await payouts.POST(post(`"${'x'.repeat(70_000)}"`), here), 413, 'too_large')
    expect(
      await expectProblem(await payouts.POST(post('{"a":'), here), 400, 'invalid_request'),
    ).toMatchObject({
      errors: [{ path: '', message: 'The body is not JSON.' }],
    })
    expect(world.createPayout).not.toHaveBeenCalled()
  })
})

describe('who may call', () => {
  it.each([undefined, 'Bearer bad', 'Bearer', 'good', 'Basic good', 'Bearer good extra', ''])(
    'answers 401 to Authorization %j before it checks anything else',
    async (authorization) => {
      const request = new Request(url, {
        method: 'POST',
        body: 'x'.repeat(70_000),
        headers: {
          'Content-Type': 'text/plain',
          ...(authorization !== undefined && { Authorization: authorization }),
        },
      })
      const response = await payouts.POST(request, here)
      await expectProblem(response, 401, 'unauthorized')
      expect(response.headers.get('www-authenticate')).toMatch(/^Bearer/)
      expect(request.bodyUsed).toBe(false)
    },
  )

  it('takes the scheme in any case, as HTTP does', async () => {
    world.listPayouts.mockResolvedValue({ ok: true, data: [], nextCursor: null })
    expect((await payouts.GET(get('', { Authorization: 'bearer good' }), here)).status).toBe(200)
  })

  it('slows down a key that asks too often', async () => {
    world.allowsTraffic.mockReturnValue(false)
    const response = await payouts.GET(get(), here)
    await expectProblem(response, 429, 'rate_limited')
    expect(response.headers.get('retry-after')).toBe('60')
    expect(world.allowsTraffic).toHaveBeenCalledWith('api', 'key-1')
  })
})

describe('trouble on our side', () => {
  it('is a 503 to try again while the database is away', async () => {
    world.authenticateApiKey.mockRejectedValue(Object.assign(new Error('x'), { code: 'P1001' }))
    const response = await payouts.GET(get(), here)
    await expectProblem(response, 503, 'unavailable')
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
  })

  it('is a 500 that reveals nothing, logged without the data that was to be stored', async () => {
    world.createPayout.mockRejectedValue(new TypeError('account DE89370400440532013000 is odd'))
    const response = await payouts.POST(post('{}'), here)
    const document = await expectProblem(response, 500, 'internal')
    expect(JSON.stringify(document)).not.toContain('DE89')
    expect(world.error).toHaveBeenCalledOnce()
    expect(JSON.stringify(world.error.mock.calls)).toContain('TypeError')
    expect(JSON.stringify(world.error.mock.calls)).not.toContain('DE89')
  })

  it('is a 500 too when the environment is not right', async () => {
    world.getDeps.mockRejectedValue(new Error('AUTH_SECRET: is missing'))
    await expectProblem(await payouts.GET(get(), here), 500, 'internal')
  })
})

describe('listing, showing and cancelling', () => {
  it('lists a page', async () => {
    world.listPayouts.mockResolvedValue({ ok: true, data: [payout], nextCursor: '7' })
    const response = await payouts.GET(get('?status=paid&limit=1'), here)
    expect(await response.json()).toEqual({ data: [payout], nextCursor: '7' })
    expect(world.listPayouts).toHaveBeenCalledWith(deps, actor, { statuses: ['paid'], limit: 1 })
  })

  it('names a wrong parameter', async () => {
    const document = await expectProblem(
      await payouts.GET(get('?limit=0&foo=1'), here),
      400,
      'invalid_request',
    )
    expect(document['errors']).toEqual([
      { path: 'foo', message: expect.any(String) as string },
      { path: 'limit', message: expect.any(String) as string },
    ])
  })

  it('shows a payout, and answers 404 to anything else', async () => {
    world.showPayout.mockResolvedValueOnce({ ok: true, payout })
    expect(await (await one.GET(get(), named(payout.id))).json()).toEqual(payout)
    world.showPayout.mockResolvedValueOnce(refuse('not_found'))
    await expectProblem(await one.GET(get(), named('%00')), 404, 'not_found')
  })

  it('cancels without a body, and says when it is too late', async () => {
    world.cancelPayout.mockResolvedValueOnce({ ok: true, payout })
    expect((await cancel.POST(get(), named(payout.id))).status).toBe(200)
    expect(world.cancelPayout).toHaveBeenCalledWith(deps, actor, { id: payout.id })
    world.cancelPayout.mockResolvedValueOnce(refuse('payout_already_sent'))
    await expectProblem(await cancel.POST(get(), named(payout.id)), 409, 'payout_already_sent')
  })
})

describe('addresses and methods that do not exist', () => {
  it('are 404 with a key, and 401 without', async () => {
    await expectProblem(await nothing.GET(get(), here), 404, 'not_found')
    await expectProblem(await nothing.DELETE(get('', {}), here), 401, 'unauthorized')
  })

  it('are 405 with the methods there are', async () => {
    const response = payouts.DELETE()
    await expectProblem(response, 405, 'method_not_allowed')
    expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
    expect(one.POST().headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    expect(cancel.GET().headers.get('allow')).toBe('OPTIONS, POST')
    expect(payouts.OPTIONS().status).toBe(204)
  })
})
