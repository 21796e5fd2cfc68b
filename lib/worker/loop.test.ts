import { describe, expect, it, vi } from 'vitest'
import type { Leased } from '#lib/services/ports.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { startLoop } from './loop.ts'
import type { LoopOptions } from './loop.ts'

const leased = (id: string): Leased => ({
  payout: samplePayout({ id }),
  lease: { payoutId: id, fence: 1n, workerId: 'w' },
  now: new Date(),
})

function setUp(more: Partial<LoopOptions>, due: string[]) {
  const stopping = new AbortController()
  const worked: string[] = []
  const loop = startLoop({
    claim: (limit) => Promise.resolve({ leased: due.splice(0, limit).map(leased), nextDueInMs: null }),
    work: ({ payout }) => {
      worked.push(payout.id)
      return Promise.resolve()
    },
    onError: () => undefined,
    maxInFlight: 2,
    maxStartsPerSecond: 1000,
    idleMs: 60_000,
    signal: stopping.signal,
    ...more,
  })
  const stop = async () => {
    stopping.abort()
    await loop.done
  }
  return { loop, worked, stop, stopping }
}

describe('the work loop', () => {
  it('works on everything that is due without a pause', async () => {
    const { worked, stop } = setUp({}, ['a', 'b', 'c', 'd', 'e'])
    await vi.waitFor(() => expect(worked).toEqual(['a', 'b', 'c', 'd', 'e']))
    await stop()
  })

  it('never has more in hand than allowed', async () => {
    let now = 0
    let most = 0
    const work = async () => {
      most = Math.max(most, ++now)
      await new Promise((resolve) => setTimeout(resolve, 5))
      now--
    }
    const due = Array.from({ length: 20 }, (_, n) => String(n))
    const { stop } = setUp({ work }, due)
    await vi.waitFor(() => expect([due.length, now]).toEqual([0, 0]))
    await stop()
    expect(most).toBe(2)
  })

  it('wakes at once when called', async () => {
    const due: string[] = []
    const { loop, worked, stop } = setUp({}, due)
    await vi.waitFor(() => expect(worked).toEqual([]))
    due.push('late')
    loop.wake()
    await vi.waitFor(() => expect(worked).toEqual(['late']))
    await stop()
  })

  it('finishes what is in hand before it stops', async () => {
    let finish = (): void => undefined
    const work = () => new Promise<void>((resolve) => (finish = resolve))
    const due = ['a']
    const { loop, stopping } = setUp({ work }, due)
    await vi.waitFor(() => expect(due).toEqual([]))
    stopping.abort()
    let stopped = false
    const done = loop.done.then(() => (stopped = true))
    await Promise.resolve()
    expect(stopped).toBe(false)
    finish()
    await done
  })

  it('does not spin while the database is away', async () => {
    const onError = vi.fn()
    const claim = vi.fn(() => Promise.reject(new Error('away')))
    const { loop, stop } = setUp({ claim, onError }, [])
    await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(1))
    loop.wake()
    await vi.waitFor(() => expect(onError).toHaveBeenCalledTimes(2))
    await stop()
    expect(claim).toHaveBeenCalledTimes(2)
  })

  it('starts no more per second than allowed, however much is due', async () => {
    const due = Array.from({ length: 50 }, (_, n) => String(n))
    const { worked, stop } = setUp({ maxStartsPerSecond: 5, maxInFlight: 50 }, due)
    const startedAt = performance.now()
    await vi.waitFor(() => expect(worked.length).toBeGreaterThanOrEqual(10), { timeout: 5000 })
    // Five at once, then five a second: the tenth cannot come before about a second.
    expect(performance.now() - startedAt).toBeGreaterThan(900)
    await stop()
  })
})
