import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readFields } from './answers.ts'
import { parseAnswerForm, percentEncode, writeForm } from './encoding.ts'
import { signRequest, verifyOAuth, writeFormAnswer } from './testing.ts'

// Any Unicode text, including astral characters. Lone surrogates can't be written as UTF-8 and have their own test.
const text = fc.string({ unit: 'binary' })
const name = fc
  .string({ unit: 'grapheme', minLength: 1 })
  .filter((each) => each === each.trim() && each !== '__proto__')
const fields = fc.dictionary(name, text, { minKeys: 1, maxKeys: 8 })
const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()

describe('round trips over any text', () => {
  it('percent-encoding is undone by decoding and uses only the allowed characters', () => {
    fc.assert(
      fc.property(text, (value) => {
        const encoded = percentEncode(value)
        expect(encoded).toMatch(/^([\w.~-]|%[0-9A-F]{2})*$/)
        expect(decodeURIComponent(encoded)).toBe(value.toWellFormed())
      }),
    )
  })

  it('a lone surrogate is signed as the same bytes that go over the wire', () => {
    const lone = 'a\uD83Db'
    expect(percentEncode(lone)).toBe('a%EF%BF%BDb')
    expect(writeForm({ lone })).toBe('lone=a%EF%BF%BDb')
  })

  it('a signature verifies after the body went through form encoding, and not after a change', async () => {
    const login = fc.string({ unit: 'grapheme', minLength: 1 })
    await fc.assert(
      fc.asyncProperty(fields, login, async (body, consumer) => {
        const url = 'https://gateway.example/paynet/api/v4/payout-check/1'
        const oauth = { login: consumer, nonce: 'n', timestamp: 1 }
        const authorization = await signRequest({ url, body: Object.entries(body) }, pem, oauth)
        const received = [...new URLSearchParams(writeForm(body))] as [string, string][]
        const request = { method: 'POST', url, authorization, body: received }
        expect(verifyOAuth(request, publicKey)).toMatchObject({ ok: true, consumerKey: consumer })
        const changed: [string, string][] = received.map(([field, value]) => [field, `${value}x`])
        expect(verifyOAuth({ ...request, body: changed }, publicKey).ok).toBe(false)
      }),
      { numRuns: 40 },
    )
  })

  it('a form-mode answer is read as it was meant, and trimmed', () => {
    fc.assert(
      fc.property(fields, (answer) => {
        const read = parseAnswerForm(writeFormAnswer(answer), false)
        expect(read.ok).toBe(true)
        const meant = Object.entries(answer).map(([field, value]) => [field, value.trim()])
        if (read.ok) expect(Object.fromEntries(read.fields)).toEqual(Object.fromEntries(meant))
      }),
    )
  })

  it('no body makes the reader throw', () => {
    const anyBody = fc.oneof(
      text,
      fc.string({ unit: fc.constantFrom('%', 'a', '=', '&', '+', '\n', '{', '"', '<') }),
    )
    fc.assert(
      fc.property(anyBody, fc.boolean(), (body, isWhole) => {
        expect(readFields({ body, received: { isWhole, problem: null } })).toHaveProperty('ok')
      }),
    )
  })

  it('a form-mode answer that is cut anywhere is never read with half an order id', () => {
    const whole = writeFormAnswer({
      type: 'async-response',
      'merchant-order-id': 'PO-1',
      'paynet-order-id': '6768788',
    })
    for (let length = 0; length < whole.length; length++) {
      const read = parseAnswerForm(whole.slice(0, length), false)
      if (read.ok) expect(read.fields.get('paynet-order-id')).toBeUndefined()
    }
  })
})
