import { expect, it } from 'vitest'
import { deriveClientOrderId } from './client-order-id.ts'
import { retryKeyOf } from './retry-payout.ts'

it('gives a retry the client_orderid that every version before gave it, so that a lost row leads back to its order', () => {
  const key = retryKeyOf('3f2b8c9e-0d14-4a6f-9b7e-5c1d2e3f4a5b')
  expect(key).toBe('anew:3f2b8c9e-0d14-4a6f-9b7e-5c1d2e3f4a5b')
  expect(deriveClientOrderId(key)).toBe('po-6uvcelbgdrebxg5qcwpaxa7whw7pms4r')
})
