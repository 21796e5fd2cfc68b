import { expect, it } from 'vitest'
import { mergeRows } from './merge-rows.ts'

const row = (id: string, version = '1') => ({ id, version, cells: `${id}${version}` })
const shown = mergeRows([], [row('c'), row('b'), row('a')]).held

it('keeps every row in its place, brings it up to date, and counts the new ones', () => {
  const { held, fresh } = mergeRows(shown, [row('e'), row('d'), row('c'), row('b', '2')])
  expect(held.map(({ cells, changed, gone }) => [cells, changed, gone])).toEqual([
    ['c1', false, false],
    ['b2', true, false],
    ['a1', false, true],
  ])
  expect(fresh).toBe(2)
})

it('marks a change until it is taken back, and a row that has come back as there', () => {
  const changed = mergeRows(shown, [row('c'), row('b', '2')]).held
  const again = mergeRows(changed, [row('c'), row('b', '2'), row('a')]).held
  expect(again.map((one) => [one.changed, one.gone])).toEqual([
    [false, false],
    [true, false],
    [false, false],
  ])
})

it('shows the rows as they come where nothing was shown', () => {
  expect(mergeRows([], [row('a')])).toEqual({
    held: [{ ...row('a'), changed: false, gone: false }],
    fresh: 0,
  })
})
