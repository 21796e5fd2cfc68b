import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  emailKey,
  idProblem,
  isolated,
  isolatedIfRtl,
  lineProblem,
  plainCode,
  shownTurning,
  splitIsolated,
  tidyEmail,
  tidyId,
  tidyLine,
  tidyProse,
} from './text.ts'

const invisible = [
  '\u00ad',
  '\u034f',
  '\u061c',
  '\u115f',
  '\u180e',
  '\u200b',
  '\u2060',
  '\u3164',
  '\ufeff',
  '\u{e0020}',
]
const turning = [
  '\u200e',
  '\u200f',
  '\u202a',
  '\u202b',
  '\u202c',
  '\u202d',
  '\u202e',
  '\u2066',
  '\u2067',
  '\u2068',
  '\u2069',
]

describe('a line of text', () => {
  it.each(invisible)('loses the invisible %j', (character) => {
    expect(tidyLine(`${character}Ada${character}Love${character}`)).toBe('AdaLove')
    expect(tidyLine(character.repeat(3))).toBe('')
  })

  it.each([
    ['Persian', 'می\u200cخواهم'],
    ['Hindi', 'क्\u200dष'],
    ['a Japanese family name in its own variant', '渡邉\u{e0100}'],
  ])('keeps what %s needs', (_which, text) => {
    expect(tidyLine(text)).toBe(text)
    expect(lineProblem(tidyLine(text))).toBeUndefined()
  })

  it('drops joiners that join nothing', () => {
    expect(tidyLine('Jo\u200dhn \u200dS\u200cmith\u200c')).toBe('John Smith')
    expect(tidyLine('\u200cمی\u200c')).toBe('می')
  })

  it.each(turning)('refuses %j, which turns the direction of what follows', (character) => {
    expect(lineProblem(tidyLine(`Ada ${character}fdp.exe`))).toEqual({ code: 'turning' })
    expect(idProblem(tidyId(`A${character}1`))).toEqual({ code: 'turning' })
  })

  it('is kept in NFC with plain blanks, and is empty when nothing can be seen', () => {
    expect(tidyLine('\u00a0Jose\u0301\u2003Nowak ')).toBe('José Nowak')
    expect(tidyLine(' \u2800\u200b\u3164')).toBe('')
  })

  it('does not change when tidied again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(tidyLine(tidyLine(text))).toBe(tidyLine(text))
        expect(tidyProse(tidyProse(text))).toBe(tidyProse(text))
      }),
    )
  })
})

describe('an id', () => {
  it.each([...invisible, '\u200c', '\u200d', '\ufe0f'])('is refused with the invisible %j', (character) => {
    for (const id of [`cust${character}-42`, `${character}cust`, `cust${character}`])
      expect(idProblem(tidyId(id))).toBeDefined()
  })

  it('is refused with a blank that only looks like a plain one', () => {
    expect(idProblem('cust 42')).toBeUndefined()
    expect(idProblem('cust\u00a042')).toEqual({ code: 'blanks' })
  })

  it('is the same id, however its letters are composed', () => {
    expect(tidyId(' jose\u0301 ')).toBe('josé')
  })
})

it("keeps a person's own lines and drops what turns their direction", () => {
  expect(tidyProse(' one\r\ntwo\u202e\u2028three ')).toBe('one\ntwo\nthree')
})

describe('an e-mail address', () => {
  it.each([
    [' Ada@Example.COM ', 'ada@example.com'],
    ['\u200bada@example.com\u00a0', 'ada@example.com'],
    ['ada@Bücher.example', 'ada@xn--bcher-kva.example'],
    ['ada@xn--bcher-kva.example', 'ada@xn--bcher-kva.example'],
    ['ada@bu\u0308cher.example', 'ada@xn--bcher-kva.example'],
  ])('%j is %s', (typed, key) => {
    expect(emailKey(typed)).toBe(key)
  })

  it('is kept as it was written, without what surrounds it', () => {
    expect(tidyEmail(' Ada@Bücher.example\u200b')).toBe('Ada@Bücher.example')
  })
})

it.each([' 123 456 ', '123-456', '１２３４５６', '١٢٣٤٥٦', '12\u200b34\u00a056', '۱۲۳‑۴۵۶'])(
  'reads the code %j',
  (typed) => {
    expect(plainCode(typed)).toBe('123456')
  },
)

describe('foreign text inside a sentence of ours', () => {
  it('is found again unchanged, and does not affect what is around it', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary' })), (texts) => {
        const sentence = texts.map((text) => `said ${isolated(text)}.`).join('')
        const parts = splitIsolated(sentence)
        expect(parts.map(({ text }) => text).join('')).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/u)
        expect(parts.filter(({ foreign }) => foreign).map(({ text }) => text)).toEqual(
          texts.filter((text) => text !== '').map(shownTurning),
        )
      }),
    )
  })

  it('writes out what would turn the direction beyond its element', () => {
    expect(shownTurning('a\u2069\u202eb')).toBe('a[U+2069][U+202E]b')
  })

  it('marks only what is written from right to left in an option', () => {
    for (const text of ['Ada', '(1', 'Ωμέγα', '中文']) expect(isolatedIfRtl(text)).toBe(text)
    for (const text of ['عمر', 'א 1', 'Ada ހ']) expect(isolatedIfRtl(text)).toBe(`\u2068${text}\u2069`)
  })
})
