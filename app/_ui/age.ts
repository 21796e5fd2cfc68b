import type { Words } from '#lib/words/words.ts'

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How long ago, roughly: "under a minute", "12 min", "3 h", "5 days". */
export function ageText(t: Words<'common'>, ms: number): string {
  if (ms < minute) return t('age.underMinute')
  if (ms < hour) return t('age.minutes', { n: Math.floor(ms / minute) })
  if (ms < 2 * day) return t('age.hours', { n: Math.floor(ms / hour) })
  return t('age.days', { n: Math.floor(ms / day) })
}

/** Milliseconds since then, by this machine's clock; only for display, never for a decision. */
export function ageMs(at: Date): number {
  return Math.max(0, Date.now() - at.getTime())
}
