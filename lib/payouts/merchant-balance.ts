/** What the merchant has at Cardzo, and whether it covers what is to be sent. */
import type { Endpoint } from './endpoints.ts'
import { exponentOf, formatAmount, isCurrencyCode } from './money.ts'

/** Asks for whichever balances there are. */
export const anyBalance = '*'

/** Cardzo's own limit. */
export const balanceNameMax = 128

/** An answer that is older than this says what was, not what is. */
export const staleAfterMs = 10 * 60_000

/** One balance as Cardzo told it, in minor units, rounded down. Null: Cardzo did not say. */
export type MerchantBalance = {
  /** As Cardzo calls it; empty: it has no name. */
  name: string
  currency: string
  /** With what is held and reserved. May be below zero. */
  amountMinor: bigint
  shortTermHoldMinor: bigint | null
  rollingReserveMinor: bigint | null
  liveMinor: bigint | null
  /** Of payments that left and are not over. */
  bufferHoldMinor: bigint | null
}

/**
 * What can be paid out of it: without the short-term hold, the rolling reserve, and what Cardzo sets aside for payments under way. docs/protocol.md
 * says that the last is part of the amount; if it were not, this is less than there is.
 */
export function freeMinor(balance: MerchantBalance): bigint {
  const { amountMinor, shortTermHoldMinor, rollingReserveMinor, liveMinor, bufferHoldMinor } = balance
  const live = liveMinor ?? amountMinor - (shortTermHoldMinor ?? 0n) - (rollingReserveMinor ?? 0n)
  return live - (bufferHoldMinor ?? 0n)
}

/** Our payouts that take from a balance, in minor units of its currency. */
export type Owed = {
  /** Waits for people: nobody has decided that it will be sent. */
  awaitingMinor: bigint
  /** Approved and not sent. */
  approvedMinor: bigint
  /** Claimed for payout-pay since Cardzo was asked, so Cardzo's answer can't have counted it. Without what ended unpaid since. */
  sentSinceMinor: bigint
}

/** What is left for other payouts, once everything approved is sent. What had left before Cardzo was asked is in Cardzo's own figures. */
export const leftMinor = (free: bigint, { approvedMinor, sentSinceMinor }: Owed): bigint =>
  free - approvedMinor - sentSinceMinor

/** `short`: it does not cover what is approved. `mark`: it is below what admins want it to be. Null: it is enough. */
export type Low = 'short' | 'mark' | null

export function lowOf(free: bigint, owed: Owed, markMinor: bigint | null): Low {
  if (leftMinor(free, owed) < 0n) return 'short'
  return markMinor !== null && free < markMinor ? 'mark' : null
}

/** Decimal text of Cardzo's, with a sign if it is below zero, to minor units, rounded down. */
export function minorFloor(text: string, currency: string): bigint {
  const [whole = '0', fraction = ''] = text.replace('-', '').split('.')
  const exponent = exponentOf(currency)
  const size = BigInt(whole + fraction.padEnd(exponent, '0').slice(0, exponent))
  const isCut = /[1-9]/.test(fraction.slice(exponent))
  if (!text.startsWith('-')) return size
  return isCut ? -size - 1n : -size
}

/** Where the balances of an endpoint are: two endpoints of one login at one gateway draw from the same ones. */
type Purse = Pick<Endpoint, 'id' | 'baseUrl' | 'login' | 'balance'>

/**
 * The endpoints whose payouts take from the balance that this one asks for: those of the same login at the same gateway, but for any that
 * names another balance.
 */
export const drawingOn = (asked: Purse, all: readonly Purse[]): number[] =>
  all
    .filter(
      (one) =>
        one.id === asked.id ||
        (one.baseUrl === asked.baseUrl &&
          one.login === asked.login &&
          (one.balance === null || one.balance === asked.balance)),
    )
    .map(({ id }) => id)

/** Tells the items of several balances apart. */
export const lowSubject = (endpointId: number, currency: string): string => `${endpointId}:${currency}`

/** Marks as people write them, `EUR:1000, USD:500.50`, to minor units by currency, in the order of the alphabet. Null: it is no such list. */
export function readLowMarks(text: string): Record<string, string> | null {
  const marks = new Map<string, string>()
  for (const each of text.split(/[,;\n]/).map((one) => one.trim())) {
    if (each === '') continue
    const [code = '', amount = '', ...more] = each.split(':').map((part) => part.trim())
    const currency = code.toUpperCase()
    const fraction = /^\d{1,14}(?:\.(\d+))?$/.exec(amount)
    if (!fraction || (fraction[1] ?? '').length > exponentOf(currency)) return null
    if (!isCurrencyCode(currency) || more.length > 0 || marks.has(currency)) return null
    marks.set(currency, String(minorFloor(amount, currency)))
  }
  return Object.fromEntries([...marks].sort(([a], [b]) => (a < b ? -1 : 1)))
}

export const writeLowMarks = (marks: Readonly<Record<string, string>>): string =>
  Object.entries(marks)
    .map(([currency, minor]) => `${currency}:${formatAmount(BigInt(minor), currency)}`)
    .join(', ')
