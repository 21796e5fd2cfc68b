import { describe, expect, it } from 'vitest'
import { readPolicy } from '#lib/contract/policy.ts'
import { noLimits } from '#lib/payouts/policy.ts'
import type { Policy } from '#lib/payouts/policy.ts'
import { policyDifference } from '#lib/payouts/policy-facts.ts'
import { changeRows, draftFrom, draftOf, emptyRule, inputOf, policyFrom } from './draft.ts'
import type { Draft } from './draft.ts'

const currencies = ['EUR', 'JPY']
const policy: Policy = {
  currencies: {
    EUR: {
      autoApprove: { below: '50.00', sources: ['desk', 'api'], dayCap: '900.00' },
      rules: [
        { name: 'Large', source: 'any', from: '1000.00', approvers: 2 },
        { name: 'Desk', source: 'desk', from: '0.00', approvers: 3, role: 'admin' },
      ],
      limits: { ...noLimits, payout: '9000.00' },
    },
  },
  risk: { many_requests: 'high' },
}

/** As a browser sends it. */
function sent(draft: Draft): FormData {
  const form = new FormData()
  for (const [code, own] of Object.entries(draft.currencies)) {
    form.set(`${code}.autoApprove.below`, own.below)
    form.set(`${code}.autoApprove.dayCap`, own.dayCap)
    form.set(`${code}.autoApprove.keyDayCap`, own.keyDayCap)
    for (const source of own.sources) form.append(`${code}.autoApprove.sources`, source)
    form.set(`${code}.rules`, String(own.rules.length))
    own.rules.forEach((rule, index) => {
      for (const [name, value] of Object.entries(rule)) form.set(`${code}.rules.${index}.${name}`, value)
    })
    for (const [which, value] of Object.entries(own.limits)) form.set(`${code}.limits.${which}`, value)
  }
  for (const [id, level] of Object.entries(draft.risk)) form.set(`risk.${id}`, level)
  form.set('reason', draft.reason)
  return form
}

describe('the form of the policy', () => {
  it('asks for what is in force when nothing was typed', () => {
    const draft = draftOf(policy, currencies)
    expect(draftFrom(sent(draft), currencies)).toEqual(draft)
    const read = readPolicy(policyFrom(draft), currencies)
    if (!read.ok) throw new Error(JSON.stringify(read.errors))
    expect(policyDifference(policy, read.policy)).toEqual([])
  })

  it('adds and removes rules, one row at a time, and keeps everything else', () => {
    const draft = draftOf(policy, currencies)
    const added = changeRows(draft, 'add:JPY')
    expect(added).toMatchObject({ currency: 'JPY', draft: { currencies: { JPY: { rules: [emptyRule] } } } })
    expect(added?.draft.currencies['EUR']).toEqual(draft.currencies['EUR'])
    const removed = changeRows(draft, 'remove:EUR:0')
    expect(removed?.draft.currencies['EUR']?.rules.map(({ name }) => name)).toEqual(['Desk'])
    for (const other of ['propose', 'add:GBP', 'remove:EUR', 'remove:EUR:x', 'add:eur'])
      expect(changeRows(draft, other)).toBeNull()
  })

  it('forgets rows that were left empty, and takes an empty amount for every amount', () => {
    const draft = draftOf(policy, currencies)
    const own = draft.currencies['EUR']
    if (!own) throw new Error('no EUR')
    own.rules = [emptyRule, { ...emptyRule, name: 'All' }]
    own.below = ''
    const back = draftFrom(sent(draft), currencies)
    expect(back.currencies['EUR']?.rules).toEqual([{ ...emptyRule, name: 'All' }])
    expect(policyFrom(back)).toMatchObject({
      currencies: { EUR: { autoApprove: { below: '0' }, rules: [{ name: 'All', from: '0', approvers: 2 }] } },
    })
  })

  it('is not misled by what no form sends', () => {
    const form = new FormData()
    form.set('EUR.rules', '99999999')
    form.set('EUR.autoApprove.sources', 'fax')
    const draft = draftFrom(form, currencies)
    expect(draft.currencies['EUR']).toMatchObject({ rules: [], sources: [] })
    expect(readPolicy(policyFrom(draft), currencies).ok).toBe(true)
  })

  it('finds the input of a problem', () => {
    expect(inputOf('currencies.EUR.rules.0.from')).toBe('EUR.rules.0.from')
    expect(inputOf('reason')).toBe('reason')
  })
})
