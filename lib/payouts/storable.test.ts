import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { anyText } from './testing/any-text.ts'
import { isStorable, storable, storableText } from './storable.ts'

const strict = { fatal: true, ignoreBOM: true } as const

describe('what can be stored', () => {
  it('is well-formed UTF-16 without NUL; the rest of a text stays in place', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const kept = storableText(text)
        expect(isStorable(kept)).toBe(true)
        expect(kept).not.toContain('\0')
        // Well-formed: it survives being written as UTF-8 and read again.
        expect(new TextDecoder('utf-8', strict).decode(new TextEncoder().encode(kept))).toBe(kept)
        expect(storableText(kept)).toBe(kept)
        if (isStorable(text)) expect(kept).toBe(text)
        expect(kept).toBe(
          Array.from(text)
            .filter((one) => one !== '\0' && one.isWellFormed())
            .join(''),
        )
      }),
      { numRuns: 2000 },
    )
  })

  it('is cleaned at every depth, in keys too, and spelt-out escapes are left alone', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), anyText, anyText, (json, key, text) => {
        const value = { list: [json, { [key]: text }], text }
        const kept = storable(value)
        expect(kept.text).toBe(storableText(text))
        expect(kept.list[1]).toEqual(Object.fromEntries([[storableText(key), storableText(text)]]))
        // JSON may spell NUL and half pairs as escapes, which PostgreSQL refuses. A doubled backslash is not an escape.
        const spelt = JSON.stringify(kept).replaceAll('\\\\', '')
        expect(spelt).not.toMatch(/\\u(0000|d[89a-f])/i)
      }),
    )
    expect(storable({ '\\u0000': ['\\u0000', 'a\0b\ud800c'] })).toEqual({ '\\u0000': ['\\u0000', 'abc'] })
  })
})
