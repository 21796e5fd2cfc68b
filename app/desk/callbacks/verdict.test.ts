import { expect, it } from 'vitest'
import { verdictOf } from './verdict.ts'

const plain = { about: 'status', payoutId: 'p', comparedAt: null, disagreed: false, raised: false } as const
const at = new Date()

it.each([
  ['waits', {}],
  ['agrees', { comparedAt: at }],
  ['disagrees', { comparedAt: at, disagreed: true }],
  ['disagrees', { comparedAt: at, disagreed: true, raised: true }],
  ['claimsMoney', { raised: true }],
  ['operation', { about: 'operation' }],
  ['otherOrder', { about: 'other_order', comparedAt: at }],
  ['unmatched', { payoutId: null, comparedAt: at }],
] as const)('is %s', (verdict, more) => {
  expect(verdictOf({ ...plain, ...more }).verdict).toBe(verdict)
})
