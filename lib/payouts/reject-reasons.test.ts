import { expect, it } from 'vitest'
import { wordsFor } from '#lib/words/words.ts'
import { rejectReason, rejectReasonCodes, rejectReasonOf, rejectReasons } from './reject-reasons.ts'

it('uses the written reason, else the chosen sentence, else nothing', () => {
  expect(rejectReason('duplicate', ' In my own words ')).toBe(' In my own words ')
  expect(rejectReason('duplicate', '  ')).toMatch(/twice/)
  expect(rejectReason('', '')).toBe('')
  expect(rejectReason('no such reason', '')).toBe('')
  for (const code of rejectReasonCodes) expect(rejectReason(code, '')).toBe(rejectReasons[code])
})

it('stores a ready-made reason once, in whatever language it was read', () => {
  const t = wordsFor('ru', 'rejectReasons')
  const shown = {
    details: t('details.text'),
    duplicate: t('duplicate.text'),
    amount: t('amount.text'),
    document: t('document.text'),
  }
  for (const code of rejectReasonCodes) {
    expect(rejectReason('', shown[code], shown)).toBe(rejectReasons[code])
    expect(rejectReasonOf(rejectReasons[code])).toBe(code)
  }
  expect(rejectReason('details', `${shown.details} Please.`, shown)).toBe(`${shown.details} Please.`)
  expect(rejectReasonOf('In my own words')).toBeNull()
})
