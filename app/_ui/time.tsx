/** Times are written on the server, in UTC, with the zone: everybody reads the same text, and nothing jumps in the browser. */

import { utcShort, utcText } from '#lib/payouts/utc.ts'

export { utcText }

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago, roughly: "under a minute", "12 min", "3 h", "5 days". */
export function ageText(ms: number): string {
  if (ms < minute) return 'under a minute'
  if (ms < hour) return `${Math.floor(ms / minute)} min`
  if (ms < 2 * day) return `${Math.floor(ms / hour)} h`
  return `${Math.floor(ms / day)} days`
}

/** Milliseconds since then, by this server's clock; only for display, never for a decision. */
export function ageMs(at: Date): number {
  return Math.max(0, Date.now() - at.getTime())
}

/** The time, with its day when that is not today, by this server's clock. */
export const shortText = (at: Date, seconds = false) => utcShort(at, new Date(), seconds)

export function Time({ at, seconds = false }: { at: Date | string; seconds?: boolean }) {
  const date = typeof at === 'string' ? new Date(at) : at
  return (
    <time dateTime={date.toISOString()} className="whitespace-nowrap">
      {utcText(date, seconds)}
    </time>
  )
}

/** Short on the page; the title has the exact time. */
export function Age({ at }: { at: Date }) {
  return (
    <time dateTime={at.toISOString()} title={utcText(at, true)} className="whitespace-nowrap">
      {ageText(ageMs(at))}
    </time>
  )
}
