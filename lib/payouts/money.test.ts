import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { displayAmount, exponentOf, formatAmount, parseAmount, sameAmount } from './money.ts'

const currency = fc.constantFrom('EUR', 'USD', 'JPY', 'KWD', 'CLF')
/** Any amount that fits into Cardzo's ten characters. */
const amount = fc.bigInt({ min: 1n, max: 99_999n })

describe('money', () => {
  it.each([
    ['100.50', 'EUR', 10050n],
    ['100.5', 'EUR', 10050n],
    ['0.01', 'EUR', 1n],
    ['7', 'EUR', 700n],
    ['1500', 'JPY', 1500n],
    ['1.234', 'KWD', 1234n],
    ['9999999.99', 'EUR', 999999999n],
    ['0001.00', 'EUR', 100n],
  ])('reads %s %s', (text, code, minor) => {
    expect(parseAmount(text, code)).toEqual({ ok: true, amountMinor: minor })
  })

  it.each([
    ['', 'not_a_number'],
    [' 1', 'not_a_number'],
    ['1,50', 'not_a_number'],
    ['-1', 'not_a_number'],
    ['+1', 'not_a_number'],
    ['1e3', 'not_a_number'],
    ['.5', 'not_a_number'],
    ['5.', 'not_a_number'],
    ['NaN', 'not_a_number'],
    ['١', 'not_a_number'],
    ['0', 'not_positive'],
    ['0.00', 'not_positive'],
    ['1.005', 'too_many_digits'],
    ['10000000.00', 'too_long'],
    ['1'.repeat(40), 'too_long'],
  ])('refuses %j as %s', (text, problem) => {
    expect(parseAmount(text, 'EUR')).toEqual({ ok: false, problem })
  })

  it('writes what it reads, for every currency', () => {
    fc.assert(
      fc.property(amount, currency, (minor, code) => {
        expect(parseAmount(formatAmount(minor, code), code)).toEqual({ ok: true, amountMinor: minor })
      }),
    )
  })

  it('recognises its own figure however many zeros Cardzo adds, and no other', () => {
    fc.assert(
      fc.property(amount, currency, fc.nat(3), fc.nat(3), (minor, code, leading, trailing) => {
        const text = formatAmount(minor, code)
        const told = '0'.repeat(leading) + (exponentOf(code) > 0 ? text + '0'.repeat(trailing) : text)
        expect(sameAmount(told, minor, code)).toBe(true)
        expect(sameAmount(told, minor + 1n, code)).toBe(false)
      }),
    )
    expect(sameAmount('100', 10000n, 'EUR')).toBe(true)
    expect(sameAmount('10000', 10000n, 'EUR')).toBe(false)
    for (const text of ['', 'abc', '1e2', '-100', '1,00']) expect(sameAmount(text, 100n, 'EUR')).toBe(false)
  })

  it('is grouped by thousands for people', () => {
    expect(displayAmount(123456789n, 'EUR')).toBe('1,234,567.89 EUR')
    expect(displayAmount(1500n, 'JPY')).toBe('1,500 JPY')
    expect(displayAmount(-50n, 'EUR')).toBe('-0.50 EUR')
    expect(displayAmount(12345678901234567890105n, 'EUR')).toBe('123,456,789,012,345,678,901.05 EUR')
    expect(displayAmount(1500n, 'KWD')).toBe('1.500 KWD')
  })
})
