import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { openPush } from './push.ts'

/** The browser's, as far as we use it; played by the test. */
class FakeSource {
  static all: FakeSource[] = []
  closed = false
  onerror: (() => void) | undefined
  onmessage: (() => void) | undefined
  alive = () => {}
  readonly path: string
  constructor(path: string) {
    this.path = path
    FakeSource.all.push(this)
  }
  addEventListener(_: 'alive', heard: () => void) {
    this.alive = heard
  }
  close() {
    this.closed = true
  }
}
const page = Object.assign(new EventTarget(), { visibilityState: 'visible' })
const show = (visibilityState: 'visible' | 'hidden') => {
  page.visibilityState = visibilityState
  page.dispatchEvent(new Event('visibilitychange'))
}
const opened = () => FakeSource.all.filter(({ closed }) => !closed)
const latest = () => FakeSource.all.at(-1)!

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('EventSource', FakeSource)
  vi.stubGlobal('document', page)
  vi.spyOn(Math, 'random').mockReturnValue(0.5)
  FakeSource.all = []
  page.visibilityState = 'visible'
})
afterEach(() => {
  vi.useRealTimers()
  vi.unstubAllGlobals()
  vi.restoreAllMocks()
})

function listen(path = '/events') {
  const listener = { changed: vi.fn(), live: vi.fn<(isLive: boolean) => void>() }
  const stop = openPush(path, listener)
  return { ...listener, stop, isLive: () => listener.live.mock.lastCall?.[0] ?? false }
}

it('counts on a stream from its first sign of life, looks then, and at each change', () => {
  const { changed, isLive, stop } = listen()
  expect(isLive()).toBe(false)
  latest().alive()
  expect([isLive(), changed.mock.calls.length]).toEqual([true, 1])
  latest().alive()
  expect(changed).toHaveBeenCalledTimes(1)
  latest().onmessage?.()
  expect(changed).toHaveBeenCalledTimes(2)
  stop()
  expect(opened()).toEqual([])
})

it('opens a stream that was refused or lost again, after pauses that double up to a minute', () => {
  const { isLive, stop } = listen()
  latest().alive()
  for (const pause of [1, 2, 4, 8, 16, 32, 60, 60]) {
    latest().onerror?.()
    expect([isLive(), opened().length]).toEqual([false, 0])
    vi.advanceTimersByTime(pause * 1000 - 1)
    expect(opened().length).toBe(0)
    vi.advanceTimersByTime(1)
    expect(opened().length).toBe(1)
  }
  latest().alive()
  latest().onerror?.()
  vi.advanceTimersByTime(1000)
  expect(opened().length).toBe(1)
  stop()
})

it('gives up a stream that stays silent, or never says anything because something on the way keeps it back', () => {
  const { isLive, stop } = listen()
  const first = latest()
  vi.advanceTimersByTime(10_000)
  expect(first.closed).toBe(true)
  vi.advanceTimersByTime(1_000)
  const second = latest()
  second.alive()
  for (let beats = 0; beats < 10; beats++) {
    vi.advanceTimersByTime(15_000)
    second.alive()
  }
  expect([isLive(), second.closed]).toEqual([true, false])
  vi.advanceTimersByTime(45_000)
  expect([isLive(), second.closed]).toEqual([false, true])
  stop()
  vi.advanceTimersByTime(120_000)
  expect(opened()).toEqual([])
})

it('holds no connection while the page is hidden, and looks at once when it is back', () => {
  const { changed, isLive, stop } = listen()
  latest().alive()
  show('hidden')
  vi.advanceTimersByTime(120_000)
  expect([isLive(), opened().length, changed.mock.calls.length]).toEqual([false, 0, 1])
  show('visible')
  expect([opened().length, changed.mock.calls.length]).toEqual([1, 2])
  stop()
  show('hidden')
  show('visible')
  expect([opened().length, changed.mock.calls.length]).toEqual([0, 2])
})

it('opens none for a page that begins hidden, until it is shown', () => {
  show('hidden')
  const { stop } = listen()
  expect(FakeSource.all).toEqual([])
  show('visible')
  expect(opened().length).toBe(1)
  stop()
})

it('is one stream for all that listen to one address, until the last has stopped', () => {
  const first = listen()
  latest().alive()
  const second = listen()
  expect([FakeSource.all.length, second.isLive()]).toEqual([1, true])
  first.stop()
  latest().onmessage?.()
  expect([first.changed.mock.calls.length, second.changed.mock.calls.length]).toEqual([1, 1])
  listen('/others').stop()
  expect(opened().map(({ path }) => path)).toEqual(['/events'])
  second.stop()
  expect(opened()).toEqual([])
})
