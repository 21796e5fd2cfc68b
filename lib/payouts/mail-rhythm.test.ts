import { expect, it } from 'vitest'
import { heldUntil } from './mail-rhythm.ts'
import type { MailRhythm } from './mail-rhythm.ts'

const rhythm = (more: Partial<MailRhythm>): MailRhythm => ({
  pace: 'at_once',
  quiet: null,
  zone: 'UTC',
  ...more,
})
const night = { from: 22, until: 7 }

it.each<[string, Partial<MailRhythm>, string, string | null]>([
  ['at once', {}, '2026-11-26T23:10:00Z', null],
  ['at once, by day', { quiet: night }, '2026-11-26T21:59:59Z', null],
  ['at once, as it gets quiet', { quiet: night }, '2026-11-26T22:00:00Z', '2026-11-27T07:00:00.000Z'],
  ['at once, after midnight', { quiet: night }, '2026-11-27T03:00:00Z', '2026-11-27T07:00:00.000Z'],
  ['at once, as it ends', { quiet: night }, '2026-11-27T07:00:00Z', null],
  [
    'at once, quiet at noon',
    { quiet: { from: 12, until: 13 } },
    '2026-11-27T12:30:00Z',
    '2026-11-27T13:00:00.000Z',
  ],
  [
    'at once, quiet elsewhere',
    { quiet: night, zone: 'Asia/Tokyo' },
    '2026-11-27T14:00:00Z',
    '2026-11-27T22:00:00.000Z',
  ],
  ['every hour', { pace: 'hourly' }, '2026-11-26T10:59:59Z', '2026-11-26T11:00:00.000Z'],
  ['every hour, on the hour', { pace: 'hourly' }, '2026-11-26T11:00:00Z', '2026-11-26T12:00:00.000Z'],
  [
    'every hour, before it gets quiet',
    { pace: 'hourly', quiet: night },
    '2026-11-26T21:30:00Z',
    '2026-11-27T07:00:00.000Z',
  ],
  ['once a day', { pace: 'daily' }, '2026-11-26T07:59:00Z', '2026-11-26T08:00:00.000Z'],
  ['once a day, after that', { pace: 'daily' }, '2026-11-26T08:00:00Z', '2026-11-27T08:00:00.000Z'],
  [
    'once a day, as quiet hours end',
    { pace: 'daily', quiet: night },
    '2026-11-26T12:00:00Z',
    '2026-11-27T07:00:00.000Z',
  ],
  // Clocks go back in Berlin on 25 October 2026, and forward in Lisbon on 29 March, both within the night.
  [
    'over a night of 25 hours',
    { pace: 'daily', zone: 'Europe/Berlin' },
    '2026-10-24T20:00:00Z',
    '2026-10-25T07:00:00.000Z',
  ],
  [
    'over a night of 23 hours',
    { pace: 'daily', zone: 'Europe/Lisbon' },
    '2026-03-28T20:00:00Z',
    '2026-03-29T07:00:00.000Z',
  ],
  [
    'half an hour from UTC',
    { pace: 'daily', zone: 'Asia/Kolkata' },
    '2026-11-26T00:00:00Z',
    '2026-11-26T02:30:00.000Z',
  ],
])('%s: %j at %s waits until %s', (_name, more, now, until) => {
  expect(heldUntil(rhythm(more), new Date(now))?.toISOString() ?? null).toBe(until)
})
