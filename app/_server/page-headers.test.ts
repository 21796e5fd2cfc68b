import { describe, expect, it } from 'vitest'
import { contentSecurityPolicy, pageHeaders } from './page-headers.ts'

describe('the headers of a page', () => {
  const strict = { https: true, development: false }

  it('let only scripts and styles with this nonce run', () => {
    const policy = contentSecurityPolicy('abc', strict)
    expect(policy).not.toContain('unsafe')
    expect(policy).toContain("script-src 'self' 'nonce-abc' 'strict-dynamic'")
    expect(policy).toContain("frame-ancestors 'none'")
  })

  it('tell browsers to insist on TLS exactly when the public address has it', () => {
    expect(pageHeaders('/', 'n', strict)['strict-transport-security']).toMatch(
      /^max-age=(\d{8,}); includeSubDomains$/,
    )
    expect(pageHeaders('/', 'n', { https: false, development: false })).not.toHaveProperty(
      'strict-transport-security',
    )
  })

  it('keep the address of a status page from other sites and from search engines', () => {
    expect(pageHeaders('/pay/token', 'n', strict)).toMatchObject({
      'referrer-policy': 'no-referrer',
      'x-robots-tag': 'noindex, nofollow',
      'cache-control': 'private, no-store',
    })
  })
})
