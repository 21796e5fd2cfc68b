/** Refusals as people read them. */
import type { RefusalCode } from '#lib/payouts/refusals.ts'
import type { Locale } from './locales.ts'
import { wordsFor } from './words.ts'

/** What a refusal means, then its detail. */
export function refusalText(
  locale: Locale,
  { code, detail }: { code: RefusalCode; detail?: string | undefined },
): string {
  const text = wordsFor(locale, 'refusals')(code)
  return detail === undefined ? text : `${text} ${detail}`
}
