import { describe, expect, it } from 'vitest'
import { startPeriodicWork } from './periodic.ts'

describe('periodic work', () => {
  it('repeats until the signal, whatever fails, and ends when the work in hand has finished', async () => {
    const stopping = new AbortController()
    const warned: unknown[] = []
    const log = {
      info: () => undefined,
      error: () => undefined,
      warn: ({ work }: Record<string, unknown>) => warned.push(work),
    }
    let good = 0
    let bad = 0
    let inHand = 0
    const { done } = startPeriodicWork(log, stopping.signal, [
      {
        name: 'good',
        everyMs: 1,
        run: async () => {
          inHand++
          await Promise.resolve()
          if (++good === 5) stopping.abort()
          inHand--
        },
      },
      {
        name: 'bad',
        everyMs: 1,
        run: () => {
          bad++
          return Promise.reject(new Error('away'))
        },
      },
    ])
    await done
    expect(good).toBe(5)
    expect(inHand).toBe(0)
    expect(bad).toBeGreaterThan(0)
    expect(warned).toEqual(Array.from({ length: bad }, () => 'bad'))
  })

  it('does not wait for the next look when told to stop', async () => {
    const stopping = new AbortController()
    const { done } = startPeriodicWork(
      { info: () => undefined, warn: () => undefined, error: () => undefined },
      stopping.signal,
      [{ name: 'rare', everyMs: 3_600_000, run: () => Promise.resolve() }],
    )
    stopping.abort()
    await done
  })
})
