import { beforeEach, expect, it, vi } from 'vitest'
import { refuse } from '#lib/payouts/refusals.ts'

const world = vi.hoisted(() => ({
  jar: new Map<string, { value: string; options?: { maxAge?: number } }>(),
  placeOfAct: vi.fn(),
  openForPage: vi.fn(),
}))
vi.mock('server-only', () => ({}))
vi.mock('next/headers', () => ({
  headers: () => Promise.resolve(new Headers({ origin: 'http://portal.test' })),
  cookies: () =>
    Promise.resolve({
      get: (name: string) => world.jar.get(name),
      set: (name: string, value: string, options: { maxAge?: number }) =>
        world.jar.set(name, { value, options }),
    }),
}))
vi.mock('next/navigation', () => ({ unstable_rethrow: () => undefined }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))
vi.mock('#app/_server/deps.ts', () => ({
  getDeps: () =>
    Promise.resolve({
      config: { appUrl: 'http://portal.test' },
      people: { audit: () => Promise.resolve() },
    }),
}))
vi.mock('#app/_server/locale.ts', () => ({ localeHere: () => Promise.resolve('en') }))
vi.mock('#app/_server/session.ts', () => ({
  clientIp: () => Promise.resolve(null),
  currentActor: () =>
    Promise.resolve({ kind: 'user', id: 'user-1', role: 'clerk', name: 'Clara', receiverId: null }),
}))
vi.mock('#app/_server/session-options.ts', () => ({
  lastActCookie: () => Promise.resolve({ name: 'portal-last-act', options: { httpOnly: true } }),
}))
vi.mock('#lib/runtime/standby/standby.ts', () => ({
  placeOfAct: world.placeOfAct,
  openForPage: world.openForPage,
}))

const { act } = await import('#app/_server/action.ts')
const { openReads } = await import('./reads.ts')

beforeEach(() => {
  vi.resetAllMocks()
  world.jar.clear()
})

it('an act that succeeds is noted in the browser, and the next page needs it', async () => {
  world.placeOfAct.mockResolvedValue({ place: '1.99.5', countsMs: 60_000 })
  await openReads()
  expect(world.openForPage).toHaveBeenLastCalledWith(null)
  expect(await act(() => Promise.resolve({ ok: true as const }))).toEqual({ ok: true })
  expect(world.jar.get('portal-last-act')).toEqual({
    value: '1.99.5',
    options: { httpOnly: true, maxAge: 60 },
  })
  await openReads()
  expect(world.openForPage).toHaveBeenLastCalledWith('1.99.5')
})

it('one that is refused is not, nor is any where there is no standby', async () => {
  world.placeOfAct.mockResolvedValue({ place: '1.99.5', countsMs: 60_000 })
  expect(await act(() => Promise.resolve(refuse('not_found')))).toMatchObject({ ok: false })
  expect(world.jar.size).toBe(0)
  world.placeOfAct.mockResolvedValue(null)
  await act(() => Promise.resolve({ ok: true as const }))
  expect(world.jar.size).toBe(0)
})
