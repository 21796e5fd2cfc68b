import { describe, expect, it } from 'vitest'
import { factsOf, policyDifference, riskFacts } from '#lib/payouts/policy-facts.ts'
import type { PolicyFact } from '#lib/payouts/policy-facts.ts'
import { firstPolicy, noLimits } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import type { Locale } from './locales.ts'
import { factName, factText } from './policy-text.ts'
import { wordsFor } from './words.ts'

const before: Policy = {
  currencies: {
    EUR: {
      autoApprove: { below: '0.00', sources: ['api'] },
      rules: [{ name: 'Large', source: 'any', from: '1000.00', approvers: 2 }],
      limits: { ...noLimits, payout: '9000.00' },
    },
  },
  risk: {},
}

const saysIn = (locale: Locale) => {
  const words = { locale, t: wordsFor(locale, 'policy'), risk: wordsFor(locale, 'risk') }
  return (fact: PolicyFact) => `${factName(words, fact)}: ${factText(words, fact)}`
}
const says = saysIn('en')

describe('a policy in words', () => {
  it('says who must agree, what needs nobody, and what is too much', () => {
    expect(factsOf(before, 'EUR').map(says)).toEqual([
      'Automatic approval: Never.',
      'Large: From 1,000.00 EUR: 2 approvers.',
      'All other payouts: 1 approver.',
      'One payout: At most 9,000.00 EUR.',
    ])
    expect(factsOf(before, 'EUR').map(saysIn('ru'))).toEqual([
      'Автоматическое согласование: Никогда.',
      'Large: От 1\u00a0000,00 EUR: 2 согласующих.',
      'Остальные выплаты: 1 согласующий.',
      'Одна выплата: Не более 9\u00a0000,00 EUR.',
    ])
  })

  it('says the same about a currency without rules as the first policy does', () => {
    expect(factsOf(before, 'USD')).toEqual(factsOf(firstPolicy, 'USD'))
    expect(riskFacts(firstPolicy)).toEqual([])
  })
})

describe('the difference', () => {
  it('is nothing between two that mean the same', () => {
    const written: Policy = {
      currencies: {
        ...before.currencies,
        USD: { autoApprove: { below: '0', sources: [] }, rules: [], limits: noLimits },
      },
      risk: {},
    }
    expect(policyDifference(before, written)).toEqual([])
    expect(policyDifference(firstPolicy, firstPolicy)).toEqual([])
  })

  it('names what is new, what is gone and what has changed', () => {
    const after: Policy = {
      currencies: {
        EUR: {
          autoApprove: { below: '50.00', sources: ['api', 'desk'] },
          rules: [{ name: 'Huge', source: 'browser', from: '5000.00', approvers: 3 }],
          limits: { ...noLimits, payout: '8000.00' },
        },
      },
      risk: { many_requests: 'high' },
    }
    const said = policyDifference(before, after).map(({ currency, was, becomes }) => [
      currency,
      was && says(was),
      becomes && says(becomes),
    ])
    expect(said).toEqual([
      [
        'EUR',
        'Automatic approval: Never.',
        'Automatic approval: Below 50.00 EUR, requested at the desk or through the API, unless a check finds high risk.',
      ],
      ['EUR', 'Large: From 1,000.00 EUR: 2 approvers.', null],
      ['EUR', 'One payout: At most 9,000.00 EUR.', 'One payout: At most 8,000.00 EUR.'],
      ['EUR', null, 'Huge: From 5,000.00 EUR, requested by receivers: 3 approvers.'],
      [null, null, 'Many requests: Counts as high risk: two approvers, never automatic.'],
    ])
  })
})
