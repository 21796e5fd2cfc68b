import { parse, TYPE } from '@formatjs/icu-messageformat-parser'
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser'
import { describe, expect, it } from 'vitest'
import { catalogue } from './catalogue.ts'
import { locales } from './locales.ts'
import type { Locale } from './locales.ts'

/** Every text of a language, by its whole key. */
function textsOf(locale: Locale): Map<string, string> {
  const texts = new Map<string, string>()
  const add = (words: object, path: string): void => {
    for (const [key, value] of Object.entries(words) as [string, unknown][])
      if (typeof value === 'string') texts.set(`${path}${key}`, value)
      else add(value as object, `${path}${key}.`)
  }
  add(catalogue[locale], '')
  return texts
}

const english = textsOf('en')
const others = locales.filter((locale) => locale !== 'en')

/** What a text needs: its arguments and tags with their kinds, and which cases its plurals have. */
function shapeOf(text: string): { needs: string[]; plurals: string[][] } {
  const [needs, plurals] = [new Set<string>(), [] as string[][]]
  const walk = (elements: readonly MessageFormatElement[]): void => {
    for (const element of elements) {
      if (element.type === TYPE.literal || element.type === TYPE.pound) continue
      // In one language a figure alone is enough, where another needs a plural.
      const isFigure = element.type === TYPE.number || element.type === TYPE.plural
      needs.add(`${element.value}: ${isFigure ? 'number' : TYPE[element.type]}`)
      if (element.type === TYPE.tag) walk(element.children)
      if (element.type === TYPE.plural) plurals.push(Object.keys(element.options))
      if (element.type === TYPE.select)
        needs.add(`${element.value} chooses ${Object.keys(element.options).sort().join(', ')}`)
      if (element.type === TYPE.plural || element.type === TYPE.select)
        for (const option of Object.values(element.options)) walk(option.value)
    }
  }
  walk(parse(text))
  return { needs: [...needs].sort(), plurals }
}

it('in Russian begin no line with a dash, and never say “сделал(а)”', () => {
  const wrong = [...textsOf('ru')].filter(([, text]) => / —|\(а\)/.test(text)).map(([key]) => key)
  expect(wrong, 'a blank that breaks lines before a dash').toEqual([])
})

describe.each(locales)('the words in %s', (locale) => {
  const texts = textsOf(locale)

  it('can all be read by ICU', () => {
    for (const [key, text] of texts) expect(() => parse(text), key).not.toThrow()
  })

  it('have every plural form of the language, or the same text for all of them', () => {
    const forms = new Intl.PluralRules(locale).resolvedOptions().pluralCategories
    const lacking = [...texts].flatMap(([key, text]) =>
      shapeOf(text)
        .plurals.filter((cases) => cases.some((one) => !one.startsWith('=') && one !== 'other'))
        .flatMap((cases) => forms.filter((form) => !cases.includes(form)).map((form) => `${key}: ${form}`)),
    )
    expect(lacking).toEqual([])
  })

  it('keep to the way we write', () => {
    const wrong = [...texts].flatMap(([key, text]) => {
      const rules: [RegExp, string][] = [
        // ICU reads a straight one as a quote.
        [/'/, 'a straight apostrophe: write ’'],
        [/^\s|\s$| {2}/, 'a space too many'],
        [/\.\.\./, 'three dots: write …'],
      ]
      return rules.filter(([sign]) => sign.test(text)).map(([, what]) => `${key}: ${what}`)
    })
    expect(wrong).toEqual([])
  })
})

describe.each(others)('the words in %s, beside the English ones', (locale) => {
  const texts = textsOf(locale)

  it('have the same keys', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
  })

  it('need the same arguments and tags', () => {
    for (const [key, text] of texts)
      expect(shapeOf(text).needs, key).toEqual(shapeOf(english.get(key) ?? '').needs)
  })

  it('are translated', () => {
    // Names, addresses and figures may be the same.
    const same = [...texts].filter(([key, text]) => text === english.get(key) && /[a-z]{4}/i.test(text))
    expect(same.map(([key]) => key)).toEqual([])
  })
})
