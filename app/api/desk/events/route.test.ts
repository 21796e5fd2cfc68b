import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHub } from '#lib/runtime/push/hub.ts'
import { wordOf } from '#lib/runtime/push/notice.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn(), getHub: vi.fn(), sessionHere: vi.fn(), use: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps, getHub: world.getHub }))
vi.mock('#app/_server/session-here.ts', () => ({ sessionHere: world.sessionHere }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const { GET } = await import('./route.ts')

const id = '00000000-0000-4000-8000-000000000001'
const sessionOf = (role: string, hasFactor = true) => ({
  session: { id: 's' },
  user: { id: 'u', role, name: 'Ana', receiverId: null, hasFactor },
})
let notify: (payload: string | undefined) => void

beforeEach(() => {
  vi.resetAllMocks()
  vi.useFakeTimers()
  const hub = createHub({
    listen: (onNotify) => {
      notify = onNotify
      onNotify(undefined)
      return { stop: () => undefined }
    },
  })
  world.getHub.mockResolvedValue(hub)
  world.getDeps.mockResolvedValue({
    sessions: { use: world.use },
    log: { warn: vi.fn(), error: vi.fn() },
  })
  world.sessionHere.mockResolvedValue('s_token')
  world.use.mockResolvedValue(sessionOf('auditor'))
})
afterEach(() => vi.useRealTimers())

const ask = (query = '') => GET(new Request(`http://portal.test/api/desk/events${query}`))

function reading(response: Response) {
  const reader = response.body!.getReader()
  const seen = { text: '', ended: false }
  const pump = async (): Promise<void> => {
    const { done, value } = await reader.read()
    if (done) seen.ended = true
    else {
      seen.text += new TextDecoder().decode(value)
      await pump()
    }
  }
  void pump()
  return async () => {
    await vi.advanceTimersByTimeAsync(0)
    const changes = seen.text.split('data: changed').length - 1
    seen.text = ''
    return { changes, ended: seen.ended }
  }
}

describe('the events of the desk', () => {
  it('are for staff who may see payouts, and say only that something has changed', async () => {
    const news = reading(await ask())
    notify(wordOf({ about: 'payout', id }))
    expect(await news()).toEqual({ changes: 1, ended: false })
    await vi.advanceTimersByTimeAsync(100)
    notify(wordOf({ about: 'desk' }))
    expect(await news()).toEqual({ changes: 1, ended: false })
    await vi.advanceTimersByTimeAsync(100)
    notify(wordOf({ about: 'timeline', id }))
    expect(await news()).toEqual({ changes: 0, ended: false })
  })

  it('of one payout’s page are about that payout and what all pages show', async () => {
    const news = reading(await ask(`?payout=${id}`))
    const other = '00000000-0000-4000-8000-000000000002'
    notify(wordOf({ about: 'payout', id: other }))
    expect((await news()).changes).toBe(0)
    for (const about of ['payout', 'timeline', 'link'] as const) {
      notify(wordOf({ about, id }))
      expect((await news()).changes).toBe(1)
      await vi.advanceTimersByTimeAsync(100)
    }
    notify(wordOf({ about: 'everything' }))
    expect((await news()).changes).toBe(1)
  })

  it.each([
    ['its end', null],
    ['another role', sessionOf('receiver')],
    ['the loss of the second factor', sessionOf('auditor', false)],
  ])('end with the session: %s', async (_, now) => {
    const news = reading(await ask())
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await news()).ended).toBe(false)
    world.use.mockResolvedValue(now)
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await news()).ended).toBe(true)
  })

  it('end when nobody can say whether the session lives', async () => {
    const news = reading(await ask())
    world.use.mockRejectedValue(new Error('away'))
    await vi.advanceTimersByTimeAsync(15_000)
    expect((await news()).ended).toBe(true)
  })

  it('are not for strangers, receivers and odd addresses', async () => {
    expect((await ask('?payout=nothing')).status).toBe(404)
    world.use.mockResolvedValue(null)
    expect((await ask()).status).toBe(401)
    world.use.mockResolvedValue(sessionOf('receiver'))
    world.sessionHere.mockResolvedValue('r_token')
    expect((await ask()).status).toBe(403)
  })
})
