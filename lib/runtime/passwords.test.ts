import { hash } from '@node-rs/argon2'
import { describe, expect, it } from 'vitest'
import { demoPassword } from '#lib/services/people/demo-codes.ts'
import { passwords } from './passwords.ts'

it('knows the passwords that everybody tries first, in whatever case', async () => {
  for (const common of ['password', 'Qwertyuiop', 'TRUSTNO1', '1234567890'])
    expect(await passwords.isCommon(common)).toBe(true)
  for (const own of ['correct horse battery', 'a long enough password', demoPassword])
    expect(await passwords.isCommon(own)).toBe(false)
})

describe('a password with accents', () => {
  const composed = 'un café très long'.normalize('NFC')
  const decomposed = composed.normalize('NFD')

  it('is the same, however the keyboard composes its letters', async () => {
    const stored = await passwords.hash(decomposed)
    for (const typed of [composed, decomposed]) expect(await passwords.verify(stored, typed)).toBe(true)
    expect(await passwords.verify(stored, 'un cafe tres long')).toBe(false)
  })

  it('still opens with a hash from before', async () => {
    for (const before of [composed, decomposed]) {
      const stored = await hash(before)
      for (const typed of [composed, decomposed]) expect(await passwords.verify(stored, typed)).toBe(true)
    }
  })
})
