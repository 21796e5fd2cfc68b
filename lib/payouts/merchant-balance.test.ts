import { describe, expect, it } from 'vitest'
import {
  drawingOn,
  freeMinor,
  leftMinor,
  lowOf,
  minorFloor,
  readLowMarks,
  writeLowMarks,
} from './merchant-balance.ts'
import type { MerchantBalance, Owed } from './merchant-balance.ts'

const told: MerchantBalance = {
  ...{ name: '', currency: 'EUR', amountMinor: 100_000n, liveMinor: null },
  ...{ shortTermHoldMinor: null, rollingReserveMinor: null, bufferHoldMinor: null },
}
const owed = (more: Partial<Owed> = {}): Owed => ({
  ...{ awaitingMinor: 0n, approvedMinor: 0n, sentSinceMinor: 0n },
  ...more,
})

it('what can be paid out is without holds, reserve and what is under way', () => {
  expect(freeMinor(told)).toBe(100_000n)
  const held = { shortTermHoldMinor: 10_000n, rollingReserveMinor: 5_000n, bufferHoldMinor: 1_000n }
  expect(freeMinor({ ...told, ...held })).toBe(84_000n)
  // Cardzo's own figure is believed before our sum.
  expect(freeMinor({ ...told, ...held, liveMinor: 80_000n })).toBe(79_000n)
})

it('counts nothing twice: what left before Cardzo was asked is in its own figures, and what nobody approved is not sent', () => {
  const all = owed({ awaitingMinor: 50_000n, approvedMinor: 30_000n, sentSinceMinor: 20_000n })
  expect(leftMinor(100_000n, all)).toBe(50_000n)
})

it('is low below its mark, and worse when it does not cover what is approved', () => {
  expect(lowOf(100n, owed(), null)).toBe(null)
  expect(lowOf(100n, owed(), 100n)).toBe(null)
  expect(lowOf(99n, owed(), 100n)).toBe('mark')
  expect(lowOf(100n, owed({ approvedMinor: 100n }), null)).toBe(null)
  expect(lowOf(99n, owed({ approvedMinor: 100n }), 100n)).toBe('short')
})

it.each([
  ['12.34', 'EUR', 1234n],
  ['12.3499', 'EUR', 1234n],
  ['-12.341', 'EUR', -1235n],
  ['-12.340', 'EUR', -1234n],
  ['5', 'EUR', 500n],
  ['1000.90', 'JPY', 1000n],
  ['1.2345', 'KWD', 1234n],
])('%s %s is %s in minor units, never more than there is', (text, currency, minor) => {
  expect(minorFloor(text, currency)).toBe(minor)
})

describe('low marks', () => {
  it('are read and written', () => {
    const marks = readLowMarks('usd: 500.50,\nEUR:1000')
    expect(marks).toEqual({ EUR: '100000', USD: '50050' })
    expect(writeLowMarks(marks ?? {})).toBe('EUR:1000.00, USD:500.50')
    expect(readLowMarks(' ')).toEqual({})
  })
  it.each(['EUR', 'EUR:', 'EUR:-1', 'EUR:1.234', 'EURO:1', 'EUR:1,EUR:2', 'EUR:1:2', '1000'])(
    'can’t be %s',
    (text) => {
      expect(readLowMarks(text)).toBe(null)
    },
  )
})

it('endpoints of one login at one gateway draw from one balance, unless they name different ones', () => {
  const one = { id: 1, baseUrl: 'https://a.example', login: 'shop', balance: '*' }
  const all = [
    one,
    { ...one, id: 2, balance: null },
    { ...one, id: 3, balance: 'Other' },
    { ...one, id: 4, login: 'another', balance: null },
    { ...one, id: 5, baseUrl: 'https://b.example' },
    { ...one, id: 6 },
  ]
  expect(drawingOn(one, all)).toEqual([1, 2, 6])
})
