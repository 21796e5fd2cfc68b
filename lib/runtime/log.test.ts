import { expect, it } from 'vitest'
import { scrub } from './log.ts'

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
