import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dayAfter, dayAt, isDay, minuteOfDay, momentIn, startOfDay } from './day-in-zone.ts'

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

it.each([
  ['2026-12-24T09:00', 'Europe/Berlin', '2026-12-24T08:00:00.000Z'],
  ['2026-12-24T09:00', 'UTC', '2026-12-24T09:00:00.000Z'],
  ['2026-12-24T23:30', 'Pacific/Kiritimati', '2026-12-24T09:30:00.000Z'],
  // Comes twice: the first one.
  ['2026-10-25T02:30', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  // Is skipped: an hour later by the clock.
  ['2026-03-29T02:30', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('clocks that show %s in %s do so at %s', (shown, zone, at) => {
  expect(momentIn(shown, zone)?.toISOString()).toBe(at)
})

it.each(['', '2026-02-30T09:00', '2026-12-24', '2026-12-24T24:00', '24.12.2026 09:00'])(
  '"%s" is no time',
  (text) => {
    expect(momentIn(text, 'Europe/Berlin')).toBeNull()
  },
)

it('a moment is what the clocks there show', () => {
  fc.assert(
    fc.property(
      fc.date({
        min: new Date('2020-01-01T00:00:00Z'),
        max: new Date('2030-01-01T00:00:00Z'),
        noInvalidDate: true,
      }),
      fc.constantFrom('UTC', 'Pacific/Kiritimati', 'Pacific/Pago_Pago', 'America/New_York', 'Asia/Kathmandu'),
      (at, zone) => {
        const minutes = minuteOfDay(at, zone)
        const two = (n: number) => String(n).padStart(2, '0')
        const shown = `${dayAt(at, zone)}T${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`
        const found = momentIn(shown, zone)
        // The same clock, though perhaps the hour before where it comes twice.
        expect(found && [dayAt(found, zone), minuteOfDay(found, zone)]).toEqual([dayAt(at, zone), minutes])
      },
    ),
  )
})
