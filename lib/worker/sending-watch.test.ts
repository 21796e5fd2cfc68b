import { describe, expect, it, vi } from 'vitest'
import type { AskFirst, SendStop } from '#lib/services/ports.ts'
import { createSendingWatch, firstLook } from './sending-watch.ts'

const stop = { id: '1', stoppedByName: 'Ana', stoppedAt: new Date(0), reason: 'why' } as SendStop
const askFirst = { id: '2', startedBy: 'Ana', startedAt: new Date(0), why: 'why' } as AskFirst

function setUp() {
  const now = { stop: null as SendStop | null, askFirst: null as AskFirst | null }
  const said: string[] = []
  const say = (_facts: object, message: string) => void said.push(message)
  const marker = {
    missing: vi.fn(() => Promise.resolve<{ why: string } | null>(null)),
    renew: vi.fn(() => Promise.resolve()),
    remember: () => Promise.resolve(true),
    trouble: () => null,
  }
  const start = vi.fn(() => Promise.resolve({ askFirst, started: true }))
  const watch = createSendingWatch(
    {
      stopSwitch: { active: () => Promise.resolve(now.stop) } as never,
      askFirst: { active: () => Promise.resolve(now.askFirst), start } as never,
      heartbeats: {
        reportMarker: () => Promise.resolve(),
        markerUnwritable: () => Promise.resolve(false),
      } as never,
      items: { closeByKind: () => Promise.resolve() } as never,
      log: { info: say, warn: say, error: say },
      marker,
      sentMarks: { missing: () => Promise.resolve(null), begin: () => Promise.resolve() } as never,
    },
    'w',
  )
  return { now, said, marker, start, watch, log: { info: say, warn: say, error: say } }
}

describe('a worker', () => {
  it('logs once that payments are stopped or that Cardzo is asked first, and once that this is over', async () => {
    const { now, said, watch } = setUp()
    await watch()
    expect(said).toEqual([])
    Object.assign(now, { stop, askFirst })
    await watch()
    await watch()
    Object.assign(now, { stop: null, askFirst: null })
    await watch()
    await watch()
    expect(said).toEqual([
      'payments are stopped: no payout-pay is sent',
      'Cardzo is asked before every payout-check, until "restore:end"',
      'payments are released',
      'asking first has ended',
    ])
  })

  it('forgets what the database has lost only after asking first has begun', async () => {
    const { watch, marker, start } = setUp()
    marker.missing.mockResolvedValue({ why: 'lost' })
    start.mockRejectedValueOnce(new Error('away'))
    await expect(watch()).rejects.toThrow('away')
    expect(marker.renew).not.toHaveBeenCalled()
    await watch()
    expect(start).toHaveBeenCalledTimes(2)
    expect(marker.renew).toHaveBeenCalledTimes(1)
  })

  it('takes no step before database and marker are compared', async () => {
    const { said, log } = setUp()
    const watch = vi.fn(() => Promise.resolve())
    watch.mockRejectedValueOnce(new Error('away'))
    await firstLook(watch, log, new AbortController().signal)
    expect(watch).toHaveBeenCalledTimes(2)
    expect(said).toEqual(['the worker waits: database and marker could not be compared'])
  })

  it('can be stopped while it waits for that', async () => {
    const { log } = setUp()
    const stopping = new AbortController()
    const watch = vi.fn(() => Promise.reject(new Error('away')))
    const looked = firstLook(watch, log, stopping.signal)
    stopping.abort()
    await looked
    expect(watch).toHaveBeenCalledTimes(1)
  })
})
