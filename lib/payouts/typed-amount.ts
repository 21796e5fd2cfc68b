/** Amounts as people in any country type them in forms. The API takes only the strict form. Pure. */

/** Any decimal digit as 0-9: Arabic, Persian, Devanagari, full-width and the rest. */
export const plainDigits = (text: string): string =>
  text.replaceAll(/\p{Nd}/gu, (written) => {
    // Full-width and mathematical digits have plain forms of their own.
    const digit = written.normalize('NFKC')
    if (digit <= '9') return digit
    // Unicode keeps the ten digits of each script next to each other; count back to the script's zero.
    let value = 0
    const code = digit.codePointAt(0) ?? 0
    while (value < 9 && /\p{Nd}/u.test(String.fromCodePoint(code - value - 1))) value += 1
    return String(value)
  })

/** Thousands in threes, or as in India (12,34,567); `by` is a regular expression's source. */
const grouped = (by: string) => `(?:\\d{1,3}(?:${by}\\d{3})+|\\d{1,2}(?:${by}\\d{2})+${by}\\d{3})`

/** Blanks and apostrophes only ever group thousands, so there is no doubt. */
const blank = "['\u2019\\p{Zs}]"
const looselyGrouped = new RegExp(`^${grouped(blank)}(?=[.,]|$)`, 'u')

/** Two ways to read it: thousands, or a decimal comma. */
const twoReadings = /^([1-9]\d{0,2})[.,](\d{3})$/

/**
 * The strict form ("1234.50") of an amount that can be read in one way only: a decimal comma, other digits, grouped thousands.
 * Anything else comes back trimmed, for the strict reader to refuse.
 */
export function typedAmount(typed: string): string {
  const trimmed = typed.replaceAll(/[\p{Cf}\p{Cc}]/gu, '').trim()
  const plain = plainDigits(trimmed)
    .replaceAll(/[\u066b\uff0c]/g, ',')
    .replaceAll('\u066c', "'")
    .replaceAll('\uff0e', '.')
  const group = looselyGrouped.exec(plain)
  const bare = group ? group[0].replaceAll(new RegExp(blank, 'gu'), '') + plain.slice(group[0].length) : plain
  // If blanks group the thousands, a comma can only be the decimal sign.
  if (!group && twoReadings.test(bare)) return bare
  for (const [thousands, decimal] of [
    [',', '.'],
    ['.', ','],
  ] as const) {
    const escaped = `\\${thousands}`
    const both = new RegExp(`^${grouped(escaped)}\\${decimal}\\d+$`)
    const several = new RegExp(
      `^\\d{1,3}(?:${escaped}\\d{3}){2,}$|^\\d{1,2}(?:${escaped}\\d{2})+${escaped}\\d{3}$`,
    )
    if (both.test(bare) || several.test(bare)) return bare.replaceAll(thousands, '').replace(decimal, '.')
  }
  if (/^\d+,\d+$/.test(bare)) return bare.replace(',', '.')
  return /^\d+(\.\d+)?$/.test(bare) ? bare : trimmed
}

/** The two readings of an ambiguous amount: "1,234" is 1234 or 1.234. Null when there is no doubt. */
export function twoReadingsOf(text: string): readonly [string, string] | null {
  const match = twoReadings.exec(text)
  return match ? [`${match[1] ?? ''}${match[2] ?? ''}`, `${match[1] ?? ''}.${match[2] ?? ''}`] : null
}
