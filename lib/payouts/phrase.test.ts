import { expect, it } from 'vitest'
import { phraseProblem } from './phrase.ts'

it.each(['red bicycle', 'Grandma’s garden, 1987.', 'кот на крыше', 'abc', 'a'.repeat(60)])(
  '%s is a phrase',
  (phrase) => expect(phraseProblem(phrase)).toBeUndefined(),
)

it.each([
  ['', 'phraseLength'],
  ['ab', 'phraseLength'],
  ['a'.repeat(61), 'phraseLength'],
  ['ada@example.com', 'phraseLink'],
  ['see https://evil.example', 'phraseLink'],
  ['evil.example', 'phraseLink'],
  ['www.evil', 'phraseLink'],
  ['сайт.рф', 'phraseLink'],
  ['two\nlines', 'control'],
])('%j is none: %s', (phrase, code) => expect(phraseProblem(phrase)).toMatchObject({ code }))
