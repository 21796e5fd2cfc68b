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

  const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }
  /** Runs only when it is woken. */
  const rare = 3_600_000

  it('runs as soon as its kind is due, and what it makes due after it', async () => {
    const stopping = new AbortController()
    const ran: string[] = []
    const note = (name: string) => () => Promise.resolve(void ran.push(name))
    const { wake, done } = startPeriodicWork(quiet, stopping.signal, [
      { name: 'events', everyMs: rare, on: 'events', then: 'webhooks', run: note('events') },
      { name: 'webhooks', everyMs: rare, on: 'webhooks', run: note('webhooks') },
      { name: 'files', everyMs: rare, on: 'files', run: note('files') },
    ])
    await expect.poll(() => ran.filter((one) => one === 'webhooks').length).toBe(2)
    ran.length = 0
    wake(['events'])
    await expect.poll(() => ran).toEqual(['events', 'webhooks'])
    stopping.abort()
    await done
    expect(ran).toEqual(['events', 'webhooks'])
  })

  it('runs once more for what is due while it runs, and of itself when it says so', async () => {
    const stopping = new AbortController()
    let runs = 0
    let finish = () => {}
    const { wake, done } = startPeriodicWork(quiet, stopping.signal, [
      {
        name: 'events',
        ...{ everyMs: rare, on: 'events', restMs: 1 },
        run: async () => {
          runs++
          if (runs === 1) await new Promise<void>((end) => (finish = end))
          return runs === 2 ? 'again' : 'nothing'
        },
      },
    ])
    wake(['events'])
    wake(['events'])
    expect(runs).toBe(1)
    finish()
    // The second was woken, the third asked for by the second; nothing asks for a fourth.
    await expect.poll(() => runs).toBe(3)
    stopping.abort()
    await done
    expect(runs).toBe(3)
  })

  it('rests between two runs, however often it is woken', async () => {
    const stopping = new AbortController()
    const at: number[] = []
    const { wake, done } = startPeriodicWork(quiet, stopping.signal, [
      {
        name: 'events',
        everyMs: rare,
        on: 'events',
        restMs: 40,
        run: () => Promise.resolve(at.push(performance.now())),
      },
    ])
    const waking = setInterval(() => wake(['events']), 1)
    await expect.poll(() => at.length).toBeGreaterThan(3)
    clearInterval(waking)
    stopping.abort()
    await done
    const gaps = at.slice(1).map((time, n) => time - (at[n] ?? 0))
    expect(Math.min(...gaps)).toBeGreaterThan(35)
  })
})
