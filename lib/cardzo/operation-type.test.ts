import { expect, test } from 'vitest'
import { isPayoutsOwnType } from './index.ts'

test.each([
  null,
  undefined,
  '',
  '  ',
  'payout',
  'Payout',
  ' PAYOUT\n',
  'payout-pay',
  'payout_pay',
  'Payout Pay',
])('the type %j is the payout itself', (type) => {
  expect(isPayoutsOwnType(type)).toBe(true)
})

test.each([
  'reversal',
  'REVERSAL',
  'chargeback',
  'payout-reversal',
  'payout_cancel',
  'payout-check',
  'payout_return',
  'refund',
  'sale',
  'payouts',
  'null',
])('the type %j is another operation', (type) => {
  expect(isPayoutsOwnType(type)).toBe(false)
})
