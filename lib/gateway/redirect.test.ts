import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { checkRedirect } from './redirect.ts'

const policy = {
  allowedHosts: ['bank.example', 'forms.bank.example:8443'],
  gatewayOrigin: 'https://gate.example',
  gatewayOnLoopback: false,
}
const local = { allowedHosts: [], gatewayOrigin: 'http://127.0.0.1:4000', gatewayOnLoopback: true }

describe('the address of the bank form', () => {
  it.each([
    'https://bank.example/form?id=1',
    'https://BANK.example/form',
    'https://bank.example:443/form',
    'https://forms.bank.example:8443/',
    'https://gate.example/form',
  ])('is trusted: %s', (url) => {
    expect(checkRedirect(url, policy).ok).toBe(true)
  })

  it.each([
    ['javascript:alert(1)'],
    ['data:text/html,hello'],
    ['//evil.example'],
    ['/relative'],
    ['http://bank.example/form'],
    ['https://evil.example/'],
    ['https://bank.example.evil.example/'],
    ['https://good.bank.example/'],
    ['https://bank.example@evil.example/'],
    ['https://user:pass@bank.example/'],
    ['https://@bank.example/'],
    ['https://bank.example:8443/'],
    ['https://forms.bank.example/'],
    ['https://93.184.216.34/'],
    ['https://bаnk.example/'], // a Cyrillic a
    ['https://xn--bnk-5cd.example/'],
    ['https://bank.example/\r\nSet-Cookie: a=b'],
    ['https://bank.example\\@evil.example/'],
    ['https://bank.example\t/'],
    [' https://bank.example/'],
    ['https://'],
    [''],
    [`https://bank.example/${'x'.repeat(10_000)}`],
  ])('is refused: %s', (url) => {
    const checked = checkRedirect(url, policy)
    expect(checked.ok).toBe(false)
    if (!checked.ok) expect(checked.why).toMatch(/\.$/)
  })

  it('may have 8,000 characters', () => {
    const long = (length: number) => 'https://bank.example/f?r='.padEnd(length, 'x')
    expect(checkRedirect(long(2049), policy)).toEqual({ ok: true, url: long(2049) })
    expect(checkRedirect(long(8000), policy)).toEqual({ ok: true, url: long(8000) })
    expect(checkRedirect(long(8001), policy).ok).toBe(false)
  })

  it('may be http only for a gateway on loopback, on its own port', () => {
    expect(checkRedirect('http://127.0.0.1:4000/bank/1', local).ok).toBe(true)
    expect(checkRedirect('http://127.0.0.1:4001/bank/1', local).ok).toBe(false)
    expect(checkRedirect('http://localhost:4000/bank/1', local).ok).toBe(false)
    expect(
      checkRedirect('http://gate.example/x', { ...policy, gatewayOrigin: 'http://gate.example' }).ok,
    ).toBe(false)
  })

  it('only ever leads to an allowed host, whatever Cardzo writes', () => {
    const parts = fc.constantFrom(
      'https:',
      'http:',
      '//',
      '/',
      '\\',
      '@',
      'bank.example',
      'evil.example',
      ':',
      '443',
      '#',
      '?',
      '%40',
      '.',
    )
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 10 }), (pieces) => {
        const checked = checkRedirect(pieces.join(''), policy)
        if (checked.ok) expect(['bank.example', 'gate.example']).toContain(new URL(checked.url).host)
      }),
      { numRuns: 2000 },
    )
  })
})
