import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAmount, parseAmount } from './money.ts'
import { plainDigits, twoReadingsOf, typedAmount } from './typed-amount.ts'

/** Every blank that a keyboard, a spreadsheet or a browser puts between thousands. */
const blanks = [' ', '\u00a0', '\u2007', '\u2009', '\u202f', '\u3000', "'", '\u2019']

const digitsOf: Record<string, string> = {
  Arabic: '٠١٢٣٤٥٦٧٨٩',
  Persian: '۰۱۲۳۴۵۶۷۸۹',
  Devanagari: '०१२३४५६७८९',
  'full-width': '０１２３４５６７８９',
  mathematical: '𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗',
}

describe('an amount as people type it', () => {
  it.each([
    ['25,50', '25.50'],
    ['25.50', '25.50'],
    [' 25,5\u200b ', '25.5'],
    ['٢٥٫٥٠', '25.50'],
    ['۱۲۳٫۴', '123.4'],
    ['１２，５０', '12.50'],
    ['1 234,50', '1234.50'],
    ['1 234', '1234'],
    ['1 234,567', '1234.567'],
    ['1.234,50', '1234.50'],
    ['1,234.50', '1234.50'],
    ["1'234.50", '1234.50'],
    ['١٬٢٣٤٫٥٠', '1234.50'],
    ['1,234,567', '1234567'],
    ['1.234.567', '1234567'],
    ['1.234.567,89', '1234567.89'],
    ['12,34,567', '1234567'],
    ['12,34,567.50', '1234567.50'],
    ['1234,567', '1234.567'],
    ['0,500', '0.500'],
  ])('reads %j as %s', (typed, strict) => {
    expect(typedAmount(typed)).toBe(strict)
  })

  it.each(['1,234', '٣٫١٤١', '999,000'])('does not choose between the two readings of %j', (typed) => {
    const read = parseAmount(typedAmount(typed), 'EUR')
    expect(read).toEqual({ ok: false, problem: 'two_readings' })
    expect(twoReadingsOf(typedAmount(typed))).not.toBeNull()
  })

  it.each([
    '',
    ',',
    ',50',
    '25,',
    '1 23,50',
    '12 34',
    '1,23,4',
    '1,2,3',
    '1.2.3',
    '-5',
    '+5',
    '1e3',
    '€25',
    '²5',
    '½',
    '25 ,50',
  ])('leaves %j for the strict reader to refuse', (typed) => {
    expect(parseAmount(typedAmount(typed), 'EUR').ok).toBe(false)
  })

  it('reads every amount back, in any digits, with any blank between thousands and either decimal sign', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 999_999_999n }),
        fc.constantFrom(...blanks, ''),
        fc.constantFrom('.', ','),
        fc.constantFrom('0123456789', ...Object.values(digitsOf)),
        (amountMinor, blank, decimal, digits) => {
          const [whole = '', fraction = ''] = formatAmount(amountMinor, 'EUR').split('.')
          const grouped = whole.replaceAll(/\B(?=(\d{3})+$)/g, blank)
          const typed = `${grouped}${decimal}${fraction}`.replaceAll(
            /\d/g,
            (digit) => Array.from(digits)[Number(digit)] ?? '',
          )
          expect(parseAmount(typedAmount(typed), 'EUR')).toEqual({ ok: true, amountMinor })
        },
      ),
    )
  })

  it('never changes a strict amount', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,9}(\.\d{1,4})?$/), (text) => {
        expect(typedAmount(text)).toBe(text)
      }),
    )
  })

  it.each(Object.entries(digitsOf))('knows the digits of %s', (_script, digits) => {
    expect(plainDigits(digits)).toBe('0123456789')
  })
})
