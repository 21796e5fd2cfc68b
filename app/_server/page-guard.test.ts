import { describe, expect, it } from 'vitest'
import { isTooLong, judgeRequest, newAddress } from './page-guard.ts'

const appUrl = 'https://payouts.example.com'
const form = { 'content-type': 'application/x-www-form-urlencoded', host: 'payouts.example.com' }
const judge = (method: string, headers: Record<string, string> = {}) =>
  judgeRequest(method, new Headers(headers), appUrl)

describe('a page', () => {
  it('can be viewed by anybody', () => {
    expect([judge('GET'), judge('HEAD')]).toEqual(['page', 'page'])
  })

  it.each(['PUT', 'DELETE', 'PATCH', 'OPTIONS', 'TRACE'])('takes no %s', (method) => {
    expect(judge(method, { ...form, origin: appUrl })).toBe('method_not_allowed')
  })

  it('takes no POST that is not a form', () => {
    expect(judge('POST', { origin: appUrl })).toBe('method_not_allowed')
    expect(judge('POST', { origin: appUrl, 'content-type': 'application/json' })).toBe('method_not_allowed')
  })

  it.each([
    ['its public address', { origin: appUrl }],
    ['a page of ours that hides its address', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
  ])('takes its own form from %s', (_where, headers) => {
    expect(judge('POST', { ...form, ...headers })).toBe('action')
    const script = { host: form.host, 'content-type': 'text/plain;charset=UTF-8', 'next-action': 'x' }
    expect(judge('POST', { ...script, ...headers })).toBe('action')
  })

  it.each([
    ['nowhere', {}],
    ['a hidden frame', { origin: 'null' }],
    ['a hidden frame elsewhere', { origin: 'null', 'sec-fetch-site': 'cross-site' }],
    ['another site', { origin: 'https://evil.example' }],
    ['another port', { origin: 'https://payouts.example.com:8443' }],
    ['our name without TLS', { origin: 'http://payouts.example.com' }],
    [
      'our name without TLS, by which we were called',
      { origin: 'http://payouts.example.com', host: 'payouts.example.com' },
    ],
    ['the host it is called by', { origin: 'http://10.0.0.5:3000', host: '10.0.0.5:3000' }],
    ['this machine', { origin: 'http://127.0.0.1:3000', host: '127.0.0.1:3000' }],
    ['a longer name', { origin: 'https://payouts.example.com.evil.example' }],
    ['noise', { origin: 'payouts.example.com' }],
  ])('refuses a form from %s', (_where, headers) => {
    expect(judge('POST', { ...form, ...headers })).toBe('foreign')
  })
})

describe('a portal on this machine', () => {
  const from = (origin: string, host: string) =>
    judgeRequest('POST', new Headers({ ...form, origin, host }), 'http://localhost:3000')

  it('is one under its three names, with the same scheme and port', () => {
    expect(from('http://localhost:3000', 'localhost:3000')).toBe('action')
    expect(from('http://127.0.0.1:3000', '127.0.0.1:3000')).toBe('action')
    for (const [origin, host] of [
      ['https://localhost:3000', 'localhost:3000'],
      ['http://127.0.0.1:3001', '127.0.0.1:3000'],
      ['http://evil.example:3000', 'evil.example:3000'],
      ['http://10.0.0.1:3000', '10.0.0.1:3000'],
    ] as const)
      expect(from(origin, host)).toBe('foreign')
  })
})

it('knows the new address of a page that was renamed, and of what is below it', () => {
  expect(newAddress('/desk/rules')).toBe('/desk/policy')
  expect(newAddress('/desk/rules/history/7')).toBe('/desk/policy/history/7')
  for (const path of ['/desk/policy', '/desk/rulesx', '/desk', '/pay/desk/rules'])
    expect(newAddress(path)).toBeNull()
})

describe('a form', () => {
  const tooLong = (path: string, length?: string) =>
    isTooLong(path, new Headers(length === undefined ? {} : { 'content-length': length }))

  it('has at most 64 KiB, a file of grants more', () => {
    expect([tooLong('/withdraw', '65536'), tooLong('/withdraw', '65537')]).toEqual([false, true])
    expect(tooLong('/desk/balances/import', String(5 * 1024 * 1024))).toBe(false)
    expect(tooLong('/desk/balances/import', String(7 * 1024 * 1024))).toBe(true)
    expect(tooLong('/withdraw')).toBe(false)
    for (const length of ['', '-1', 'x']) expect(tooLong('/withdraw', length)).toBe(true)
  })
})
