import { expect, it } from 'vitest'
import { pathAfterSignIn } from './path-after-sign-in.ts'

it('a person comes back to the page they wanted', () => {
  expect(pathAfterSignIn('approver', '/desk/payouts?status=paid&search=a%20b')).toBe(
    '/desk/payouts?status=paid&search=a%20b',
  )
  expect(pathAfterSignIn('receiver', '/withdraw?form=abc')).toBe('/withdraw?form=abc')
})

it('nobody is sent to a page that is not for them after signing in as somebody else', () => {
  expect(pathAfterSignIn('receiver', '/desk/payouts')).toBe('/withdrawals')
  expect(pathAfterSignIn('clerk', '/withdraw?form=abc')).toBe('/desk')
})

it('staff start on the desk and receivers with their withdrawals', () => {
  expect(pathAfterSignIn('auditor', '')).toBe('/desk')
  expect(pathAfterSignIn('receiver', '/')).toBe('/withdrawals')
  expect(pathAfterSignIn('clerk', '/sign-in?next=/sign-in')).toBe('/desk')
})

it.each([
  'https://evil.example',
  '//evil.example',
  '/\\evil.example',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/a\nb',
  'desk',
  '/desk\\..',
])('nobody is sent to %j', (next) => expect(pathAfterSignIn('approver', next)).toBe('/desk'))
