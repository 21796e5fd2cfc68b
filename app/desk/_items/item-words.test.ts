import { describe, expect, it } from 'vitest'
import { isolated } from '#lib/payouts/text.ts'
import { itemKinds } from '#lib/services/ports.ts'
import { locales } from '#lib/words/locales.ts'
import { wordsFor } from '#lib/words/words.ts'
import { itemWords } from './item-words.ts'

describe.each(locales)('what an open item says in %s', (locale) => {
  const t = wordsFor(locale, 'itemKinds')

  it.each(itemKinds)('%s has a title and says what to do, even without details', (kind) => {
    const { title, text } = itemWords(t, { kind })
    expect(title).toMatch(/^\p{Lu}/u)
    expect(text).toMatch(/\.$/)
  })

  it('what is late says for what it waits, with Cardzo’s last word', () => {
    const says = (data: Record<string, unknown>) => itemWords(t, { kind: 'stuck', data })
    const [approval, atCardzo, before] = [
      says({ status: 'awaiting_approval' }),
      says({ status: 'processing', word: 'processing' }),
      says({}),
    ]
    expect(atCardzo.text).toContain(isolated('processing'))
    expect(new Set([approval.text, atCardzo.text, before.text]).size).toBe(3)
    expect(approval.title).not.toBe(before.title)
  })

  it('marks what others wrote', () => {
    const word = 'a word'
    expect(itemWords(t, { kind: 'unlisted_word', data: { word } }).title).toContain(isolated(word))
    expect(itemWords(t, { kind: 'wrong_codes', data: { name: word } }).title).toContain(isolated(word))
  })
})

it('a proposal leads to the page that it is about', () => {
  const titleOf = (page: string) =>
    itemWords(wordsFor('en', 'itemKinds'), { kind: 'proposal_waits', data: { page } }).title
  expect(titleOf('/desk/policy')).toContain('policy change')
  // The policy's address in older releases.
  expect(titleOf('/desk/rules')).toBe(titleOf('/desk/policy'))
  expect(titleOf('/desk/keys')).toContain('API key')
  expect(titleOf('/desk/users')).toContain('access')
})
