import { describe, expect, it } from 'vitest'
import { isOurHost } from './our-host.ts'

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

  it('may be named by a trusted proxy only', () => {
    expect(called('web:3000', '/', 'payouts.example.com', true)).toBe(true)
    expect(called('web:3000', '/', 'payouts.example.com', false)).toBe(false)
    expect(called('payouts.example.com', '/', 'evil.example', true)).toBe(false)
    expect(called('payouts.example.com', '/', 'evil.example', false)).toBe(true)
  })

  it('does not matter for health, metrics, callbacks, the return from the bank, and systems with a key', () => {
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
