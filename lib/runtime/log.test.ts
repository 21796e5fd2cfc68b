import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Log } from '#lib/services/ports.ts'
import { reportError, takeOverConsole } from './error-hook.ts'
import { scrub, scrubText } from './log.ts'

it('keeps no secret, however deep it lies or whatever its name is spelled like', () => {
  const scrubbed = JSON.stringify(
    scrub({
      headers: { Authorization: 'Bearer abc-secret', 'set-cookie': ['s=abc-secret'] },
      user: { password: 'abc-secret', account_number: 'abc-secret', more: [{ privateKeyPem: 'abc-secret' }] },
      control: 'abc-secret',
      why: 'asked with Authorization: OAuth oauth_signature="abc-secret"',
      url: 'postgresql://portal:abc-secret@db/portal',
    }),
  )
  expect(scrubbed).not.toContain('abc-secret')
  expect(scrubbed).toContain('portal')
})

it('cuts link tokens out of paths, and says what is left', () => {
  const token = 'A1b2_-'.repeat(7)
  expect(scrub({ path: `/pay/${token}/return`, link: `https://p.example/sign-in/link/${token}` })).toEqual({
    path: '/pay/[token]/return',
    link: 'https://p.example/sign-in/link/[token]',
  })
})

it('cuts secrets out of errors too, and survives an object that contains itself', () => {
  const loop: Record<string, unknown> = { payoutId: 'p1' }
  loop['self'] = loop
  const error = new Error(
    'refused at postgresql://u:abc-secret@db -----BEGIN RSA PRIVATE KEY-----\nabc-secret',
  )
  expect(JSON.stringify(scrub({ err: error, loop }))).not.toContain('abc-secret')
  expect(scrub({ loop })).toMatchObject({ loop: { payoutId: 'p1' } })
})

const account = 'DE89370400440532013000'
const control = '0123456789abcdef0123456789abcdef01234567'
const token = () => `aA1${randomBytes(30).toString('base64url')}`

it.each([
  ['a callback address', `GET /api/cardzo/callback?status=approved&control=${control}`, control],
  ['a bare control value', `wrong control ${control} for 6768788`, control],
  ['an API key', 'key cpp_abcdefghijklmnopqrstuvwxyz0123456789 is unknown', 'abcdefghijklmnop'],
  ['an invitation', 'https://p.example/invite/abcdefghijklmnopqrstuvwxyz', 'abcdefghijklmnop'],
  ['an IBAN with blanks', 'no account DE89 3704 0044 0532 0130 00', '0044 0532'],
  ['a local account', 'no account 12-3456-7890123-00', '7890123'],
  ['a named account', 'destination { "account_number":"12345678" }', '12345678'],
  ['a query', "select * where account_number='12345678'", '12345678'],
  ['a password in an object', "{ password: 'hunter2!' }", 'hunter2'],
  ['a cookie', 'cookie=abc-secret; path=/', 'abc-secret'],
])('cuts %s out of any text', (_what, text, secret) => {
  expect(scrubText(text)).not.toContain(secret)
  const error = new Error(text)
  error.stack = `Error: ${text}\n    at run (/app/lib/x.ts:1:2)`
  expect(JSON.stringify(scrub({ err: error }))).not.toContain(secret)
  expect(JSON.stringify(scrub({ err: error }))).toContain('lib/x.ts:1:2')
})

it('cuts every token of ours out of every text, and leaves what people look for', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('', 'at ', '"', '/x/', '=', '('),
      fc.constantFrom('', ' ', '"', ')', '.'),
      (a, b) => {
        const secret = token()
        expect(scrubText(`${a}${secret}${b}`)).not.toContain(secret)
      },
    ),
  )
  for (const text of [
    'AUTH_SECRET: is missing. Set it to at least 16 random characters.',
    'invalid input syntax for type uuid: "x" at /app/node_modules/next/dist/server/app-render/app-render.js:1051:13',
    'payout de893704-4005-4320-8300-012345678901 is paying since 2026-11-26T01:34:00.123Z',
    'worker-1a2b3c4d leased 16 payouts of 10.0.0.1:5432',
  ])
    expect(scrubText(text)).toBe(text)
  expect(
    scrub({ orderId: '1234567890', payoutIds: ['1234567890'], clientOrderId: 'po-1', hash: 'a'.repeat(64) }),
  ).toEqual({
    orderId: '1234567890',
    payoutIds: ['1234567890'],
    clientOrderId: 'po-1',
    hash: 'a'.repeat(64),
  })
})

it('takes what a library prints into the log, and an error that was reported only once', () => {
  const lines: { facts: Record<string, unknown>; message: string }[] = []
  const write: Log['error'] = (facts, message) => lines.push({ facts, message })
  const log: Log = { info: write, warn: write, error: write }
  const printed: Pick<Console, 'error' | 'warn'> = { error: () => undefined, warn: () => undefined }
  takeOverConsole(log, printed)
  const known = new Error(`reported, with ${account}`)
  reportError(log, known, { route: '/desk' }, 'unexpected error in a request')
  printed.error(known)
  printed.error('⨯', new Error('printed'), { more: 1 })
  printed.warn('%s is old', 'x')
  expect(lines).toMatchObject([
    { facts: { route: '/desk', err: known }, message: 'unexpected error in a request' },
    { facts: { from: 'console', err: { message: 'printed' } }, message: '⨯ { more: 1 }' },
    { facts: { from: 'console' }, message: 'x is old' },
  ])
})
