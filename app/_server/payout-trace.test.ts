import { beforeEach, expect, it, vi } from 'vitest'

const world = vi.hoisted(() => ({ getEnv: vi.fn() }))
vi.mock('./deps.ts', () => ({ getEnv: world.getEnv }))
const { traceOf } = await import('./payout-trace.ts')

const id = 'de893704-4005-4320-8300-0123456789ab'
const traceId = 'de8937044005432083000123456789ab'
const traces = { endpoint: 'http://127.0.0.1:4318', headers: {}, ratio: 1 }

beforeEach(() => vi.resetAllMocks())

it('is the payout’s id without hyphens, and leads to where TRACE_URL says', async () => {
  world.getEnv.mockResolvedValue({ traces, traceUrl: 'https://traces.example.com/trace/{traceId}?tab=all' })
  expect(await traceOf(id)).toEqual({
    id: traceId,
    href: `https://traces.example.com/trace/${traceId}?tab=all`,
  })
})

it('leads nowhere without TRACE_URL, and is not shown while no traces are sent', async () => {
  world.getEnv.mockResolvedValue({ traces, traceUrl: undefined })
  expect(await traceOf(id)).toEqual({ id: traceId, href: null })
  world.getEnv.mockResolvedValue({ traces: null, traceUrl: 'https://traces.example.com/{traceId}' })
  expect(await traceOf(id)).toBeNull()
})
