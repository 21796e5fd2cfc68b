import { globSync } from 'node:fs'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { methodClassOf, routeClassOf, routeClasses, statusClassOf, streamClass } from './route-class.ts'

it('gives every page and route of the app a class of its own kind', () => {
  const files = globSync('app/**/{page.tsx,route.ts}').map((file) =>
    file.replace(/^app/, '').replace(/\/(page\.tsx|route\.ts)$/, ''),
  )
  expect(files.length).toBeGreaterThan(60)
  expect(files.filter((path) => routeClassOf(path) === 'other')).toEqual([])
})

it.each([
  ['/', '/'],
  ['/desk/payouts/0b7e8e9c-1f9d-4cf4-9a29-d0d9c4a6b2a1', '/desk'],
  ['/pay/AbCdEf0123456789AbCdEf0123456789AbCdEf01234/return', '/pay'],
  ['/api/pay/AbCdEf0123456789/events', streamClass],
  ['/api/desk/events', streamClass],
  ['/api/pay/AbCdEf0123456789/status', '/api/pay'],
  ['/api/v1/payouts/0b7e8e9c', '/api/v1/payouts'],
  ['/api/v1/receivers/someone@example.com/balances', '/api/v1/receivers'],
  ['/api/v1/events', '/api/v1/events'],
  ['/api/v1/secret', '/api/v1'],
  ['/api/cardzo/callback', '/api/cardzo'],
  ['/wp-login.php', 'other'],
  ['/api/x', 'other'],
])('%s is %s', (path, expected) => {
  expect(routeClassOf(path)).toBe(expected)
})

it('never takes anything of an address, a method or a status into its own words', () => {
  const part = fc.oneof(fc.constantFrom('api', 'v1', 'pay', 'desk', 'events', '..', ''), fc.string())
  fc.assert(
    fc.property(fc.array(part, { maxLength: 6 }), fc.string(), (parts, method) => {
      expect(routeClasses).toContain(routeClassOf(`/${parts.join('/')}`))
      expect(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'other']).toContain(
        methodClassOf(method),
      )
    }),
  )
  expect([statusClassOf(204, true), statusClassOf(503, true), statusClassOf(200, false)]).toEqual([
    '2xx',
    '5xx',
    'aborted',
  ])
})
