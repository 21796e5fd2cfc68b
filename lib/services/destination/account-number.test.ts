import fc from 'fast-check'
import { composeIBAN } from 'ibantools'
import { describe, expect, it } from 'vitest'
import { lastFour } from '#lib/payouts/fields.ts'
import { accountNumberProblem, tidyAccountNumber, tidyDestination } from './account-number.ts'

const blanks = [
  ' ',
  '\u00a0',
  '\u2007',
  '\u2009',
  '\u202f',
  '\u3000',
  '\t',
  '\u200b',
  '\u2060',
  '\ufeff',
  '\u00ad',
  '\u202a',
  '\u202c',
]

describe('an account number', () => {
  it.each(blanks)('loses the blank %j', (blank) => {
    const pasted = ['', 'DE89', '3704', '0044', '0532', '0130', '00', ''].join(blank)
    expect(tidyAccountNumber(pasted)).toBe('DE89370400440532013000')
    expect(accountNumberProblem(tidyAccountNumber(pasted))).toBeUndefined()
  })

  it.each([
    ['de89 3704 0044 0532 0130 00', 'DE89370400440532013000'],
    ['DE89-3704-0044-0532-0130-00', 'DE89370400440532013000'],
    ['ＤＥ８９３７０４００４４０５３２０１３０００', 'DE89370400440532013000'],
    ['12-3456-7890123-00', '12-3456-7890123-00'],
    ['12‑3456‑7890123‑00', '12-3456-7890123-00'],
    ['１２３４５６７８', '12345678'],
    ['ab12', 'ab12'],
    ['wallet_7@example', 'wallet_7@example'],
  ])('%j is sent as %s', (typed, sent) => {
    expect(tidyAccountNumber(typed)).toBe(sent)
    expect(accountNumberProblem(sent)).toBeUndefined()
  })

  it.each([
    'DE88370400440532013000',
    'DE89370400440532013001',
    'GB00WEST12345698765432',
    'DE8937040044053201300X',
  ])('an IBAN with a typing mistake is refused: %s', (typed) => {
    expect(accountNumberProblem(tidyAccountNumber(typed))).toEqual({ code: 'ibanTypo' })
  })

  it.each(['', '!!', '--', '\u200b', 'DE89!', '<b>', '12;34'])('%j is none', (typed) => {
    expect(accountNumberProblem(tidyAccountNumber(typed))).toEqual({ code: 'notAnAccount' })
  })

  it('no single wrong digit of an IBAN passes', () => {
    fc.assert(
      fc.property(
        fc.stringMatching(/^\d{18}$/),
        fc.integer({ min: 0, max: 19 }),
        fc.integer({ min: 1, max: 9 }),
        (bban, at, by) => {
          const iban = composeIBAN({ countryCode: 'DE', bban }) ?? ''
          expect(accountNumberProblem(iban)).toBeUndefined()
          const wrong = (Number(iban[at + 2]) + by) % 10
          expect(accountNumberProblem(`${iban.slice(0, at + 2)}${wrong}${iban.slice(at + 3)}`)).toBeDefined()
        },
      ),
    )
  })

  it.each([
    ['12-3456-7890123-00', '2300'],
    ['DE89370400440532013000', '3000'],
    ['1-2-3-4', '34'],
    ['', ''],
  ])('the last four of %s are %s', (account, four) => {
    expect(lastFour(account)).toBe(four)
  })

  it('has its problem at its path, and other fields stay as they are', () => {
    expect(tidyDestination({ account_number: '!!', bank_name: 'A & B !!' })).toEqual({
      destination: { account_number: '!!', bank_name: 'A & B !!' },
      problems: [
        {
          path: 'destination.account_number',
          said: { code: 'notAnAccount' },
        },
      ],
    })
  })
})
