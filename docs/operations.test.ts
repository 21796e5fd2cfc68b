import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { itemKinds } from '#lib/services/ports.ts'

const page = readFileSync(new URL('operations.md', import.meta.url), 'utf8')
const section = page.split('\n## ').find((part) => part.startsWith('Open items')) ?? ''
const rows = [...section.matchAll(/^\| `(\w+)` +\|(.+)\|(.+)\|(.+)\|$/gm)]

it('tells an operator what to do about every kind of open item, and about none that does not exist', () => {
  expect(rows.map(([, kind]) => kind).sort()).toEqual([...itemKinds].sort())
  for (const cells of rows) expect(cells.slice(2).every((cell) => cell.trim() !== '')).toBe(true)
})
