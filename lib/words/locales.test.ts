import { expect, it } from 'vitest'
import { languageOf, localeFor, localeOf } from './locales.ts'

it('what somebody chose counts most', () => {
  expect(localeFor('en', 'ru-RU,ru;q=0.9')).toBe('en')
  expect(localeFor('ru', 'en')).toBe('ru')
})

it.each([
  ['ru-RU,ru;q=0.9,en-US;q=0.8', 'ru'],
  ['de-DE,de;q=0.9,ru;q=0.4,en;q=0.3', 'ru'],
  ['en-GB,en;q=0.9,ru;q=0.8', 'en'],
  ['en;q=0.1, RU;q=0.2', 'ru'],
  ['ru;q=0, en', 'en'],
  ['de', 'en'],
  ['*', 'en'],
  ['', 'en'],
  [';;;q=,ru;q=x', 'en'],
  [null, 'en'],
])('a browser that asks for %j reads %s', (accepted, locale) => {
  expect(localeFor('fr', accepted)).toBe(locale)
})

it('a request tells both', () => {
  const request = (headers: Record<string, string>) => new Request('http://portal.test/', { headers })
  expect(localeOf(request({ cookie: 'a=b; locale=ru', 'accept-language': 'en' }))).toBe('ru')
  expect(localeOf(request({ cookie: 'xlocale=ru', 'accept-language': 'en' }))).toBe('en')
  expect(localeOf(request({}))).toBe('en')
})

it.each([
  ['ru', 'ru'],
  ['ru-RU', 'ru'],
  ['RU', 'ru'],
  [' en-GB-oxendict ', 'en'],
  ['de-DE', 'de'],
  ['ru_RU', 'ru_RU'],
  ['Russian, please', 'Russian, please'],
  ['', ''],
])('the language of the tag %j is %j', (tag, language) => {
  expect(languageOf(tag)).toBe(language)
})
