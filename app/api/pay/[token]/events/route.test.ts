import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHub } from '#lib/runtime/push/hub.ts'
import { payloadsOf, wordOf } from '#lib/runtime/push/notice.ts'
import type { Notice } from '#lib/runtime/push/notice.ts'
import { hashToken } from '#lib/services/payout/links.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn(), getHub: vi.fn(), find: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps, getHub: world.getHub }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const { GET, POST, HEAD } = await import('./route.ts')

const token = 'a-token-of-a-link-to-a-payout'
const id = '00000000-0000-4000-8000-000000000001'
let notify: (payload: string | undefined) => void
const tell = (...notices: Notice[]) => payloadsOf(notices.map(wordOf)).forEach((payload) => notify(payload))
const hubOf = (limits: { mostStreams?: number; mostPerAddress?: number } = {}) =>
  createHub({
    listen: (onNotify) => {
      notify = onNotify
      onNotify(undefined)
      return { stop: () => undefined }
    },
    ...limits,
  })
let hub: ReturnType<typeof hubOf>

beforeEach(() => {
  vi.resetAllMocks()
  vi.useFakeTimers()
  hub = hubOf()
  world.getHub.mockImplementation(() => Promise.resolve(hub))
  world.find.mockImplementation((hash: string) =>
    Promise.resolve(hash === hashToken(token) ? { payout: { id, status: 'processing' } } : null),
  )
  world.getDeps.mockResolvedValue({
    payouts: { findForLink: world.find },
    log: { warn: vi.fn(), error: vi.fn() },
  })
})
afterEach(() => vi.useRealTimers())

const ask = (of = token, init: RequestInit = {}) =>
  GET(new Request(`http://portal.test/api/pay/${of}/events`, init), {
    params: Promise.resolve({ token: of }),
  })

/** What has arrived until now. */
function reading(response: Response) {
  const reader = response.body!.getReader()
  let text = ''
  let ended = false
  const pump = async (): Promise<void> => {
    const { done, value } = await reader.read()
    if (done) ended = true
    else {
      text += new TextDecoder().decode(value)
      await pump()
    }
  }
  void pump()
  return {
    cancel: () => reader.cancel(),
    news: async () => {
      await vi.advanceTimersByTimeAsync(0)
      const now = text
      text = ''
      return {
        events: (now.match(/^(event: alive|data: changed)$/gm) ?? []).map((line) => line.split(' ')[1]),
        ended,
      }
    },
  }
}

describe('the events of a payout, for its receiver', () => {
  it('say at once that the line works, then only that something has changed', async () => {
    const response = await ask()
    expect(response.status).toBe(200)
    expect(Object.fromEntries(response.headers)).toEqual({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store, no-transform',
      'x-accel-buffering': 'no',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex',
      connection: 'close',
    })
    const { news } = reading(response)
    expect(await news()).toEqual({ events: ['alive'], ended: false })
    tell({ about: 'payout', id })
    expect(await news()).toEqual({ events: ['changed'], ended: false })
    tell(
      { about: 'payout', id: '00000000-0000-4000-8000-000000000002' },
      { about: 'timeline', id },
      { about: 'desk' },
    )
    expect(await news()).toEqual({ events: [], ended: false })
    await vi.advanceTimersByTimeAsync(15_000)
    expect(await news()).toEqual({ events: ['alive'], ended: false })
  })

  it('are one for several changes within a tenth of a second, and none is lost', async () => {
    const { news } = reading(await ask())
    await news()
    for (let n = 0; n < 5; n++) tell({ about: 'payout', id })
    expect((await news()).events).toEqual(['changed'])
    await vi.advanceTimersByTimeAsync(99)
    expect((await news()).events).toEqual([])
    await vi.advanceTimersByTimeAsync(1)
    expect((await news()).events).toEqual(['changed'])
    await vi.advanceTimersByTimeAsync(1_000)
    expect((await news()).events).toEqual([])
    tell({ about: 'payout', id })
    expect((await news()).events).toEqual(['changed'])
  })

  it('do not pile up for a reader that takes none, and the last change still arrives', async () => {
    const response = await ask()
    for (let n = 0; n < 1_000; n++) {
      tell({ about: 'payout', id })
      await vi.advanceTimersByTimeAsync(15_000 / 100)
    }
    const { news } = reading(response)
    const { events } = await news()
    expect(events.length).toBeLessThanOrEqual(5)
    expect(events.at(-1)).toBe('changed')
  })

  it('end when the link is revoked, whatever was told just before', async () => {
    const { news } = reading(await ask())
    tell({ about: 'payout', id }, { about: 'link', id })
    expect(await news()).toEqual({ events: ['alive', 'changed', 'changed'], ended: true })
  })

  it('end when something was missed and the link no longer works', async () => {
    const { news } = reading(await ask())
    notify(undefined)
    expect(await news()).toEqual({ events: ['alive', 'changed'], ended: false })
    world.find.mockResolvedValue(null)
    notify(undefined)
    await vi.advanceTimersByTimeAsync(100)
    expect((await news()).ended).toBe(true)
  })

  it('end after a while, so that the page opens others', async () => {
    const { news } = reading(await ask())
    await vi.advanceTimersByTimeAsync(31 * 60_000)
    expect((await news()).ended).toBe(true)
  })

  it('end when the server stops, which then takes no new streams', async () => {
    const { news } = reading(await ask())
    hub.close()
    expect((await news()).ended).toBe(true)
    const refused = await ask()
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
  })

  it.each(['the reader cancels', 'the connection breaks'])('give their place back when %s', async (how) => {
    hub = hubOf({ mostStreams: 1 })
    const gone = new AbortController()
    const { cancel } = reading(await ask(token, { signal: gone.signal }))
    expect((await ask()).status).toBe(503)
    if (how === 'the reader cancels') await cancel()
    else gone.abort()
    expect((await ask()).status).toBe(200)
  })

  it('are refused to the crowd of one address, not to others', async () => {
    hub = hubOf({ mostPerAddress: 1 })
    const from = (ip: string) => ask(token, { headers: { 'x-client-ip': ip } })
    expect((await from('203.0.113.1')).status).toBe(200)
    const refused = await from('203.0.113.1')
    expect([refused.status, refused.headers.get('retry-after')]).toEqual([503, '5'])
    expect((await from('203.0.113.2')).status).toBe(200)
  })

  it('are what the status is when the link is unknown or has ended: not found', async () => {
    for (const of of ['short', 'a-token-that-nobody-has-ever-seen']) expect((await ask(of)).status).toBe(404)
  })

  it('are none for a payout that is over, and browsers then stop asking', async () => {
    world.find.mockResolvedValue({ payout: { id, status: 'paid' } })
    expect((await ask()).status).toBe(204)
  })

  it('answer 503 while the database is away', async () => {
    world.find.mockRejectedValue(Object.assign(new Error('away'), { code: 'ECONNREFUSED' }))
    expect((await ask()).status).toBe(503)
  })

  it('open no stream for HEAD or other methods', async () => {
    hub = hubOf({ mostStreams: 0 })
    const request = new Request('http://portal.test/', { method: 'HEAD' })
    const head = await HEAD(request, { params: Promise.resolve({ token }) })
    expect([head.status, head.headers.get('content-type')]).toEqual([200, 'text/event-stream; charset=utf-8'])
    expect(POST().status).toBe(405)
  })
})
