import { expect, it } from 'vitest'
import { readLines } from './read-lines.ts'

it.each([
  ['', []],
  ['12', [12]],
  ['12, 20-22;21', [12, 20, 21, 22]],
  ['3\n5–6', [3, 5, 6]],
])('reads %j', (text, lines) => expect(readLines(text)).toEqual(lines))

it.each(['x', '7-3', '-1', '1-99999', '1--2', '12345678', '1048577', '1-9000 9001-19000'])(
  'refuses %j',
  (text) => expect(readLines(text)).toBeNull(),
)
