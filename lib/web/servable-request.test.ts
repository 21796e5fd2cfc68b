import { expect, it } from 'vitest'
import { isServableMethod, servablePath } from './servable-request.ts'

it.each([
  ['/api/v1/payouts?receiver=%ZZ', '/api/v1/payouts?receiver=%ZZ'],
  ['/pay/%C5%BC', '/pay/%C5%BC'],
  ['/pay/%ZZ', '/pay/%25ZZ'],
  ['/pay/%FF/return?a=%41', '/pay/%25FF/return?a=%41'],
  ['/pay/%', '/pay/%25'],
  ['/a%41%', '/a%2541%25'],
])('serves %s as %s', (asked, served) => {
  expect(servablePath(asked)).toBe(served)
})

it('does not serve TRACE', () => {
  expect(isServableMethod('TRACE')).toBe(false)
  expect(isServableMethod('POST')).toBe(true)
})
