import { describe, expect, it } from 'vitest'
import type { CodeBook, CodeWords } from '#lib/payouts/error-codes.ts'
import { payoutStatuses } from '#lib/payouts/transitions.ts'
import { wordsFor } from '#lib/words/words.ts'
import { failureWords, receiverReason } from './failure-words.ts'

const own: CodeWords = {
  en: { receiver: 'Your account is closed.', todo: 'Use another account.', staff: 'Closed account.' },
  ru: { receiver: 'Ваш счёт закрыт.', todo: 'Укажите другой счёт.', staff: 'Счёт закрыт.' },
}
const book: CodeBook = new Map([
  ['51', own],
  ['52', null],
])
const of = (gatewayCode: string | null, status: 'declined' | 'filtered' | 'failed' = 'declined') => ({
  status,
  gatewayCode,
  failureMessage: null,
})

describe('the words of a code', () => {
  it('are what the merchant wrote, in the language of the reader', () => {
    expect(failureWords(of('51'), book, 'en')).toEqual({
      receiver: 'Your account is closed. Use another account.',
      staff: 'Closed account.',
      known: true,
    })
    expect(receiverReason(of('51'), book, 'ru')).toBe('Ваш счёт закрыт. Укажите другой счёт.')
  })

  it('are ours for the codes that the protocol names, until the merchant writes others', () => {
    const ours = failureWords(of('1'), book, 'en')
    expect(ours).toMatchObject({
      known: true,
      receiver: expect.stringContaining('weren’t accepted') as string,
    })
    expect(failureWords(of('INVALID_CONTROL_CODE', 'failed'), book, 'ru')?.staff).toContain('контрольный')
    expect(failureWords(of('1'), new Map([['1', own]]), 'en')?.staff).toBe('Closed account.')
  })

  it.each(['declined', 'filtered', 'failed'] as const)(
    'are what is true of every payout that was %s, when nobody has written any',
    (status) => {
      for (const code of ['52', 'never seen', 'toString', '', null])
        for (const locale of ['en', 'ru'] as const) {
          const found = failureWords(of(code, status), book, locale)
          expect(found).toMatchObject({
            known: false,
            receiver: wordsFor(locale, 'pay')(`explanation.${status}`),
          })
          // The page says it already.
          expect(receiverReason(of(code, status), book, locale)).toBeNull()
        }
    },
  )

  it('are only for payouts that Cardzo ended unpaid', () => {
    const ended = ['declined', 'filtered', 'failed']
    for (const status of payoutStatuses.filter((one) => !ended.includes(one)))
      expect(failureWords({ status, gatewayCode: '51' }, book, 'en'), status).toBeNull()
    const said = { status: 'rejected' as const, gatewayCode: null, failureMessage: 'No invoice.' }
    expect(receiverReason(said, book, 'ru')).toBe('No invoice.')
    expect(receiverReason({ ...said, status: 'paid' }, book, 'ru')).toBeNull()
  })
})
