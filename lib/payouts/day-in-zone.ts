/** Days as people of a time zone count them. Pure. */

/** Is it a day ("2026-11-23") that exists? */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false
  const at = new Date(`${text}T00:00:00Z`)
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(text)
}

/** The day in that zone (an IANA name) at this moment, "2026-11-23". */
export function dayAt(at: Date, zone: string): string {
  const { year, month, day } = clockOf(at, zone)
  return `${year}-${month}-${day}`
}

/** `days` later, or earlier if below zero. */
export function dayAfter(day: string, days: number): string {
  const at = new Date(`${day}T00:00:00Z`)
  at.setUTCDate(at.getUTCDate() + days)
  return at.toISOString().slice(0, 10)
}

/** When a day begins there: its first moment, which is not midnight where clocks go forward at midnight. */
export function startOfDay(day: string, zone: string): Date {
  const midnight = Date.parse(`${day}T00:00:00Z`)
  // What clocks there are ahead of UTC about then; once more, as it may differ at the moment found.
  const guess = midnight - aheadMs(new Date(midnight), zone)
  const found = new Date(midnight - aheadMs(new Date(guess), zone))
  if (dayAt(found, zone) === day && dayAt(new Date(found.getTime() - 1), zone) !== day) return found
  return firstMoment(day, zone, midnight)
}

/** The day's first minute, searched: for days without a midnight, or with two. */
function firstMoment(day: string, zone: string, midnight: number): Date {
  let [before, from] = [midnight - 26 * hour, midnight + 26 * hour]
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2)
    if (dayAt(new Date(middle), zone) < day) before = middle
    else from = middle
  }
  return new Date(from)
}

/** What clocks there show at this moment, in minutes since midnight. */
export function minuteOfDay(at: Date, zone: string): number {
  const clock = clockOf(at, zone)
  return Number(clock.hour) * 60 + Number(clock.minute)
}

/**
 * The moment when clocks there show this ("2026-12-24T09:00"); null: that is no time. Of a time that comes twice the first, of one that is
 * skipped as much later as the clocks go forward.
 */
export function momentIn(shown: string, zone: string): Date | null {
  const [, day = '', time] = /^(\d{4}-\d{2}-\d{2})T(([01]\d|2[0-3]):[0-5]\d)$/.exec(shown) ?? []
  if (time === undefined || !isDay(day)) return null
  const inUtc = Date.parse(`${shown}:00Z`)
  // Zones are at most 14 hours off, and two looks a day apart see the clocks before and after a change.
  const before = inUtc - aheadMs(new Date(inUtc - 24 * hour), zone)
  const after = inUtc - aheadMs(new Date(inUtc + 24 * hour), zone)
  const shows = (at: number) => at + aheadMs(new Date(at), zone) === inUtc
  const first = Math.min(before, after)
  return new Date(shows(first) ? first : shows(Math.max(before, after)) ? Math.max(before, after) : before)
}

const hour = 3_600_000

function aheadMs(at: Date, zone: string): number {
  const { year, month, day, hour: hours, minute, second } = clockOf(at, zone)
  const shown = Date.parse(`${year}-${month}-${day}T${hours}:${minute}:${second}Z`)
  return shown - Math.floor(at.getTime() / 1000) * 1000
}

const clocks = new Map<string, Intl.DateTimeFormat>()

function clockOf(at: Date, zone: string) {
  const clock =
    clocks.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      ...{ timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    })
  clocks.set(zone, clock)
  const parts = Object.fromEntries(clock.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (name: Intl.DateTimeFormatPartTypes) => parts[name] ?? ''
  return {
    year: part('year').padStart(4, '0'),
    month: part('month'),
    day: part('day'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
  }
}
