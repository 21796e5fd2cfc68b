import { randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createVault, isSealed, KeyMissing } from './vault.ts'

const keyOf = (id: string) => ({ id, key: randomBytes(32) })
const old = keyOf('old')
const fresh = keyOf('new')
const vault = createVault([old])
const account = 'DE89370400440532013000'
/** All characters below the surrogates. */
const anyText = fc.array(fc.integer({ min: 0, max: 0xd7ff })).map((codes) => String.fromCharCode(...codes))

describe('a vault', () => {
  it('opens what it sealed, for any text and place', () => {
    fc.assert(
      fc.property(anyText, fc.string(), (text, place) => {
        const sealed = vault.seal(text, place)
        return isSealed(sealed) && vault.open(sealed, place) === text
      }),
    )
  })

  it('hides the text in its seal, and seals the same text differently each time', () => {
    const sealed = vault.seal(account, 'payout:1')
    expect(sealed).not.toContain(account)
    expect(Buffer.from(sealed.split('.').at(-1) ?? '', 'base64url').toString()).not.toContain('3704')
    expect(vault.seal(account, 'payout:1')).not.toBe(sealed)
  })

  it('does not open a seal that was moved to another row', () => {
    const sealed = vault.seal(account, 'payout:1')
    for (const place of ['payout:2', 'destination:1', '']) expect(() => vault.open(sealed, place)).toThrow()
  })

  it('does not open a seal with any byte changed', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.nat(), fc.integer({ min: 1, max: 255 }), (text, at, by) => {
        const [head, id, ...parts] = vault.seal(text, 'p').split('.')
        const bytes = parts.map((part) => Buffer.from(part, 'base64url'))
        const part = bytes[at % bytes.length]
        if (!part || part.length === 0) return
        const index = at % part.length
        part[index] = (part[index] ?? 0) ^ by
        const changed = [head, id, ...bytes.map((one) => one.toString('base64url'))].join('.')
        expect(() => vault.open(changed, 'p')).toThrow()
      }),
    )
  })

  it.each(['', 'DE89', 'v1', 'v1.old', 'v1.old...', 'v2.old.a.b.c', 'v1.old.AAAA.AAAA.AAAA'])(
    'does not open %j, which is not a seal',
    (text) => {
      expect(() => vault.open(text, 'p')).toThrow()
    },
  )

  it('refuses a shortened tag', () => {
    const [head, id, iv, tag, body] = vault.seal(account, 'p').split('.')
    const short = Buffer.from(tag ?? '', 'base64url')
      .subarray(0, 4)
      .toString('base64url')
    expect(() => vault.open([head, id, iv, short, body].join('.'), 'p')).toThrow()
  })

  it('tells a missing key from every other fault', () => {
    const sealed = createVault([fresh]).seal(account, 'p')
    expect(() => vault.open(sealed, 'p')).toThrow(KeyMissing)
    expect(() => vault.open(vault.seal(account, 'p'), 'q')).not.toThrow(KeyMissing)
  })

  it('does not open under another key of the same name', () => {
    const sealed = createVault([{ id: 'old', key: randomBytes(32) }]).seal(account, 'p')
    expect(() => vault.open(sealed, 'p')).toThrow()
  })
})

describe('two vaults, one of them with a new key in front', () => {
  const after = createVault([fresh, old])

  it('open the old seals, and name the new key in new ones', () => {
    const sealed = vault.seal(account, 'p')
    expect(after.open(sealed, 'p')).toBe(account)
    expect(sealed.startsWith(after.currentPrefix)).toBe(false)
    expect(after.seal(account, 'p').startsWith(after.currentPrefix)).toBe(true)
  })

  it('find equal accounts by the prints of both keys', () => {
    expect(after.print(account)).not.toBe(vault.print(account))
    expect(after.prints(account)).toEqual([after.print(account), vault.print(account)])
  })
})

describe('a print', () => {
  it('is equal only for equal texts', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        expect(vault.print(a) === vault.print(b)).toBe(a === b)
      }),
    )
  })

  it('reveals nothing to somebody with another key', () => {
    expect(createVault([keyOf('old')]).print(account)).not.toBe(vault.print(account))
  })
})
