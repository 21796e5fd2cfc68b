import { describe, expect, it } from 'vitest'
import { isFormPath, isOurHost, listenerHeaders } from './listener.ts'

const appUrl = 'https://payouts.example.com'
const called = (host: string | undefined, path = '/sign-in', forwarded?: string, trusted = false) =>
  isOurHost(
    path,
    {
      ...(host !== undefined && { host }),
      ...(forwarded !== undefined && { 'x-forwarded-host': forwarded }),
    },
    appUrl,
    trusted,
  )

describe('the host', () => {
  it('is that of APP_URL, or a name of this machine', () => {
    for (const host of [
      'payouts.example.com',
      'PAYOUTS.example.com',
      'payouts.example.com:443',
      'localhost:3000',
      '127.0.0.1',
      '[::1]:3000',
    ])
      expect([host, called(host)]).toEqual([host, true])
    for (const host of [
      undefined,
      '',
      'evil.example',
      'payouts.example.com.evil.example',
      'payouts.example.com:8443',
      'payouts.example.com@evil.example',
      'evil.example/payouts.example.com',
      '10.0.0.1',
      'localhost.evil.example',
    ])
      expect([host, called(host)]).toEqual([host, false])
  })

  it('may be told by a trusted proxy, and by nobody else', () => {
    expect(called('web:3000', '/', 'payouts.example.com', true)).toBe(true)
    expect(called('web:3000', '/', 'payouts.example.com', false)).toBe(false)
    expect(called('payouts.example.com', '/', 'evil.example', true)).toBe(false)
    expect(called('payouts.example.com', '/', 'evil.example', false)).toBe(true)
  })

  it('does not matter to health, metrics, callbacks, who comes back from the bank, and systems with a key', () => {
    for (const path of [
      '/api/health/live',
      '/api/health/ready',
      '/api/metrics',
      '/api/cardzo/callback',
      '/pay/a-return-token/return',
      '/api/v1/payouts',
    ])
      expect(called('10.0.0.7:3000', path)).toBe(true)
    for (const path of ['/', '/pay/a-token', '/api/pay/a-token/status', '/api/auth/session', '/desk'])
      expect(called('10.0.0.7:3000', path)).toBe(false)
  })
})

describe('every answer', () => {
  it('insists on TLS for two years, names below too, exactly when the public address has it', () => {
    const sts = (url: string, path: string) =>
      new Map(listenerHeaders(url)(path)).get('Strict-Transport-Security')
    for (const path of ['/', '/api/v1/payouts', '/_next/static/x.js'])
      expect(sts(appUrl, path)).toBe('max-age=63072000; includeSubDomains')
    expect(sts('http://localhost:3000', '/')).toBeUndefined()
  })

  it('that is no page lets nothing run, load, be framed or be sent', () => {
    for (const path of ['/api/v1/payouts', '/api/metrics', '/_next/static/x.js', '/pay/x/return']) {
      const policy = new Map(listenerHeaders(appUrl)(path)).get('Content-Security-Policy')
      expect(policy).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    }
    expect(new Map(listenerHeaders(appUrl)('/desk')).has('Content-Security-Policy')).toBe(false)
  })
})

it('forms are for pages', () => {
  expect(['/desk', '/sign-in', '/pay/t'].map(isFormPath)).toEqual([true, true, true])
  expect(['/api/v1/payouts', '/pay/t/return'].map(isFormPath)).toEqual([false, false])
})
