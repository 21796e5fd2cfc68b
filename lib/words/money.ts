/** Money as people of a language write it. */
import type { Locale } from './locales.ts'

/**
 * An amount as `displayAmount` writes it ("1,234.50 EUR"), for readers of `locale`: "1 234,50 EUR" in Russian. Works on the text, so no
 * figure is ever turned into a float, and every version of Node and every browser writes the same.
 */
export function moneyText(locale: Locale, display: string): string {
  if (locale === 'en') return display
  return display.replaceAll(/\d[\d,.]*\d|\d/g, (figure) =>
    // Spaces that don't break, because an amount stays on one line.
    figure.replaceAll(',', '\u00a0').replace('.', ','),
  )
}
