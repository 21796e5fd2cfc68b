import { describe, expect, it, vi } from 'vitest'
import { createHub } from './hub.ts'
import type { Call, HubOptions, Topic } from './hub.ts'
import { payloadsOf, readPayload, wordOf } from './notice.ts'
import type { Notice } from './notice.ts'

const one = '00000000-0000-4000-8000-000000000001'
const other = '00000000-0000-4000-8000-000000000002'

/** A hub whose database is played by the test. */
function start(options: Partial<HubOptions> = {}) {
  const line = { notify: (_: string | undefined) => {}, lose: () => {}, listeners: 0, stopped: 0 }
  const hub = createHub({
    listen: (onNotify, onLost) => {
      Object.assign(line, { notify: onNotify, lose: onLost, listeners: line.listeners + 1 })
      queueMicrotask(() => onNotify(undefined))
      return { stop: () => void (line.stopped += 1) }
    },
    ...options,
  })
  return {
    hub,
    line,
    tell: (...notices: Notice[]) =>
      payloadsOf(notices.map(wordOf)).forEach((payload) => line.notify(payload)),
    open: async (topic: Topic, address = '203.0.113.1') => {
      const heard: Call[] = []
      const watch = await hub.watch(topic, address, (call) => heard.push(call))
      return { heard, watch, stop: () => (typeof watch === 'string' ? undefined : watch.stop()) }
    },
  }
}

describe('the hub', () => {
  it('listens once, however many streams there are', async () => {
    const { line, open } = start()
    await Promise.all([open({ receiverOf: one }), open({ receiverOf: other }), open({ desk: true })])
    expect(line.listeners).toBe(1)
  })

  it('hands each notice on to the streams that it concerns, and to no others', async () => {
    const { tell, open } = start()
    const streams = {
      page: await open({ receiverOf: one }),
      secondPage: await open({ receiverOf: one }),
      otherPage: await open({ receiverOf: other }),
      desk: await open({ desk: true }),
      deskPage: await open({ deskOf: one }),
      otherDeskPage: await open({ deskOf: other }),
    }
    const heardAfter = (...notices: Notice[]) => {
      tell(...notices)
      return Object.fromEntries(
        Object.entries(streams).flatMap(([name, { heard }]) =>
          heard.length === 0 ? [] : [[name, heard.splice(0).join(' ')]],
        ),
      )
    }
    expect(heardAfter({ about: 'payout', id: one })).toEqual({
      page: 'changed',
      secondPage: 'changed',
      desk: 'changed',
      deskPage: 'changed',
    })
    expect(heardAfter({ about: 'timeline', id: one })).toEqual({ deskPage: 'changed' })
    expect(heardAfter({ about: 'link', id: one })).toEqual({
      page: 'revoked',
      secondPage: 'revoked',
      deskPage: 'changed',
    })
    expect(heardAfter({ about: 'desk' })).toEqual({
      desk: 'changed',
      deskPage: 'changed',
      otherDeskPage: 'changed',
    })
    expect(Object.keys(heardAfter({ about: 'everything' }))).toEqual(Object.keys(streams))
  })

  it('tells a stream nothing once it has stopped', async () => {
    const { tell, open } = start()
    const { heard, stop } = await open({ receiverOf: one })
    stop()
    stop()
    tell({ about: 'payout', id: one }, { about: 'everything' })
    expect(heard).toEqual([])
  })

  it('after the connection was away tells everybody that something may have been missed', async () => {
    const { line, open } = start()
    const streams = [await open({ receiverOf: one }), await open({ desk: true })]
    line.lose()
    line.notify(undefined)
    expect(streams.map(({ heard }) => heard)).toEqual([['missed'], ['missed']])
  })

  it('ends the streams when it has heard nothing for long, and takes no new ones', async () => {
    vi.useFakeTimers()
    try {
      const { line, open } = start()
      const { heard } = await open({ receiverOf: one })
      line.lose()
      await vi.advanceTimersByTimeAsync(4_900)
      expect(heard).toEqual([])
      await vi.advanceTimersByTimeAsync(200)
      expect(heard).toEqual(['end'])
      const late = open({ receiverOf: one })
      await vi.advanceTimersByTimeAsync(2_000)
      expect((await late).watch).toBe('away')
      line.notify(undefined)
      expect(typeof (await open({ receiverOf: one })).watch).toBe('object')
    } finally {
      vi.useRealTimers()
    }
  })

  it('lets everybody look again, a hundred at a time', async () => {
    const { tell, open } = start()
    const streams = await Promise.all(
      Array.from({ length: 250 }, (_, n) => open({ receiverOf: one }, `203.0.113.${n}`)),
    )
    vi.useFakeTimers()
    try {
      for (const { heard } of streams) heard.length = 0
      const told = () => streams.filter(({ heard }) => heard.length > 0).length
      tell({ about: 'everything' })
      expect(told()).toBe(100)
      streams.at(-1)?.stop()
      await vi.advanceTimersByTimeAsync(1_000)
      expect(told()).toBe(249)
    } finally {
      vi.useRealTimers()
    }
  })

  it('takes no more streams than it may, in all and from one address, and a place that is left is free', async () => {
    const { open } = start({ mostStreams: 3, mostPerAddress: 2 })
    const first = await open({ receiverOf: one }, 'a')
    await open({ receiverOf: one }, 'a')
    expect((await open({ receiverOf: one }, 'a')).watch).toBe('full')
    await open({ desk: true }, 'b')
    expect((await open({ receiverOf: one }, 'c')).watch).toBe('full')
    first.stop()
    expect(typeof (await open({ receiverOf: one }, 'a')).watch).toBe('object')
  })

  it('ends every stream when it closes, and takes no new ones', async () => {
    const { hub, line, open } = start()
    const { heard } = await open({ receiverOf: one })
    hub.close()
    expect([heard, line.stopped]).toEqual([['end'], 1])
    expect((await open({ receiverOf: one })).watch).toBe('away')
  })
})

describe('notices', () => {
  it('are read as they were written, however many there are', () => {
    const told: Notice[] = Array.from({ length: 1_000 }, (_, n) => ({
      about: 'payout',
      id: `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`,
    }))
    told.push(
      { about: 'timeline', id: one },
      { about: 'link', id: one },
      { about: 'desk' },
      { about: 'everything' },
    )
    const payloads = payloadsOf(told.map(wordOf))
    expect(Math.max(...payloads.map((payload) => Buffer.byteLength(payload)))).toBeLessThan(8_000)
    expect(payloads.flatMap(readPayload)).toEqual(told)
  })

  it.each(['', 'batch:1', 'payout:x', `wonder:${one}`])(
    '%j, which is none we know, means that anything may have changed',
    (word) => {
      expect(readPayload(word)).toEqual([{ about: 'everything' }])
    },
  )
})
