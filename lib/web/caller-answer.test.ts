import { describe, expect, it } from 'vitest'
import { loopback } from '#lib/runtime/addresses.ts'
import { callerAnswer, readCallerSeen } from './caller-answer.ts'
import { callerOf } from './client-ip.ts'

const metricsToken = 'token-that-nobody-guesses'
const env = { metricsToken, trustedProxyHops: 1, appUrl: 'https://payouts.example.com' }

function answer(
  headers: Record<string, string>,
  given: Partial<typeof env> | { metricsToken: undefined } = {},
) {
  const caller = callerOf('127.0.0.1', headers, { hops: 1, trusted: loopback })
  return callerAnswer(caller, headers, { ...env, ...given })
}
const token = { authorization: `Bearer ${metricsToken}` }

describe('how a web server saw a request', () => {
  it('is told to the holder of METRICS_TOKEN alone', () => {
    expect(answer({ host: 'payouts.example.com' })).toBeUndefined()
    expect(answer({ authorization: 'Bearer something else' })).toBeUndefined()
    expect(answer(token, { metricsToken: undefined })).toBeUndefined()
    expect(answer(token)).toBeDefined()
  })

  it('names the address that counts, how many proxies there were, and whether the name fits', () => {
    const seen = answer({
      ...token,
      host: 'payouts.example.com',
      'x-forwarded-for': '192.0.2.77, 198.51.100.1',
    })
    expect(seen).toEqual({
      address: '198.51.100.1',
      forwardedFor: 2,
      hops: 1,
      mismatch: null,
      hostFits: true,
    })
    expect(readCallerSeen(JSON.stringify(seen))).toEqual(seen)
    expect(answer({ ...token, host: 'inside.example', forwarded: 'for=x' })).toMatchObject({
      forwardedFor: 0,
      hostFits: false,
      mismatch: expect.stringContaining('fewer addresses') as string,
    })
    for (const text of ['', 'not found', '{"address":1}']) expect(readCallerSeen(text)).toBeNull()
  })
})
