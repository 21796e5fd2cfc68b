import { describe, expect, it } from 'vitest'
import { freshness } from './freshness.ts'
import { afterBadAnswerMs, backOffMs, pollDelayMs, resendMs } from './poll-schedule.ts'

const minute = 60_000

describe('asking Cardzo again', () => {
  it('keeps to the interval for five minutes, then asks less often', () => {
    const at = (ageMs: number) => pollDelayMs('processing', ageMs, 4000, 0.5)
    expect(at(0)).toBe(4000)
    expect(at(5 * minute - 1)).toBe(4000)
    expect(at(5 * minute)).toBe(30_000)
    expect(at(20 * minute)).toBe(2 * minute)
    expect(at(600 * minute)).toBe(10 * minute)
  })

  it('is jittered by a tenth, so that many payouts do not ask all at once', () => {
    expect(pollDelayMs('checking', 0, 4000, 0)).toBe(3600)
    expect(pollDelayMs('checking', 0, 4000, 1)).toBe(4400)
  })

  it('keeps to the interval in the first five minutes however many answers are bad, and then to the pace of its age', () => {
    const after = (failures: number, ageMs: number) =>
      afterBadAnswerMs('silence', failures, 'processing', ageMs, 4000, 0.5)
    for (const failures of [1, 4, 20, 1000]) expect(after(failures, 5 * minute - 1)).toBe(4000)
    expect([1, 3, 4, 1000].map((failures) => after(failures, 600 * minute))).toEqual([
      4000,
      4000,
      10 * minute,
      10 * minute,
    ])
  })

  it('backs off while we are locked out', () => {
    const after = (failures: number) => afterBadAnswerMs('locked_out', failures, 'checking', 0, 4000, 0.5)
    expect([1, 2, 50].map(after)).toEqual([4000, 16_000, 60_000])
  })

  it('sends again what was not sent, less and less often', () => {
    const after = (failures: number, ageMs: number) => resendMs(failures, 'approved', ageMs, 4000, 0.5)
    expect([after(1, 0), after(9, 0), after(9, 600 * minute)]).toEqual([8000, minute, 10 * minute])
  })

  it('backs off from the interval to a minute', () => {
    const delays = [0, 1, 2, 3, 4, 5, 50].map((failures) => backOffMs(failures, 4000, 0.5))
    expect(delays).toEqual([4000, 8000, 16_000, 32_000, 60_000, 60_000, 60_000])
  })
})

describe('a claim', () => {
  const clockAt = () => {
    const now = { monotonic: 5000, wall: 1_000_000 }
    return { now, clock: { monotonicMs: () => now.monotonic, wallMs: () => now.wall } }
  }

  it.each([
    ['both clocks say ten seconds', 10_000, 10_000, true],
    ['the monotonic clock says more', 10_001, 0, false],
    ['the wall clock says more: the machine slept', 0, 10_001, false],
    ['the wall clock was set back', 0, -10_001, false],
  ])('%s', (_what, monotonic, wall, good) => {
    const { now, clock } = clockAt()
    const maySend = freshness(clock)
    now.monotonic += monotonic
    now.wall += wall
    expect(maySend()).toBe(good)
  })
})
