import { readFileSync } from 'node:fs'
import { format, resolveConfig } from 'prettier'
import { describe, expect, it } from 'vitest'
import { longTables, resultsShape, short, shortTable, withTable } from '../bench/results.ts'

const results = resultsShape.parse(JSON.parse(readFileSync('bench/results.json', 'utf8')))

describe.each([
  ['README.md', shortTable],
  ['docs/performance.md', longTables],
] as const)('%s', (page, tableOf) => {
  it('shows the figures of bench/results.json', async () => {
    const text = readFileSync(page, 'utf8')
    const options = { ...(await resolveConfig(page)), filepath: page }
    expect(await format(withTable(text, tableOf(results)), options)).toBe(text)
  })
})

it('a figure that was changed by hand is noticed', () => {
  const [first, ...others] = results.main.figures
  if (!first) throw new Error('results.json holds no figures')
  const changed = {
    ...results,
    main: { ...results.main, figures: [{ ...first, ours: first.ours * 2 }, ...others] },
  }
  expect(longTables(changed)).not.toBe(longTables(results))
})

it('a figure without a baseline stays out of the short table', () => {
  const alone = { id: 'alone', what: 'seconds of nothing', unit: ' s', ours: 1 }
  const withAlone = { main: { ...results.main, figures: [alone] } }
  expect(shortTable(withAlone)).not.toContain('seconds of nothing')
  expect(longTables(withAlone)).toContain('| seconds of nothing |')
})

it.each([
  [0.0123, '0.0123'],
  [1.2345, '1.23'],
  [12.345, '12.3'],
  [99.99, '100'],
  [129.4, '129'],
  [9123.4, '9,123'],
])('%d is shown as %s', (value, text) => {
  expect(short(value)).toBe(text)
})
