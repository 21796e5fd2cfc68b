import { describe, expect, it } from 'vitest'
import type { LogPlace } from '#lib/services/ports.ts'
import { hasPlace, judgeStandby, readPlace, writePlace } from './judge-standby.ts'
import type { StandbyPlace } from './judge-standby.ts'

const now = Date.parse('2026-11-26T12:00:00Z')
const ago = (s: number) => new Date(now - s * 1_000)
const primary: LogPlace = { source: '7/16384', timeline: 2, written: 1_050n, flushed: 1_000n, at: ago(0) }
const standby: StandbyPlace = {
  isStandby: true,
  source: '7/16384',
  timeline: 2,
  replayed: 1_000n,
  replayedAt: ago(3_600),
  unsearchedSince: null,
}
const judge = (changes: Partial<StandbyPlace> = {}, seen: LogPlace[] = []) =>
  judgeStandby(primary, { ...standby, ...changes }, seen, 30_000)

describe('how old a standby is', () => {
  it('is not old when it has everything, however long ago the last commit was', () => {
    expect(judge()).toEqual({ state: 'ok', asOf: ago(0), lagMs: 0 })
  })

  it('is as old as its last commit when it lacks something', () => {
    expect(judge({ replayed: 900n, replayedAt: ago(12) })).toEqual({
      state: 'ok',
      asOf: ago(12),
      lagMs: 12_000,
    })
    expect(judge({ replayed: 900n, replayedAt: ago(31) })).toMatchObject({ state: 'behind', lagMs: 31_000 })
  })

  it('is no older than the last moment at which the primary was no further', () => {
    const seen = [
      { ...primary, flushed: 900n, at: ago(4) },
      { ...primary, flushed: 950n, at: ago(1) },
    ]
    expect(judge({ replayed: 900n }, seen)).toMatchObject({ state: 'ok', lagMs: 4_000 })
    // A place of another history says nothing.
    expect(judge({ replayed: 900n }, [{ ...primary, timeline: 1, flushed: 900n }])).toMatchObject({
      state: 'behind',
    })
  })

  it('is behind when nobody can say since when', () => {
    expect(judge({ replayed: 900n, replayedAt: null })).toEqual({ state: 'behind', asOf: null, lagMs: null })
  })
})

it.each([
  ['a server that was promoted, or never was a standby', { isStandby: false, replayed: null }],
  ['the standby of another database', { source: '8/16384' }],
  [
    'one that stayed on the history before a promotion, even if it is further',
    { timeline: 1, replayed: 2_000n },
  ],
  ['one that has replayed nothing', { replayed: null }],
])('%s is not read', (_, changes) => {
  expect(judge(changes)).toEqual({ state: 'unrelated', asOf: null, lagMs: null })
})

describe('what must be there', () => {
  const needed = { timeline: 2, written: 1_000n, at: ago(5) }

  it('is there when the standby has come so far in this history, or into a newer one', () => {
    expect(hasPlace(standby, needed, false)).toBe(true)
    expect(hasPlace({ ...standby, replayed: 999n }, needed, false)).toBe(false)
    expect(hasPlace({ ...standby, replayed: 10n, timeline: 3 }, needed, false)).toBe(true)
    expect(hasPlace({ ...standby, replayed: 2_000n, timeline: 1 }, needed, false)).toBe(false)
  })

  it('is there for a search when every payout of before can be found', () => {
    expect(hasPlace({ ...standby, unsearchedSince: ago(6) }, needed, true)).toBe(false)
    expect(hasPlace({ ...standby, unsearchedSince: ago(6) }, needed, false)).toBe(true)
    expect(hasPlace({ ...standby, unsearchedSince: ago(4) }, needed, true)).toBe(true)
  })

  it('comes back from a cookie as it went in, and nothing else does', () => {
    expect(readPlace(writePlace(needed))).toEqual(needed)
    for (const text of ['', 'unknown', '1.2', '1.2.3.4', '1.-2.3', `${'9'.repeat(30)}.1.1`])
      expect(readPlace(text)).toBeNull()
  })
})
