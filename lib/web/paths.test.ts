import { expect, it } from 'vitest'
import { isFormPath } from './paths.ts'

it('only pages take forms', () => {
  expect(['/desk', '/sign-in', '/pay/t'].map(isFormPath)).toEqual([true, true, true])
  expect(['/api/v1/payouts', '/pay/t/return'].map(isFormPath)).toEqual([false, false])
})
