import { contactLinks } from '#lib/payouts/brand.ts'
import type { Brand } from '#lib/payouts/brand.ts'
import type { Locale } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'

/** What a mail's text ends with when it is sent: the merchant's name and contact, as they are then. Empty: neither is set. */
export function footText(brand: Brand, locale: Locale): string {
  const ways = contactLinks(brand).map(({ kind, href, text }) => (kind === 'link' ? href : text))
  return [
    ...(brand.name === null ? [] : [brand.name]),
    ...(ways.length === 0 ? [] : [wordsFor(locale, 'mail')('contact', { ways: ways.join(', ') })]),
  ].join('\n')
}
