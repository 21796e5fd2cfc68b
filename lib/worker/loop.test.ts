import { describe, expect, it, vi } from 'vitest'
import type { Leased } from '#lib/services/ports.ts'
import { nothingUnusual, samplePayout } from '#lib/services/testing/samples.ts'
import { startLoop } from './loop.ts'
import type { LoopOptions } from './loop.ts'

const leased = (id: string): Leased => ({
  payout: samplePayout({ id }),
  lease: { payoutId: id, fence: 1n, workerId: 'w' },
  now: new Date(),
  seen: nothingUnusual,
})

function setUp(more: Partial<LoopOptions>, due: string[]) {
  const stopping = new AbortController()
  const worked: string[] = []
  const loop = startLoop({
    claim: (limit) => Promise.resolve({ leased: due.splice(0, limit).map(leased), nextDueInMs: null }),
    work: ({ payout }) => {
      worked.push(payout.id)
      return Promise.resolve(null)
    },
    onError: () => undefined,
    maxInFlight: 2,
    renew: () => Promise.resolve(),
    renewEveryMs: 60_000,
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
      return null
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
    const work = () => new Promise<null>((resolve) => (finish = () => resolve(null)))
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

  it('asks for work once for all that woke it, and not because a step is done', async () => {
    const claim = vi.fn((limit: number) =>
      Promise.resolve({ leased: due.splice(0, limit).map(leased), nextDueInMs: null }),
    )
    const due = ['a', 'b', 'c', 'd', 'e']
    const { loop, worked, stop } = setUp({ claim, maxInFlight: 8 }, due)
    await vi.waitFor(() => expect(worked).toHaveLength(5))
    expect(claim).toHaveBeenCalledTimes(1)
    for (let n = 0; n < 50; n++) loop.wake()
    await vi.waitFor(() => expect(claim).toHaveBeenCalledTimes(2))
    due.push('f')
    loop.wake()
    await vi.waitFor(() => expect(worked).toHaveLength(6))
    expect(claim).toHaveBeenCalledTimes(3)
    await stop()
  })

  it('looks when a payout that it gave back is due again', async () => {
    const due = ['a']
    const work = vi.fn(({ payout }: Leased) => {
      if (work.mock.calls.length < 3) due.push(payout.id)
      return Promise.resolve(30)
    })
    const { stop } = setUp({ work }, due)
    const startedAt = performance.now()
    await vi.waitFor(() => expect(work).toHaveBeenCalledTimes(3))
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(59)
    await stop()
  })

  it('keeps what it has in hand, all together', async () => {
    const renew = vi.fn(() => Promise.resolve())
    const finish: (() => void)[] = []
    const work = () => new Promise<null>((resolve) => finish.push(() => resolve(null)))
    const { stop } = setUp({ work, renew, renewEveryMs: 10 }, ['a', 'b'])
    await vi.waitFor(() => expect(finish).toHaveLength(2))
    await vi.waitFor(() => expect(renew).toHaveBeenCalled())
    expect(renew).toHaveBeenCalledWith(['a', 'b'].map((id) => leased(id).lease))
    for (const one of finish) one()
    await stop()
  })
})
