import { expect, it } from 'vitest'
import { afterDecision, asQuery, listPath, payoutPath, readList } from './list-address.ts'

const [one, two] = ['6f2d8f0e-53a1-4c5e-9d0f-2b7a1c9e4d11', '6f2d8f0e-53a1-4c5e-9d0f-2b7a1c9e4d12']
const list = 'status=paid&status=failed&search=Zo%C3%AB+%26+Co&cursor=17'

it('carries the page of the list in the address of the payout, and back', () => {
  const path = payoutPath(one, readList(list))
  const carried = readList(new URL(path, 'http://x').searchParams.get('list')!)!
  expect(carried.toString()).toBe(list)
  expect(asQuery(carried)).toEqual({ status: ['paid', 'failed'], search: ['Zoë & Co'], cursor: ['17'] })
  expect(listPath(carried)).toBe(`/desk/payouts?${list}`)
  expect(listPath(new URLSearchParams())).toBe('/desk/payouts')
  expect(payoutPath(one, null)).toBe(`/desk/payouts/${one}`)
  expect(readList(undefined)).toBeNull()
  expect(readList('x'.repeat(2_000))).toBeNull()
})

it('goes on to the next payout of the list after a decision, and nowhere else', () => {
  const onward = new URL(afterDecision({ list, next: two }, one, 'approved'), 'http://x')
  expect(onward.pathname).toBe(`/desk/payouts/${two}`)
  expect(Object.fromEntries(onward.searchParams)).toEqual({ decided: one, list })
  expect(afterDecision({ list: '', next: '' }, one, 'rejected')).toBe(`/desk/payouts/${one}?done=rejected`)
  for (const next of ['//evil.example', '../../account', `${two}/..`])
    expect(afterDecision({ list: '', next }, one, 'approved')).toBe(`/desk/payouts/${one}?done=approved`)
})
