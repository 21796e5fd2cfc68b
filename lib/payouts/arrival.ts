/** How an expected time is told: rounded up to what people say, so that it is kept rather than missed. */

const minuteMs = 60_000

/** Minutes up to an hour, hours up to two days, then days. */
export type Span = { unit: 'minutes' | 'hours' | 'days'; count: number }

/** The shortest usual span that is at least this long; at least a minute. */
export function spanOf(ms: number): Span {
  const minutes = Math.max(1, Math.ceil(ms / minuteMs))
  if (minutes <= 5) return { unit: 'minutes', count: minutes }
  if (minutes <= 60) return roundMinutes(minutes)
  const hours = Math.ceil(minutes / 60)
  if (hours <= 48) return { unit: 'hours', count: hours }
  return { unit: 'days', count: Math.ceil(hours / 24) }
}

function roundMinutes(minutes: number): Span {
  const count = Math.ceil(minutes / 5) * 5
  return count < 60 ? { unit: 'minutes', count } : { unit: 'hours', count: 1 }
}

/** When a payout usually arrives after it was asked for, and when nearly all do. */
export type Arrival = { usual: Span; nearlyAll: Span }
