import { expect, it } from 'vitest'
import { usualLabel } from '#lib/payouts/destination-label.ts'
import { destinationLabelText } from './destination-label-text.ts'
import { wordsFor } from './words.ts'

const english = wordsFor('en', 'common')
const russian = wordsFor('ru', 'common')

it.each([
  [{ bankName: 'Example Bank', last4: '3000' }, 'Example Bank, ending 3000', 'Example Bank, *3000'],
  [{ bankName: null, last4: '3000' }, 'Account, ending 3000', 'Счёт, *3000'],
  [{ bankName: 'Example Bank', last4: null }, 'Example Bank', 'Example Bank'],
  [{ bankName: null, last4: null }, 'Account', 'Счёт'],
])('says the usual label in every language', (known, en, ru) => {
  const one = { ...known, label: usualLabel(known) }
  expect(destinationLabelText(english, one)).toBe(en)
  expect(destinationLabelText(russian, one)).toBe(ru)
})

it('leaves a nickname as it is', () => {
  const one = { label: 'Salary, ending 3000', bankName: 'Example Bank', last4: '3000' }
  expect(destinationLabelText(russian, one)).toBe('Salary, ending 3000')
})
