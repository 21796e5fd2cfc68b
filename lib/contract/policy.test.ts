import { describe, expect, it } from 'vitest'
import { firstPolicy, noLimits } from '#lib/payouts/policy.ts'
import { readPolicy } from './policy.ts'

const rule = { name: 'Large', source: 'any', from: '1000', approvers: 2 }
const euro = (more: Record<string, unknown> = {}) => ({
  currencies: {
    EUR: { autoApprove: { below: '0', sources: [] }, rules: [], limits: noLimits, ...more },
  },
  risk: {},
})
const limits = (more: Record<string, unknown>) => euro({ limits: { ...noLimits, ...more } })
const problems = (input: unknown) => {
  const read = readPolicy(input, ['EUR', 'JPY'])
  return read.ok ? [] : read.errors.map(({ path }) => path)
}

describe('a policy', () => {
  it('is stored with all digits of its currency', () => {
    const read = readPolicy(
      {
        currencies: {
          EUR: {
            autoApprove: { below: '50', sources: ['api', 'desk', 'api'] },
            rules: [{ ...rule, name: ' Large ' }],
            limits: { ...noLimits, payout: '5000.5' },
          },
          JPY: euro().currencies.EUR,
        },
        risk: { many_requests: 'high' },
      },
      ['EUR', 'JPY'],
    )
    expect(read).toEqual({
      ok: true,
      policy: {
        currencies: {
          EUR: {
            autoApprove: { below: '50.00', sources: ['desk', 'api'] },
            rules: [{ name: 'Large', source: 'any', from: '1000.00', approvers: 2 }],
            limits: { ...noLimits, payout: '5000.50' },
          },
          JPY: { autoApprove: { below: '0', sources: [] }, rules: [], limits: noLimits },
        },
        risk: { many_requests: 'high' },
      },
    })
  })

  it('may be empty', () => {
    expect(readPolicy(firstPolicy, ['EUR'])).toEqual({ ok: true, policy: firstPolicy })
  })

  it.each([
    [
      'a currency that is not paid here',
      { currencies: { USD: euro().currencies.EUR }, risk: {} },
      'currencies.USD',
    ],
    ['a check that does not exist', { currencies: {}, risk: { moon: 'high' } }, 'risk.moon'],
    [
      'a level that does not exist',
      { currencies: {}, risk: { many_requests: 'huge' } },
      'risk.many_requests',
    ],
    [
      'more digits than the currency has',
      euro({ rules: [{ ...rule, from: '1.005' }] }),
      'currencies.EUR.rules.0.from',
    ],
    [
      'an amount that is none',
      euro({ autoApprove: { below: 'all', sources: ['api'] } }),
      'currencies.EUR.autoApprove.below',
    ],
    [
      'automatic approval from nowhere',
      euro({ autoApprove: { below: '5', sources: [] } }),
      'currencies.EUR.autoApprove.sources',
    ],
    ['a rule without a name', euro({ rules: [{ ...rule, name: ' ' }] }), 'currencies.EUR.rules.0.name'],
    [
      'two rules of one name',
      euro({ rules: [rule, { ...rule, name: 'LARGE' }] }),
      'currencies.EUR.rules.1.name',
    ],
    [
      "the portal's own name",
      euro({ rules: [{ ...rule, name: 'High risk' }] }),
      'currencies.EUR.rules.0.name',
    ],
    [
      'a source that does not exist',
      euro({ rules: [{ ...rule, source: 'fax' }] }),
      'currencies.EUR.rules.0.source',
    ],
    ['nobody to agree', euro({ rules: [{ ...rule, approvers: 0 }] }), 'currencies.EUR.rules.0.approvers'],
    ['six approvers', euro({ rules: [{ ...rule, approvers: 6 }] }), 'currencies.EUR.rules.0.approvers'],
    ['half an approver', euro({ rules: [{ ...rule, approvers: 1.5 }] }), 'currencies.EUR.rules.0.approvers'],
    [
      'too many rules',
      euro({ rules: Array.from({ length: 21 }, (_, n) => ({ ...rule, name: String(n) })) }),
      'currencies.EUR.rules',
    ],
    ['a limit of zero', limits({ payout: '0.00' }), 'currencies.EUR.limits.payout'],
    [
      'a day below one payout',
      limits({ payout: '10', receiverDay: '9.99' }),
      'currencies.EUR.limits.receiverDay',
    ],
    [
      'a month below a day',
      limits({ receiverDay: '10', receiverMonth: '9' }),
      'currencies.EUR.limits.receiverMonth',
    ],
    [
      'a month below one payout',
      limits({ payout: '10', receiverMonth: '9' }),
      'currencies.EUR.limits.receiverMonth',
    ],
    [
      'an approver who may not approve the largest payout',
      limits({ payout: '10', approverDay: '9' }),
      'currencies.EUR.limits.approverDay',
    ],
    ['a field that does not exist', euro({ more: 1 }), 'currencies.EUR.more'],
    ['nothing at all', null, ''],
  ])('may not hold %s', (_what, input, path) => {
    expect(problems(input)).toContain(path)
  })

  it.each([
    [{ payout: '10', receiverDay: '10', receiverMonth: '10', approverDay: '10' }],
    [{ receiverMonth: '5', approverDay: '1' }],
    [{ receiverDay: '5' }],
  ])('may set limits alone or together: %j', (some) => {
    expect(problems(limits(some))).toEqual([])
  })
})
