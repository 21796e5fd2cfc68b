import { describe, expect, it } from 'vitest'
import { checkRisk, riskCheckIds } from '#lib/payouts/risk.ts'
import type { RiskFigures, RiskFound } from '#lib/payouts/risk.ts'
import { locales } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { foundText } from './risk-found.ts'

const now = new Date('2026-11-23T14:00:00Z')
const figures = (more: Partial<RiskFigures>): RiskFigures => ({
  ...{ now, paidCount: 12, largestPaidMinor: 123_456n, paidToDestination: 3, requestsLastDay: 1 },
  ...{ destinationFirstSeenAt: new Date('2026-01-05T10:00:00Z'), sharedWith: [], sameRequests: [] },
  ...{ contactChangedAt: null, ...more },
})
const subject = {
  ...{ amountMinor: 10_050n, currency: 'EUR', source: 'browser' as const },
  destination: { first_name: 'Ada' },
  receiver: { firstName: 'Ben', lastName: null },
}
const plain = figures({})
const odd = figures({
  ...{ paidCount: 0, paidToDestination: 0, sharedWith: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] },
  ...{ sameRequests: ['x', 'y'], requestsLastDay: 11, contactChangedAt: now },
})

describe.each(locales)('in %s', (locale) => {
  const say = { t: wordsFor(locale, 'risk'), locale, currency: 'EUR' }
  it('says what each check found, or that it found nothing', () => {
    for (const facts of [plain, odd]) {
      const texts = checkRisk(subject, facts).map((check) => foundText(say, check))
      expect(new Set(texts).size).toBe(riskCheckIds.length)
      for (const text of texts) expect(text).toMatch(/^[\p{Lu}\d].*\.$/u)
    }
  })

  it('says it whatever was kept', () => {
    for (const id of riskCheckIds)
      for (const found of [
        {},
        { n: 3 },
        { n: 0, day: '2026-01-05', amount: '1.00 EUR' },
      ] satisfies RiskFound[])
        expect(foundText(say, { id, found })).toMatch(/\.$/)
    expect(foundText(say, { id: 'many_requests' })).toBeNull()
  })
})

it('writes money, days and counts as the language does', () => {
  const found = (locale: 'en' | 'ru', facts: RiskFigures) =>
    checkRisk(subject, facts).map((check) =>
      foundText({ t: wordsFor(locale, 'risk'), locale, currency: 'EUR' }, check),
    )
  expect(found('en', odd)).toContain('Also used by a, b, c, d, e and 2 more.')
  expect(found('en', odd)).toContain('2 other requests for exactly 100.50 EUR within 24 hours.')
  expect(found('ru', plain)).toContain(
    'Самая крупная выплата до сих пор: 1\u00a0234,56\u00a0EUR.'.replace('\u00a0EUR', ' EUR'),
  )
  expect(found('ru', odd)).toContain('Получателю ещё не платили на этот счёт. Впервые он указан 5 янв 2026.')
})
