/** Times as people of a language write them, always with the zone named. */
import type { Locale } from './locales.ts'

/** Ours, because what `Intl` writes depends on the version of its data ("Sep" or "Sept"), and server and browser must agree. */
const months: Record<Locale, readonly string[]> = {
  en: ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'],
  ru: ['янв', 'фев', 'мар', 'апр', 'мая', 'июн', 'июл', 'авг', 'сен', 'окт', 'ноя', 'дек'],
}

type Options = {
  /** An IANA name such as `Europe/Berlin`; UTC if absent. */
  zone?: string
  /** For evidence. */
  seconds?: boolean
}

/** "23 Nov 2026, 15:02 UTC+1". */
export function timeText(locale: Locale, at: Date, { zone = 'UTC', seconds = false }: Options = {}): string {
  const { day, month, year, hour, minute, second, offset } = partsOf(at, zone)
  const date = `${Number(day)} ${months[locale][Number(month) - 1] ?? ''} ${year}`
  return `${date}, ${hour}:${minute}${seconds ? `:${second}` : ''} ${offset}`
}

/** "23 Nov 2026", the day in that zone. */
export function dayText(locale: Locale, at: Date, zone = 'UTC'): string {
  const { day, month, year } = partsOf(at, zone)
  return `${Number(day)} ${months[locale][Number(month) - 1] ?? ''} ${year}`
}

/** "15:02 UTC+1" on the day itself, the full text on any other. */
export function shortTimeText(locale: Locale, at: Date, options: Options = {}, now = new Date()): string {
  const full = timeText(locale, at, options)
  const isToday = dayText(locale, at, options.zone) === dayText(locale, now, options.zone)
  return isToday ? full.slice(full.indexOf(', ') + 2) : full
}

/** "15:02:07", the clock alone: for what was just now. */
export function clockText(locale: Locale, at: Date, zone = 'UTC'): string {
  const full = timeText(locale, at, { zone, seconds: true })
  return full.slice(full.indexOf(', ') + 2).split(' ')[0] ?? ''
}

/** Does this machine know the zone? */
export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch (error) {
    if (error instanceof RangeError) return false
    throw error
  }
}

const makers = new Map<string, Intl.DateTimeFormat>()

/** Figures only, so that no version's words get in: "UTC+1" is "GMT+1" to `Intl`. */
function partsOf(at: Date, zone: string) {
  const maker =
    makers.get(zone) ??
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hour: '2-digit',
      minute: '2-digit',
      second: '2-digit',
      hourCycle: 'h23',
      timeZoneName: 'shortOffset',
    })
  makers.set(zone, maker)
  const parts = Object.fromEntries(maker.formatToParts(at).map(({ type, value }) => [type, value]))
  const part = (name: Intl.DateTimeFormatPartTypes) => parts[name] ?? ''
  return {
    day: part('day'),
    month: part('month'),
    year: part('year'),
    hour: part('hour'),
    minute: part('minute'),
    second: part('second'),
    offset: part('timeZoneName')
      .replace('GMT', 'UTC')
      .replace(/[+-]0$/, ''),
  }
}
