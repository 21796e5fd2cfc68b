/** Money: integer minor units and a currency inside, decimal text outside, never a float. */
import type { InputProblem, Said } from './input-problems.ts'
import { twoReadingsOf } from './typed-amount.ts'

/** Digits after the decimal point, ISO 4217 (list one, 2024 edition). Currencies missing here have two. */
const exponents: Readonly<Record<string, number>> = {
  BIF: 0,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  ISK: 0,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  PYG: 0,
  RWF: 0,
  UGX: 0,
  UYI: 0,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
  BHD: 3,
  IQD: 3,
  JOD: 3,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  TND: 3,
  CLF: 4,
  UYW: 4,
}

/** Cardzo's own limit for the amount field of payout-check. */
const amountMaxCharacters = 10

export type Money = { amountMinor: bigint; currency: string }

export function exponentOf(currency: string): number {
  return exponents[currency] ?? 2
}

/** What `parseAmount` made of a text. */
export type ReadAmount = { ok: true; amountMinor: bigint } | { ok: false; problem: AmountProblem }

export type AmountProblem = 'not_a_number' | 'two_readings' | 'too_many_digits' | 'not_positive' | 'too_long'

/** What to do about the problem that `parseAmount` found in this text. */
export function amountProblem(problem: AmountProblem, text: string, currency: string): Said {
  switch (problem) {
    case 'not_a_number':
      return { code: 'amountUnreadable' }
    case 'two_readings': {
      const [whole, fraction] = twoReadingsOf(text) ?? [text, text]
      return { code: 'amountTwoReadings', whole, fraction }
    }
    case 'too_many_digits':
      return { code: 'amountDigits', currency, digits: exponentOf(currency) }
    case 'not_positive':
      return { code: 'amountNotPositive' }
    case 'too_long':
      return { code: 'amountTooLarge' }
  }
}

/**
 * Reads a decimal string in major units ("100.50"). No sign, exponent, comma, blank or leading/trailing dot.
 * Returns minor units of the currency, or the problem.
 */
export function parseAmount(text: string, currency: string): ReadAmount {
  const match = /^(\d{1,18})(?:\.(\d{1,18}))?$/.exec(text)
  if (!match) return { ok: false, problem: unreadable(text) }
  const exponent = exponentOf(currency)
  const fraction = match[2] ?? ''
  if (fraction.length > exponent) return { ok: false, problem: 'too_many_digits' }
  const amountMinor = BigInt((match[1] ?? '') + fraction.padEnd(exponent, '0'))
  if (amountMinor <= 0n) return { ok: false, problem: 'not_positive' }
  if (formatAmount(amountMinor, currency).length > amountMaxCharacters)
    return { ok: false, problem: 'too_long' }
  return { ok: true, amountMinor }
}

/** What is wrong with an amount and its currency, each problem at its field. `read`: what `parseAmount` made of the amount. */
export function moneyProblems(
  currencies: readonly string[],
  given: { amount: string; currency: string },
  read: ReadAmount,
): InputProblem[] {
  const problems: InputProblem[] = []
  if (!currencies.includes(given.currency))
    problems.push({ path: 'currency', said: { code: 'oneOf', list: currencies.join(', ') } })
  if (!read.ok)
    problems.push({ path: 'amount', said: amountProblem(read.problem, given.amount, given.currency) })
  return problems
}

function unreadable(text: string): AmountProblem {
  if (/^\d+(\.\d+)?$/.test(text)) return 'too_long'
  return twoReadingsOf(text) ? 'two_readings' : 'not_a_number'
}

/** Decimal string in major units with all of the currency's digits: 10050n EUR is "100.50". */
export function formatAmount(amountMinor: bigint, currency: string): string {
  const exponent = exponentOf(currency)
  const sign = amountMinor < 0n ? '-' : ''
  const digits = (amountMinor < 0n ? -amountMinor : amountMinor).toString().padStart(exponent + 1, '0')
  if (exponent === 0) return sign + digits
  return `${sign}${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`
}

/** By digits after the point. Making one costs more than all else that the status of a payout is made of. */
const figures = new Map<number, Intl.NumberFormat>()

function figuresWith(digits: number): Intl.NumberFormat {
  const known = figures.get(digits)
  if (known) return known
  const made = new Intl.NumberFormat('en-US', {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  })
  figures.set(digits, made)
  return made
}

/** For people: "1,234.50 EUR". Grouped by thousands, the currency after the figure. */
export function displayAmount(amountMinor: bigint, currency: string): string {
  // `format` groups a decimal text digit by digit, without turning it into a float.
  const text = figuresWith(exponentOf(currency)).format(formatAmount(amountMinor, currency) as `${number}`)
  return `${text} ${currency}`
}

/** Does a figure that Cardzo wrote ("100.5", "100.500") mean our amount? Anything unreadable does not. */
export function sameAmount(text: string, amountMinor: bigint, currency: string): boolean {
  const match = /^0*(\d+)(?:\.(\d*?)0*)?$/.exec(text.trim())
  if (!match) return false
  const exponent = exponentOf(currency)
  const fraction = match[2] ?? ''
  if (fraction.length > exponent) return false
  return BigInt((match[1] ?? '') + fraction.padEnd(exponent, '0')) === amountMinor
}

/** Does Cardzo name another amount or currency than ours? What it leaves out does not differ. */
export function amountDiffers(
  ours: Money,
  told: { amount: string | null; currency: string | null },
): boolean {
  if (told.currency !== null && told.currency.toUpperCase() !== ours.currency) return true
  return told.amount !== null && !sameAmount(told.amount, ours.amountMinor, ours.currency)
}

/** Three capital letters, like every code of ISO 4217. */
export function isCurrencyCode(text: string): boolean {
  return /^[A-Z]{3}$/.test(text)
}
