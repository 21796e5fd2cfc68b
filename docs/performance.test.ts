import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { longTables, resultsShape, short, shortTable, withTable } from '../bench/results.ts'
import type { Figure, Results, Run } from '../bench/results.ts'
import { formatText } from '../scripts/format-text.ts'

/** Until somebody has run the bench there are no figures, and the pages must not claim any. */
const kept = existsSync('bench/results.json')
  ? resultsShape.parse(JSON.parse(readFileSync('bench/results.json', 'utf8')))
  : null

describe.each([
  ['README.md', shortTable],
  ['docs/performance.md', longTables],
] as const)('%s', (page, tableOf) => {
  it('shows the figures of bench/results.json and no others', async () => {
    const text = readFileSync(page, 'utf8')
    expect(await formatText(page, withTable(text, kept ? tableOf(kept) : ''))).toBe(text)
  })
})

const run = (...figures: Figure[]): Run => ({
  ...{ at: '2026-01-02T03:04:05.000Z', commit: 'abc1234', machine: '2 cores', load: 0.25 },
  ...{ seconds: 3, rounds: 5, minutes: 12.3, figures },
})
const list: Figure = {
  ...{ id: 'list', what: 'first page', unit: '/s', than: 'its SQL alone', reach: '≥ 0.5' },
  ...{
    ours: 1234.5,
    baseline: 2469,
    ratio: 0.5,
    p50Ms: 1,
    p95Ms: 2.345,
    p99Ms: 30,
    oursRounds: [1000, 1234.5],
  },
}
const alone: Figure = { id: 'idle', what: 'CPU of an idle worker', unit: ' s a minute', ours: 0.1234 }

describe('the tables of a run', () => {
  const results: Results = { main: run(list, alone) }

  it('put the ratio first, and say where and when', () => {
    expect(shortTable(results)).toContain('| first page | 0.50 | ≥ 0.5 | 1,235/s | its SQL alone: 2,469/s |')
    expect(shortTable(results)).toContain('Commit abc1234, 2026-01-02, 2 cores. Load before the run 0.3')
  })

  it('show what has no baseline in the long one only', () => {
    expect(shortTable(results)).not.toContain('CPU of an idle worker')
    expect(longTables(results)).toContain('| CPU of an idle worker |')
    expect(longTables(results)).toContain('1, 2.35, 30')
  })

  it('show of a million payouts the worst page in the short one, and every page in the long one', () => {
    const page = { ...list, what: 'a page' }
    const both: Results = { main: run(list), million: run({ ...list, what: 'the worst page' }, page) }
    expect(shortTable(both)).toContain('the worst page')
    expect(shortTable(both)).not.toContain('a page')
    expect(longTables(both)).toContain('| a page |')
  })
})

it('a page without a place for the table is an error', () => {
  expect(() => withTable('# A page', 'table')).toThrow('no place for the table')
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
