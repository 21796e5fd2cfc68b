import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayAfter, dayAt, isDay, startOfDay } from './day-in-zone.ts'

it.each([
  ['2026-11-23', 'UTC', '2026-11-23T00:00:00.000Z'],
  ['2026-11-23', 'Pacific/Tongatapu', '2026-11-22T11:00:00.000Z'],
  ['2026-11-23', 'Pacific/Niue', '2026-11-23T11:00:00.000Z'],
  ['2026-11-23', 'Asia/Kathmandu', '2026-11-22T18:15:00.000Z'],
  ['2026-03-29', 'Europe/Berlin', '2026-03-28T23:00:00.000Z'],
  ['2026-03-30', 'Europe/Berlin', '2026-03-29T22:00:00.000Z'],
  // Clocks go forward at midnight: the day begins at one.
  ['2018-11-04', 'America/Sao_Paulo', '2018-11-04T03:00:00.000Z'],
])('%s begins in %s at %s', (day, zone, at) => {
  expect(startOfDay(day, zone).toISOString()).toBe(at)
})

it('a day begins at the first moment that has its date, and the next one where it ends', () => {
  const zones = [
    'UTC',
    'Pacific/Kiritimati',
    'Pacific/Pago_Pago',
    'America/New_York',
    'Africa/Cairo',
    'Asia/Tehran',
  ]
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 3_000 }).map((days) => dayAfter('2020-01-01', days)),
      fc.constantFrom(...zones),
      (day, zone) => {
        const start = startOfDay(day, zone)
        expect(dayAt(start, zone)).toBe(day)
        expect(dayAt(new Date(start.getTime() - 1), zone)).toBe(dayAfter(day, -1))
      },
    ),
  )
})

it('knows days from other texts', () => {
  expect(['2026-02-28', '2024-02-29'].every(isDay)).toBe(true)
  expect(['2026-02-29', '2026-2-1', 'today', '2026-13-01', ''].some(isDay)).toBe(false)
})
