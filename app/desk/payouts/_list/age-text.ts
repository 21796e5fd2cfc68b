import type { Words } from '#lib/words/words.ts'

/** "at least 2 hours" for `2h`. */
export function atLeast(t: Words<'payouts'>, age: string): string {
  const n = Number(age.slice(0, -1))
  const unit = age.endsWith('m') ? 'minutes' : age.endsWith('h') ? 'hours' : 'days'
  return t(`atLeast.${unit}`, { n })
}
