import { describe, expect, it } from 'vitest'
import { readListQuery } from './list-query.ts'

const read = (query: string) => readListQuery(new URLSearchParams(query))

describe('the query of the payout list', () => {
  it('asks for everything when nothing is given', () => {
    expect(read('')).toEqual({ ok: true, query: {} })
  })

  it('takes every parameter, and status more than once', () => {
    expect(read('status=paid&status=declined&receiver=cust-42&limit=100&cursor=7')).toEqual({
      ok: true,
      query: { statuses: ['paid', 'declined'], receiver: 'cust-42', limit: 100, cursor: '7' },
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
  ])('refuses %s and names the parameter', (query, path) => {
    expect(read(query)).toEqual({ ok: false, errors: [{ path, message: expect.any(String) as string }] })
  })
})
