import { describe, expect, it } from 'vitest'
import { utcText } from './utc.ts'

describe('a time for people', () => {
  it('has day, month, year and zone, and seconds for evidence', () => {
    expect(utcText(new Date('2026-11-23T14:02:07.900Z'))).toBe('23 Nov 2026, 14:02 UTC')
    expect(utcText(new Date('2026-11-23T14:02:07.900Z'), true)).toBe('23 Nov 2026, 14:02:07 UTC')
  })

  it('has one spelling for each month, and no zero before the day', () => {
    const days = Array.from({ length: 12 }, (_, month) => utcText(new Date(Date.UTC(2026, month, month + 1))))
    expect(days.map((text) => text.replace(' 2026, 00:00 UTC', ''))).toEqual(
      '1 Jan,2 Feb,3 Mar,4 Apr,5 May,6 Jun,7 Jul,8 Aug,9 Sep,10 Oct,11 Nov,12 Dec'.split(','),
    )
  })
})
