import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { itemKinds } from '#lib/services/ports.ts'

const page = readFileSync(new URL('open-items.md', import.meta.url), 'utf8')
const sections = [...page.matchAll(/^### `(\w+)`\n\n([^]*?)(?=^#|$(?![^]))/gm)]

it('tells an operator what to do about every kind of open item, and about none that does not exist', () => {
  expect(sections.map(([, kind]) => kind).sort()).toEqual([...itemKinds].sort())
  for (const [, kind, text = ''] of sections) {
    const [meaning = '', advice = ''] = text.trim().split('\n\n')
    expect(meaning, kind).toMatch(/^\*\*(Critical|High|Warning|Info)\b.+[.]$/s)
    expect(advice, kind).toMatch(/\w[^]*\./)
  }
})
