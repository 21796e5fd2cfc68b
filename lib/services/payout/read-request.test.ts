import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { payoutRequestSchema } from '#lib/contract/payout.ts'
import type { Config } from '#lib/services/ports.ts'
import { deriveClientOrderId } from './client-order-id.ts'
import { problemsOf, readRequest } from './read-request.ts'
import { requestHash } from './request-hash.ts'

const config: Config = {
  appUrl: 'https://pay.example',
  currencies: ['EUR', 'JPY'],
  requiredFields: ['account_number', 'bank_name', 'first_name'],
  endpoint: '1',
  pollIntervalMs: 4000,
  timeoutMs: 30_000,
  leaseMarginMs: 30_000,
  validationOldAfterMs: 86_400_000,
  linkSecret: 'x',
  merchantName: null,
  demoMailbox: false,
}

const request = (more: Record<string, unknown> = {}) =>
  readRequest(
    payoutRequestSchema.parse({
      amount: '100.50',
      currency: 'EUR',
      receiver: { externalId: 'cust-42', firstName: 'Ada' },
      destination: { account_number: 'DE89', bank_name: 'Bank' },
      ...more,
    }),
  )

const paths = (more: Record<string, unknown>) =>
  problemsOf(config, request(more), null).map(({ path }) => path)

describe('a request for a payout', () => {
  it('is fine when it names everything that the bank needs', () => {
    expect(problemsOf(config, request(), null)).toEqual([])
  })

  it.each([
    ['another currency', { currency: 'GBP' }, ['currency']],
    ['something that is no amount', { amount: 'ten' }, ['amount']],
    ['yen with cents', { amount: '1.50', currency: 'JPY' }, ['amount']],
    ['a missing field', { destination: { account_number: 'DE89' } }, ['destination.bank_name']],
    [
      'a field nobody uses',
      { destination: { account_number: 'D', bank_name: 'B', iban: 'x' } },
      ['destination.iban'],
    ],
    ['no first name anywhere', { receiver: { externalId: 'c' } }, ['destination.first_name']],
    [
      'a value that is too long',
      { destination: { account_number: 'D'.repeat(65), bank_name: 'B' } },
      ['destination.account_number'],
    ],
  ])('is told about %s', (_what, more, expected) => {
    expect(paths(more)).toEqual(expected)
  })

  it.each([
    ['a number as amount', { amount: 100.5 }],
    ['an unknown field', { extra: 1 }],
    ['an unknown field of the receiver', { receiver: { externalId: 'c', role: 'admin' } }],
    ['a NUL byte', { description: 'a\u0000b' }],
    ['an empty destination value', { destination: { account_number: ' ', bank_name: 'B' } }],
    ['a bad e-mail', { receiver: { externalId: 'c', email: 'nobody' } }],
    ['nested metadata', { metadata: { a: { b: 1 } } }],
  ])('is refused for its shape: %s', (_what, more) => {
    expect(() => request(more)).toThrow()
  })

  it('is the same request whatever the order of its keys and the zeros of its amount', () => {
    const a = request({ metadata: { x: 1, y: 2 } })
    const b = request({ metadata: { y: 2, x: 1 }, amount: '100.5' })
    expect(requestHash(a)).toBe(requestHash(b))
    expect(requestHash(a)).not.toBe(requestHash(request({ amount: '100.51', metadata: { x: 1, y: 2 } })))
    expect(requestHash(a)).not.toBe(requestHash(request({ metadata: { x: 1 } })))
  })

  it('leads to one order id for one key, and another for another', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(deriveClientOrderId(a)).toMatch(/^po-[a-z2-7]{32}$/)
        expect(deriveClientOrderId(a) === deriveClientOrderId(b)).toBe(a === b)
      }),
    )
  })
})
