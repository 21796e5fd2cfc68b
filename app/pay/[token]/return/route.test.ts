import { beforeEach, describe, expect, it, vi } from 'vitest'
import { refuse } from '#lib/payouts/refusals.ts'

const world = vi.hoisted(() => ({ recordReturn: vi.fn(), showStatus: vi.fn(), getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))
vi.mock('#lib/services/payout/record-return.ts', () => ({ recordReturn: world.recordReturn }))
vi.mock('#lib/services/payout/show-status.ts', () => ({ showStatus: world.showStatus }))

const { GET, POST } = await import('./route.ts')
const status = await import('../../../api/pay/[token]/status/route.ts')

const deps = { log: { warn: vi.fn(), error: vi.fn(), info: vi.fn() } }
const context = { params: Promise.resolve({ token: 'token-1' }) }
const fromBank = () =>
  new Request('http://portal.test/pay/token-1/return?status=approved', {
    method: 'POST',
    body: 'status=approved&control=forged',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'https://bank.example' },
  })

beforeEach(() => {
  vi.resetAllMocks()
  world.getDeps.mockResolvedValue(deps)
})

describe('a receiver who comes back from the bank', () => {
  it.each([
    ['a POST', POST],
    ['a GET', GET],
  ])(
    'is sent to the live status page after %s, and nothing in the request is read',
    async (_how, comeBack) => {
      world.recordReturn.mockResolvedValue({ ok: true, statusPath: '/pay/abc' })
      const request = fromBank()
      const response = await comeBack(request, context)
      expect([response.status, response.headers.get('location')]).toEqual([303, '/pay/abc'])
      expect(response.headers.get('referrer-policy')).toBe('no-referrer')
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(request.bodyUsed).toBe(false)
      expect(world.recordReturn).toHaveBeenCalledWith(deps, 'token-1')
    },
  )

  it('gets a plain page when the link has ended or never existed', async () => {
    world.recordReturn.mockResolvedValueOnce({ ok: true, statusPath: null })
    expect((await POST(fromBank(), context)).headers.get('location')).toBe('/pay/back')
    world.recordReturn.mockResolvedValueOnce(refuse('not_found'))
    const response = await POST(fromBank(), context)
    expect([response.status, response.headers.get('location')]).toEqual([303, '/pay/back'])
  })

  it('reads plain words while the database is away', async () => {
    world.recordReturn.mockRejectedValue(Object.assign(new Error('x'), { code: 'ECONNREFUSED' }))
    const response = await POST(fromBank(), context)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toBe('5')
    expect(response.headers.get('content-type')).toMatch(/^text\/html/)
    expect(await response.text()).toContain('Nothing was lost')
  })
})

describe('the status that the receiver’s page asks for', () => {
  const ask = () => status.GET(new Request('http://portal.test/'), context)

  it('is answered, and cached nowhere', async () => {
    world.showStatus.mockResolvedValue({ ok: true, view: { status: 'paid', final: true } })
    const response = await ask()
    expect(await response.json()).toEqual({ status: 'paid', final: true })
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  it('is a 404 in JSON once the link has ended', async () => {
    world.showStatus.mockResolvedValue(refuse('not_found'))
    const response = await ask()
    expect(response.status).toBe(404)
    expect(await response.json()).toMatchObject({ code: 'not_found' })
  })

  it('is a 503 while the database is away', async () => {
    world.showStatus.mockRejectedValue(Object.assign(new Error('x'), { code: '57P03' }))
    expect((await ask()).status).toBe(503)
  })
})
