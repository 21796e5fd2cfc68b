import { expect, it } from 'vitest'
import { refusalText } from './refusal-text.ts'

it.each([
  [
    { code: 'by', names: 'Ben' },
    'Someone else has already approved this payout. By Ben.',
    'Эту выплату уже согласовал другой сотрудник. Согласующие: Ben.',
  ],
] as const)('a refusal and its detail are in one language: %o', (detail, english, russian) => {
  const refusal = { code: 'approved_by_another', detail } as const
  expect(refusalText('en', refusal)).toBe(english)
  expect(refusalText('ru', refusal)).toBe(russian)
})

it('amounts and times are written as the language writes them', () => {
  const detail = {
    code: 'availableInParts',
    ...{ now: '1,005.00 EUR', then: '20.00 EUR', from: new Date('2026-11-28T10:00:00Z') },
  } as const
  expect(refusalText('en', { code: 'insufficient_balance', detail })).toMatch(
    / Available now: 1,005\.00 EUR; 20\.00 EUR more from 28 Nov 2026, 10:00 UTC, the rest later\.$/,
  )
  expect(refusalText('ru', { code: 'insufficient_balance', detail })).toMatch(
    / Доступно сейчас: 1\u00a0005,00 EUR; ещё 20,00 EUR\u00a0— с 28 ноя 2026, 10:00 UTC, остальное позже\.$/,
  )
})
