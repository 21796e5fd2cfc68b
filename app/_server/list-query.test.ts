import { describe, expect, it } from 'vitest'
import { payoutListQuery } from '#lib/contract/list-query.ts'
import { readQuery } from './list-query.ts'

const read = (query: string) => readQuery(payoutListQuery, new URLSearchParams(query))

describe('the query of the payout list', () => {
  it('asks for everything when nothing is given', () => {
    expect(read('')).toEqual({ ok: true, query: {} })
  })

  it('takes every parameter, and status more than once', () => {
    expect(read('status=paid&status=declined&receiver=cust-42&limit=100&cursor=7')).toEqual({
      ok: true,
      query: { status: ['paid', 'declined'], receiver: 'cust-42', limit: 100, cursor: '7' },
    })
  })

  it('reads times with their zone', () => {
    const at = encodeURIComponent('2026-11-01T00:00:00+01:00')
    expect(read(`currency=EUR&from=${at}&to=2026-11-30T00:00:00.5Z`)).toEqual({
      ok: true,
      query: {
        currency: 'EUR',
        from: new Date('2026-10-31T23:00:00Z'),
        to: new Date('2026-11-30T00:00:00.500Z'),
      },
    })
  })

  it.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=050', 'limit'],
    ['limit=1e1', 'limit'],
    ['limit=', 'limit'],
    ['limit=5&limit=5', 'limit'],
    ['cursor=1&cursor=2', 'cursor'],
    ['receiver=a&receiver=b', 'receiver'],
    ['receiver=', 'receiver'],
    ['receiver=%00', 'receiver'],
    [`receiver=${'x'.repeat(129)}`, 'receiver'],
    ['status=gone', 'status'],
    ['status=', 'status'],
    ['status=paid,declined', 'status'],
    ['statuses=paid', 'statuses'],
    ['currency=eur', 'currency'],
    ['currency=', 'currency'],
    ['from=2026-11-01', 'from'],
    ['from=2026-11-01T00:00:00', 'from'],
    ['from=2026-02-30T00:00:00Z', 'from'],
    ['to=0000-01-01T00:00:00Z', 'to'],
    ['to=9999-12-31T23:00:00-05:00', 'to'],
  ])('refuses %s and names the parameter', (query, path) => {
    expect(read(query)).toEqual({ ok: false, errors: [{ path, message: expect.any(String) as string }] })
  })
})
