import { describe, expect, it } from 'vitest'
import { moneyText } from './money.ts'
import { dayText, isZone, shortTimeText, timeText } from './times.ts'

const at = new Date('2026-11-03T23:02:05Z')

describe('a time', () => {
  it.each([
    ['en', 'UTC', '3 Nov 2026, 23:02 UTC'],
    ['en', 'Europe/Berlin', '4 Nov 2026, 00:02 UTC+1'],
    ['en', 'Asia/Kolkata', '4 Nov 2026, 04:32 UTC+5:30'],
    ['en', 'America/New_York', '3 Nov 2026, 18:02 UTC-5'],
    ['en', 'Europe/London', '3 Nov 2026, 23:02 UTC'],
    ['ru', 'Europe/Moscow', '4 ноя 2026, 02:02 UTC+3'],
  ] as const)('in %s and the zone %s is "%s"', (locale, zone, text) => {
    expect(timeText(locale, at, { zone })).toBe(text)
  })

  it('has seconds where it is evidence', () => {
    expect(timeText('en', at, { seconds: true })).toBe('3 Nov 2026, 23:02:05 UTC')
  })

  it('leaves out the day if it is today in that zone', () => {
    const now = new Date('2026-11-03T23:59:59Z')
    expect(shortTimeText('en', at, {}, now)).toBe('23:02 UTC')
    expect(shortTimeText('ru', at, { zone: 'Europe/Moscow' }, now)).toBe('02:02 UTC+3')
    expect(shortTimeText('en', at, {}, new Date('2026-11-04T00:00:00Z'))).toBe('3 Nov 2026, 23:02 UTC')
    expect(dayText('ru', at)).toBe('3 ноя 2026')
  })

  it('names every month', () => {
    for (const locale of ['en', 'ru'] as const) {
      const months = Array.from({ length: 12 }, (_, month) =>
        dayText(locale, new Date(Date.UTC(2026, month, 9))),
      )
      expect(new Set(months.map((day) => day.split(' ')[1])).size).toBe(12)
      expect(months.every((day) => /^9 \p{L}{3} 2026$/u.test(day))).toBe(true)
    }
  })
})

it('a zone is one that this machine knows', () => {
  expect(isZone('Europe/Berlin')).toBe(true)
  expect(isZone('Mars/Olympus')).toBe(false)
  expect(isZone('')).toBe(false)
})

it.each([
  ['1,234,567.05 EUR', '1\u00a0234\u00a0567,05 EUR'],
  ['0.50 EUR', '0,50 EUR'],
  ['1,000 JPY', '1\u00a0000 JPY'],
  ['+12.00 EUR', '+12,00 EUR'],
  ['-1,200.500 KWD', '-1\u00a0200,500 KWD'],
])('"%s" is "%s" in Russian', (display, text) => {
  expect(moneyText('ru', display)).toBe(text)
  expect(moneyText('en', display)).toBe(display)
})
