import { describe, expect, it } from 'vitest'
import { policyDifference, riskSentences, sentencesOf } from './policy-words.ts'
import { firstPolicy, noLimits } from './policy.ts'
import type { Policy } from './policy.ts'

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

describe('a policy in words', () => {
  it('says who must agree, what needs nobody, and what is too much', () => {
    expect(sentencesOf(before, 'EUR').map(({ name, text }) => `${name}: ${text}`)).toEqual([
      'Automatic approval: Never.',
      'Large: From 1,000.00 EUR: two approvers.',
      'Everything: What no rule names: one approver.',
      'One payout: At most 9,000.00 EUR.',
    ])
  })

  it('says the same about a currency without rules as the first policy does', () => {
    expect(sentencesOf(before, 'USD')).toEqual(sentencesOf(firstPolicy, 'USD'))
    expect(riskSentences(firstPolicy)).toEqual([])
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
    expect(policyDifference(before, after)).toEqual([
      {
        currency: 'EUR',
        name: 'Automatic approval',
        was: 'Never.',
        becomes: 'Below 50.00 EUR, asked for at the desk or by the API, unless a check says HIGH.',
      },
      { currency: 'EUR', name: 'Large', was: 'From 1,000.00 EUR: two approvers.', becomes: null },
      { currency: 'EUR', name: 'One payout', was: 'At most 9,000.00 EUR.', becomes: 'At most 8,000.00 EUR.' },
      {
        currency: 'EUR',
        name: 'Huge',
        was: null,
        becomes: 'From 5,000.00 EUR, asked for by receivers in the browser: three approvers.',
      },
      {
        currency: null,
        name: 'Many requests',
        was: null,
        becomes: 'Counts as HIGH: two approvers, never automatic.',
      },
    ])
  })
})
