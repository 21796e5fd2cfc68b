import { beforeEach, describe, expect, it, vi } from 'vitest'

const world = vi.hoisted(() => ({
  recordCallback: vi.fn(),
  getDeps: vi.fn(),
  allowsTraffic: vi.fn(),
  keepRefused: vi.fn(),
}))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))
vi.mock('#lib/services/order/record-callback.ts', () => ({ recordCallback: world.recordCallback }))

const { GET, POST, PUT } = await import('./route.ts')
const { processMetrics } = await import('#app/_server/process-metrics.ts')

const deps = {
  log: { warn: vi.fn(), error: vi.fn(), info: vi.fn() },
  allowsTraffic: world.allowsTraffic,
  callbackInbox: { keepRefused: world.keepRefused },
}
const params = [
  ['status', 'approved'],
  ['orderid', '6768788'],
  ['client_orderid', 'po-1'],
  ['control', 'abc'],
] satisfies [string, string][]
const query = new URLSearchParams(params).toString()
const url = 'http://portal.test/api/cardzo/callback'
const form = (
  body: string | Uint8Array<ArrayBuffer>,
  type: string | null = 'application/x-www-form-urlencoded',
  at = url,
) => {
  const request = new Request(at, { method: 'POST', body })
  if (type === null) request.headers.delete('content-type')
  else request.headers.set('content-type', type)
  return request
}

beforeEach(() => {
  vi.resetAllMocks()
  world.getDeps.mockResolvedValue(deps)
  world.recordCallback.mockResolvedValue({ http: 200, text: 'OK', refusal: null })
  world.allowsTraffic.mockReturnValue(true)
})

const counted = async (reason: string) =>
  Number(
    new RegExp(`refused_total\\{reason="${reason}"\\} (\\d+)`).exec(
      await processMetrics().registry.metrics(),
    )?.[1],
  )

describe('a callback of Cardzo', () => {
  it('is taken from the query of a GET', async () => {
    const response = await GET(new Request(`${url}?${query}`))
    expect([response.status, await response.text()]).toEqual([200, 'OK\n'])
    expect(await processMetrics().registry.metrics()).toMatch(/callbacks_stored_total [1-9]/)
    expect(response.headers.get('content-type')).toBe('text/plain; charset=utf-8')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(world.recordCallback).toHaveBeenCalledWith(deps, params)
  })

  it('is taken from the form of a POST, and the query is ignored', async () => {
    expect((await POST(form(query, undefined, `${url}?status=declined&control=x`))).status).toBe(200)
    expect(world.recordCallback).toHaveBeenCalledWith(deps, params)
  })

  it('is taken even with what no database can store: that is cut before storing', async () => {
    expect((await POST(form(`${query}&foo=a%00b`))).status).toBe(200)
    expect(world.recordCallback).toHaveBeenCalledWith(deps, [...params, ['foo', 'a\0b']])
  })

  it('takes a form that names its charset', async () => {
    expect((await POST(form(query, 'application/x-www-form-urlencoded; charset=UTF-8'))).status).toBe(200)
  })

  it.each([
    [400, 'malformed'],
    [403, 'wrong_control'],
    [403, 'shifted_ids'],
    [503, 'intake_full'],
    [503, 'not_stored'],
  ] as const)('is answered %i when the verb says so, and %s is counted', async (http, refusal) => {
    const before = await counted(refusal)
    world.recordCallback.mockResolvedValue({ http, text: 'no', refusal })
    expect((await GET(new Request(`${url}?${query}`))).status).toBe(http)
    expect(await counted(refusal)).toBe(before + 1)
  })

  it('is limited by address only when it is refused, and never for our own fault', async () => {
    world.allowsTraffic.mockReturnValue(false)
    const from = () => GET(new Request(`${url}?${query}`, { headers: { 'x-client-ip': '203.0.113.9' } }))
    expect((await from()).status).toBe(200)
    world.recordCallback.mockResolvedValue({ http: 503, text: 'no', refusal: 'not_stored' })
    expect((await from()).status).toBe(503)
    expect(world.allowsTraffic).not.toHaveBeenCalled()
    world.recordCallback.mockResolvedValue({ http: 403, text: 'no', refusal: 'wrong_control' })
    const limited = await from()
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '60'])
    expect(world.allowsTraffic).toHaveBeenCalledWith('callback', 'ip:203.0.113.9')
    const another = { 'x-client-ip': '2001:db8:1:2:3:4:5:6' }
    await GET(new Request(`${url}?${query}`, { headers: another }))
    expect(world.allowsTraffic).toHaveBeenLastCalledWith('callback', 'ip:2001:db8:1:2::/64')
    // Nor is the log filled by it.
    expect(deps.log.warn).not.toHaveBeenCalled()
    expect(await counted('too_many')).toBe(2)
  })

  it('is kept for people when it is refused, without its control, up to a limit over all addresses', async () => {
    const from = () => GET(new Request(`${url}?${query}`, { headers: { 'x-client-ip': '203.0.113.9' } }))
    world.recordCallback.mockResolvedValue({ http: 403, text: 'control is wrong', refusal: 'wrong_control' })
    await from()
    expect(world.keepRefused).toHaveBeenCalledExactlyOnceWith({
      ...{ reason: 'wrong_control', why: 'control is wrong', network: '203.0.113.9' },
      ...{ status: 'approved', orderId: '6768788', clientOrderId: 'po-1' },
    })
    world.allowsTraffic.mockImplementation((_bucket, key) => key !== 'kept')
    expect((await from()).status).toBe(403)
    world.recordCallback.mockResolvedValue({ http: 503, text: 'no', refusal: 'not_stored' })
    await from()
    expect(world.keepRefused).toHaveBeenCalledTimes(1)
  })

  it('is refused all the same when it cannot be kept', async () => {
    world.keepRefused.mockRejectedValue(new Error('x'))
    world.recordCallback.mockResolvedValue({ http: 403, text: 'no', refusal: 'wrong_control' })
    expect((await GET(new Request(`${url}?${query}`))).status).toBe(403)
  })

  it('is still refused when counting fails', async () => {
    world.recordCallback.mockResolvedValue({ http: 403, text: 'no', refusal: 'wrong_control' })
    world.allowsTraffic.mockImplementation(() => {
      throw new Error('x')
    })
    expect((await GET(new Request(`${url}?${query}`))).status).toBe(403)
  })

  describe.each(['error_message', 'descriptor', 'name', 'a-field-of-tomorrow'])('with %s', (name) => {
    it.each([
      ['a byte that is not UTF-8', '\xff', '\ufffd'],
      ['the same, escaped', '%ff', '\ufffd'],
      ['a lone percent sign', '100%', '100%'],
      ['half an escape', 'x%4', 'x%4'],
    ])('of %s is taken, by form and by query', async (_what, sent, read) => {
      const raw = `${query}&${name}=${sent}`
      expect((await POST(form(Buffer.from(raw, 'latin1')))).status).toBe(200)
      expect(world.recordCallback).toHaveBeenLastCalledWith(deps, [...params, [name, read]])
      if (sent === '\xff') return
      expect((await GET(new Request(`${url}?${raw}`))).status).toBe(200)
      expect(world.recordCallback).toHaveBeenLastCalledWith(deps, [...params, [name, read]])
    })
  })

  it.each(['status', 'orderid', 'client_orderid', 'merchant_order', 'control', 'type', 'transaction-type'])(
    'is refused when %s is not readable to the last byte',
    async (name) => {
      const others = new URLSearchParams(params)
      others.delete(name)
      for (const broken of ['approved%ff', 'approved%', 'approved\xff']) {
        const raw = `${others.toString()}&${name}=${broken}`
        expect((await POST(form(Buffer.from(raw, 'latin1')))).status).toBe(400)
        if (!broken.includes('\xff')) expect((await GET(new Request(`${url}?${raw}`))).status).toBe(400)
      }
      expect(world.recordCallback).not.toHaveBeenCalled()
    },
  )

  it.each([
    ['the same parameter twice', () => GET(new Request(`${url}?${query}&status=approved`))],
    ['the same parameter twice in the form', () => POST(form(`${query}&foo=1&foo=2`))],
    ['JSON', () => POST(form('{}', 'application/json'))],
    ['a body without a type', () => POST(form(query, null))],
    ['multipart', () => POST(form(query, 'multipart/form-data; boundary=x'))],
  ])('is refused as malformed with %s', async (_what, send) => {
    expect((await send()).status).toBe(400)
    expect(world.recordCallback).not.toHaveBeenCalled()
  })

  it('is refused when it is too large to be one', async () => {
    expect((await POST(form(`a=${'x'.repeat(70_000)}`))).status).toBe(413)
  })

  it.each([
    new Error('the environment is not right'),
    Object.assign(new Error('x'), { code: 'ECONNREFUSED' }),
  ])('is asked for again when we fail: %s', async (error) => {
    world.getDeps.mockRejectedValue(error)
    const response = await GET(new Request(`${url}?${query}`))
    expect(response.status).toBe(503)
    expect(await response.text()).not.toContain(error.message)
  })

  it('comes by GET or POST only', () => {
    expect(PUT().status).toBe(405)
    expect(PUT().headers.get('allow')).toBe('GET, HEAD, OPTIONS, POST')
  })
})
