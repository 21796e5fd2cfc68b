import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { pauseAfter, pausesMs } from '#lib/payouts/webhook-events.ts'
import { freshSecret, signedHeaders } from './sign-webhook.ts'

const body = '{"type":"payout.paid","name":"Łódź"}'
const headersBy = (secrets: string[], atMs = Date.now()) =>
  signedHeaders({ id: 'evt_7', body, atMs }, secrets)

describe('a signature', () => {
  it('is right by the library of the specification, with either secret while both sign', () => {
    const [current, previous, stranger] = [freshSecret(), freshSecret(), freshSecret()]
    const headers = headersBy([current, previous])
    expect(new Webhook(current).verify(body, headers)).toEqual(JSON.parse(body))
    expect(new Webhook(previous).verify(body, headers)).toEqual(JSON.parse(body))
    expect(() => new Webhook(stranger).verify(body, headers)).toThrow('No matching signature')
  })

  it('covers the body, the id and the time, and is refused when it is old', () => {
    const secret = freshSecret()
    const headers = headersBy([secret])
    const verify = (more: Record<string, string>, said = body) =>
      new Webhook(secret).verify(said, { ...headers, ...more })
    expect(() => verify({}, body.replace('paid', 'failed'))).toThrow()
    expect(() => verify({ 'webhook-id': 'evt_8' })).toThrow()
    expect(() => verify({ 'webhook-timestamp': String(Number(headers['webhook-timestamp']) + 1) })).toThrow()
    expect(() => new Webhook(secret).verify(body, headersBy([secret], Date.now() - 600_000))).toThrow(
      'too old',
    )
  })

  it('is made with 32 random bytes', () => {
    const secret = freshSecret()
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(freshSecret()).not.toBe(secret)
  })
})

describe('the pauses between attempts', () => {
  it('grow to a day, last more than three days together, and then there are no more', () => {
    const pauses = pausesMs.map((_, index) => pauseAfter(index + 1, 0.5) ?? 0)
    expect(pauses).toEqual([...pauses].sort((a, b) => a - b))
    expect(pauses.reduce((sum, one) => sum + one, 0) / 3_600_000).toBeGreaterThan(72)
    expect(pauseAfter(pausesMs.length + 1, 0.5)).toBeNull()
  })

  it('differ by a fifth, and are not shorter than the receiver asks', () => {
    expect([pauseAfter(1, 0), pauseAfter(1, 1)]).toEqual([4_000, 6_000])
    expect(pauseAfter(1, 0.5, 60_000)).toBe(60_000)
    expect(pauseAfter(1, 0.5, 10 * 24 * 3_600_000)).toBe(24 * 3_600_000)
  })
})
