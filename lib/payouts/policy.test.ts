import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { formatAmount } from './money.ts'
import {
  approversNeeded,
  demandsOf,
  firstPolicy,
  judge,
  maxApprovers,
  minorOf,
  mostApprovers,
  noLimits,
  payoutSources,
  readDecimal,
} from './policy.ts'
import type { ApprovalRule, CurrencyPolicy, Policy, PayoutSource } from './policy.ts'
import { riskLevels } from './risk.ts'
import type { RiskLevel } from './risk.ts'

const own = (more: Partial<CurrencyPolicy> = {}): CurrencyPolicy => ({
  autoApprove: { below: '0.00', sources: ['api'] },
  rules: [],
  limits: noLimits,
  ...more,
})
const rule = (more: Partial<ApprovalRule> = {}): ApprovalRule => ({
  name: 'Large',
  source: 'any',
  from: '1000.00',
  approvers: 2,
  ...more,
})
const inEuro = (more: Partial<CurrencyPolicy>): Policy => ({ currencies: { EUR: own(more) }, risk: {} })
const asked = (amountMinor: bigint, source: PayoutSource = 'api', currency = 'EUR') => ({
  amountMinor,
  source,
  currency,
})
const needed = (...args: Parameters<typeof demandsOf>) => approversNeeded(demandsOf(...args))

const amounts = fc.bigInt({ min: 1n, max: 10n ** 9n })
const sources = fc.constantFrom(...payoutSources)
const levels = fc.constantFrom(...riskLevels)
const policies: fc.Arbitrary<Policy> = fc
  .record({
    below: fc.bigInt({ min: 0n, max: 10n ** 7n }),
    autoSources: fc.uniqueArray(sources),
    rules: fc.array(
      fc.record({
        name: fc.uuid(),
        source: fc.constantFrom('any' as const, ...payoutSources),
        from: fc.bigInt({ min: 0n, max: 10n ** 9n }).map((minor) => formatAmount(minor, 'EUR')),
        approvers: fc.integer({ min: 1, max: maxApprovers }),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ below, autoSources, rules }) =>
    inEuro({ rules, autoApprove: { below: formatAmount(below, 'EUR'), sources: autoSources } }),
  )

describe('how many people a payout needs', () => {
  it('is one without a policy, and for a currency without rules', () => {
    expect(demandsOf(firstPolicy, asked(1n), 'none')).toMatchObject([{ rule: 'Everything', approvers: 1 }])
    expect(needed(inEuro({ rules: [rule({ from: '0' })] }), asked(1n, 'api', 'USD'), 'none')).toBe(1)
  })

  it('is what the rule says, from its amount on, inclusive, and only where it applies', () => {
    const policy = inEuro({
      rules: [rule(), rule({ name: 'Desk', source: 'desk', from: '0.00', approvers: 3 })],
    })
    expect(needed(policy, asked(99_999n), 'none')).toBe(1)
    expect(demandsOf(policy, asked(100_000n), 'none')).toEqual([
      { rule: 'Large', approvers: 2, why: 'From 1,000.00 EUR.', from: '1000.00', source: 'any' },
    ])
    expect(demandsOf(policy, asked(1n, 'desk'), 'none')).toEqual([
      {
        rule: 'Desk',
        approvers: 3,
        why: 'Every amount, asked for at the desk.',
        from: '0.00',
        source: 'desk',
      },
    ])
    // The highest number counts, and every rule that asked is named.
    expect(demandsOf(policy, asked(100_000n, 'desk'), 'none')).toHaveLength(2)
    expect(needed(policy, asked(100_000n, 'desk'), 'none')).toBe(3)
  })

  it('is at least two for a high risk, and never fewer than a rule asks for', () => {
    expect(needed(firstPolicy, asked(1n), 'high')).toBe(2)
    expect(needed(inEuro({ rules: [rule({ from: '0', approvers: 4 })] }), asked(1n), 'high')).toBe(4)
    for (const level of riskLevels.filter((one) => one !== 'high'))
      expect(needed(firstPolicy, asked(1n), level)).toBe(1)
  })

  it('never falls as the amount grows, is never below one, and never above five', () => {
    fc.assert(
      fc.property(policies, amounts, amounts, sources, levels, (policy, a, b, source, level) => {
        const [less, more] = a < b ? [a, b] : [b, a]
        const few = needed(policy, asked(less, source), level)
        expect(needed(policy, asked(more, source), level)).toBeGreaterThanOrEqual(few)
        expect(few).toBeGreaterThanOrEqual(level === 'high' ? 2 : 1)
        expect(few).toBeLessThanOrEqual(maxApprovers)
        expect(few).toBeLessThanOrEqual(Math.max(2, mostApprovers(policy)))
        expect(demandsOf(policy, asked(less, source), level)).not.toEqual([])
      }),
    )
  })

  it('is one in a currency without rules, whatever the policy says about others', () => {
    fc.assert(
      fc.property(policies, amounts, sources, (policy, amount, source) => {
        expect(needed(policy, asked(amount, source, 'CHF'), 'none')).toBe(1)
      }),
    )
  })
})

describe('automatic approval', () => {
  const policy = inEuro({ autoApprove: { below: '500.00', sources: ['api', 'desk'] } })
  const judged = (
    amountMinor: bigint,
    source: PayoutSource = 'api',
    risk: RiskLevel = 'none',
    amountDiffers = false,
  ) => judge(policy, asked(amountMinor, source), { risk, amountDiffers })

  it('is strictly below the amount, and only for the named sources', () => {
    expect(judged(49_999n)).toMatchObject({ approved: true, approvers: 0, demands: [] })
    expect(judged(50_000n)).toMatchObject({ approved: false, approvers: 1 })
    expect(judged(1n, 'desk').approved).toBe(true)
    expect(judged(1n, 'browser')).toMatchObject({ approved: false, approvers: 1 })
    expect(judge(firstPolicy, asked(1n), { risk: 'none', amountDiffers: false }).approved).toBe(false)
  })

  it('is never for a high risk nor for an amount that Cardzo names differently', () => {
    expect(judged(1n, 'api', 'high')).toMatchObject({ approved: false, approvers: 2 })
    expect(judged(1n, 'api', 'none', true)).toMatchObject({ approved: false, approvers: 1 })
    fc.assert(
      fc.property(
        policies,
        amounts,
        sources,
        levels,
        fc.boolean(),
        (any, amount, source, risk, amountDiffers) => {
          const verdict = judge(any, asked(amount, source), { risk, amountDiffers })
          if (risk === 'high' || amountDiffers) expect(verdict.approved).toBe(false)
          expect(verdict.approvers === 0).toBe(verdict.approved)
          if (verdict.approved)
            expect(amount < minorOf(any.currencies['EUR']?.autoApprove.below ?? '0', 'EUR')).toBe(true)
        },
      ),
    )
  })
})

describe('decimals in a policy', () => {
  it.each([
    ['0', 'EUR', 0n],
    ['0.00', 'EUR', 0n],
    ['000.5', 'EUR', 50n],
    ['1500', 'JPY', 1500n],
    ['0.001', 'KWD', 1n],
    ['999999999999.99', 'EUR', 99_999_999_999_999n],
  ])('reads %s %s', (text, currency, minor) => {
    expect(readDecimal(text, currency)).toEqual({ ok: true, minor })
  })

  it.each([
    ['', 'not_a_number'],
    ['-1', 'not_a_number'],
    ['1,000', 'two_readings'],
    ['1e3', 'not_a_number'],
    ['.5', 'not_a_number'],
    ['1.005', 'too_many_digits'],
    ['1000000000000', 'too_long'],
  ])('refuses %j as %s', (text, problem) => {
    expect(readDecimal(text, 'EUR')).toEqual({ ok: false, problem })
    expect(() => minorOf(text, 'EUR')).toThrow('Bug')
  })
})
