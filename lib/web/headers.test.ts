import { describe, expect, it } from 'vitest'
import { headersOn } from './headers.ts'

const appUrl = 'https://payouts.example.com'

describe('every answer', () => {
  it('requires TLS for two years, for subdomains too, exactly if the public address has it', () => {
    const sts = (url: string, path: string) => new Map(headersOn(url)(path)).get('Strict-Transport-Security')
    for (const path of ['/', '/api/v1/payouts', '/_next/static/x.js'])
      expect(sts(appUrl, path)).toBe('max-age=63072000; includeSubDomains')
    expect(sts('http://localhost:3000', '/')).toBeUndefined()
  })

  it('that is not a page lets nothing run, load, be framed or be sent', () => {
    for (const path of ['/api/v1/payouts', '/api/metrics', '/_next/static/x.js', '/pay/x/return']) {
      const policy = new Map(headersOn(appUrl)(path)).get('Content-Security-Policy')
      expect(policy).toBe("default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
    }
    expect(new Map(headersOn(appUrl)('/desk')).has('Content-Security-Policy')).toBe(false)
  })

  it('about health names the build, and no other does', () => {
    const version = (path: string) => new Map(headersOn(appUrl, 'abc')(path)).get('X-Portal-Version')
    expect(version('/api/health/live')).toBe('abc')
    for (const path of ['/', '/desk', '/api/v1/payouts', '/api/healthy'])
      expect(version(path)).toBeUndefined()
    expect(new Map(headersOn(appUrl)('/api/health/live')).has('X-Portal-Version')).toBe(false)
  })
})
