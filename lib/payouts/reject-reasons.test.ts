import { expect, it } from 'vitest'
import { rejectReason, rejectReasons } from './reject-reasons.ts'

it('uses the written reason, else the chosen sentence, else nothing', () => {
  expect(rejectReason('duplicate', ' In my own words ')).toBe(' In my own words ')
  expect(rejectReason('duplicate', '  ')).toMatch(/twice/)
  expect(rejectReason('', '')).toBe('')
  expect(rejectReason('no such reason', '')).toBe('')
  for (const { id, text } of rejectReasons) expect(rejectReason(id, '')).toBe(text)
})
