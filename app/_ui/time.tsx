/** Times are written on the server, in UTC, with the zone named: the same text for everybody and no jump in the browser. */

import { utcText } from '#lib/payouts/utc.ts'

export { utcText }

/** "14:02 UTC" on the day itself, the full text on any other. */
export function utcShort(at: Date, now: Date): string {
  const sameDay = at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
  return sameDay ? `${at.toISOString().slice(11, 16)} UTC` : utcText(at)
}

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago, in the coarsest unit that still says something: "under a minute", "12 min", "3 h", "5 days". */
export function ageText(ms: number): string {
  if (ms < minute) return 'under a minute'
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} days`
}

/** Milliseconds since then, by this server's clock; for showing, never for deciding. */
export function ageMs(at: Date): number {
  return Math.max(0, Date.now() - at.getTime())
}

export function Time({ at, seconds = false }: { at: Date | string; seconds?: boolean }) {
  const date = typeof at === 'string' ? new Date(at) : at
  return (
    <time dateTime={date.toISOString()} className="whitespace-nowrap">
      {utcText(date, seconds)}
    </time>
  )
}

/** Short on the page, exact on hover and to screen readers' owners alike through the title. */
export function Age({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={utcText(at, true)} className="whitespace-nowrap">
      {ageText(ageMs(at))}
    </time>
  )
}
