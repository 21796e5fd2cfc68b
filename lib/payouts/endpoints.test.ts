import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { endpointFor, payableCurrencies } from './endpoints.ts'
import type { Endpoint, EndpointRoute } from './endpoints.ts'

const endpoint = (id: number, currencies: string[], active = true): Endpoint => ({
  id,
  name: `Endpoint ${id}`,
  source: id === 1 ? 'environment' : 'desk',
  kind: 'endpoint',
  cardzoId: String(id),
  baseUrl: 'https://gate.example/paynet',
  login: 'shop',
  currencies,
  fields: [],
  redirectHosts: [],
  maxRequestsPerS: 10,
  balance: null,
  lowMarks: {},
  active,
  version: 1,
})
const route = (endpointId: number, more: Partial<EndpointRoute> = {}): EndpointRoute => ({
  currency: null,
  source: null,
  endpointId,
  ...more,
})
const asked = { currency: 'EUR', source: 'api' } as const

describe('the endpoint of a new payout', () => {
  const two = [endpoint(1, ['EUR', 'USD']), endpoint(2, ['USD', 'EUR', 'JPY'])]

  it('is the first active one that pays the currency', () => {
    const idOf = (currency: string, endpoints = two) =>
      endpointFor({ endpoints, routes: [] }, { ...asked, currency })?.id
    expect(['EUR', 'USD', 'JPY', 'GBP'].map((currency) => idOf(currency))).toEqual([1, 1, 2, undefined])
    expect(idOf('EUR', [endpoint(1, ['EUR'], false), endpoint(2, ['EUR'])])).toBe(2)
  })

  it('is that of the first route that fits', () => {
    const routes = [route(2, { currency: 'EUR', source: 'desk' }), route(1, { currency: 'EUR' }), route(2)]
    const idOf = (currency: string, source: 'api' | 'desk') =>
      endpointFor({ endpoints: two, routes }, { currency, source })?.id
    expect([idOf('EUR', 'desk'), idOf('EUR', 'api'), idOf('USD', 'api')]).toEqual([2, 1, 2])
  })

  it('is never one that is inactive or does not pay the currency, whatever the routes say', () => {
    const currencies = fc.subarray(['EUR', 'USD', 'JPY'])
    const endpoints = fc
      .array(fc.record({ currencies, active: fc.boolean() }), { maxLength: 4 })
      .map((given) => given.map((one, at) => endpoint(at + 1, one.currencies, one.active)))
    const routes = fc.array(
      fc.record({
        currency: fc.constantFrom(null, 'EUR', 'USD'),
        source: fc.constantFrom(null, 'api' as const, 'desk' as const),
        endpointId: fc.integer({ min: 1, max: 5 }),
      }),
      { maxLength: 4 },
    )
    fc.assert(
      fc.property(endpoints, routes, fc.constantFrom('EUR', 'USD', 'GBP'), (all, ordered, currency) => {
        const found = endpointFor({ endpoints: all, routes: ordered }, { currency, source: 'api' })
        const pays = payableCurrencies({ endpoints: all, routes: ordered }).includes(currency)
        expect(found !== null).toBe(pays)
        if (found) expect(found.active && found.currencies.includes(currency)).toBe(true)
      }),
    )
  })
})
