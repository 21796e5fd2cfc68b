/** When somebody wants mails that can wait. Pure. */
import { dayAfter, dayAt, minuteOfDay, startOfDay } from './day-in-zone.ts'

export const mailPaces = ['at_once', 'hourly', 'daily'] as const
export type MailPace = (typeof mailPaces)[number]

export type MailRhythm = {
  pace: MailPace
  /** Hours of the day, 0 to 23: nothing comes from the first one until the second begins, over midnight too. Null: mails at all hours. */
  quiet: { from: number; until: number } | null
  /** An IANA name: whose hours and days. */
  zone: string
}

/** When the daily mail comes where there are no quiet hours; else it comes at their end. */
export const dailyAtHour = 8

/** Until when a mail of this moment waits; null: it is sent now. */
export function heldUntil(rhythm: MailRhythm, now: Date): Date | null {
  const { pace, quiet, zone } = rhythm
  if (pace === 'daily') return nextAtHour(quiet?.until ?? dailyAtHour, zone, now)
  const at = pace === 'hourly' ? new Date((Math.floor(now.getTime() / hourMs) + 1) * hourMs) : now
  const end = quiet !== null && isQuiet(quiet, zone, at) ? nextAtHour(quiet.until, zone, at) : at
  return end > now ? end : null
}

const minuteMs = 60_000
const hourMs = 60 * minuteMs

function isQuiet({ from, until }: NonNullable<MailRhythm['quiet']>, zone: string, at: Date): boolean {
  const hour = Math.floor(minuteOfDay(at, zone) / 60)
  return from < until ? from <= hour && hour < until : from <= hour || hour < until
}

/** The next time after `at` that clocks there show this full hour. */
function nextAtHour(hour: number, zone: string, at: Date): Date {
  const today = dayAt(at, zone)
  const found = atHour(hour, zone, today)
  return found > at ? found : atHour(hour, zone, dayAfter(today, 1))
}

function atHour(hour: number, zone: string, day: string): Date {
  const guess = new Date(startOfDay(day, zone).getTime() + hour * hourMs)
  // On days on which clocks change the guess is an hour off. An hour that they leave out comes with the one after it.
  return new Date(guess.getTime() + (hour * 60 - minuteOfDay(guess, zone)) * minuteMs)
}
