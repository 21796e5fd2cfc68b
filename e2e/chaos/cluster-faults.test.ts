import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import {
  acknowledgedStays,
  askedWithinMs,
  clusterFaults,
  clusterFaultsOf,
  faultsPerSeed,
} from './cluster-faults.ts'
import { clusterReport, p95 } from './cluster-report.ts'
import { keepResult, keptResults, summary, writeInto } from './cluster-results.ts'
import { makeSchedule } from './schedule.ts'
import { longestGap } from './writer.ts'

const times = { timeoutMs: 500, leaseMs: 3000 }
const result = (secondsWithoutWrites: number, lost = 0) =>
  ({ fault: 'switchover', secondsWithoutWrites, acknowledged: 10, lost }) as const

describe('the faults of a cluster', () => {
  it('are the same for the same seed, and all of them in three seeds in a row', () => {
    expect(clusterFaultsOf(7, false)).toEqual(clusterFaultsOf(7, false))
    for (const first of [0, 1, 20]) {
      const met = [0, 1, 2].flatMap((n) => clusterFaultsOf(first + n, false))
      expect(met).toHaveLength(3 * faultsPerSeed)
      expect(new Set(met)).toEqual(new Set(clusterFaults))
    }
  })

  it('take the place of a restart of the one server, and the run is as long as they need', () => {
    const single = makeSchedule(1, 20, 3, times)
    const cluster = makeSchedule(1, 20, 3, times, { asynchronous: false })
    expect(single.clusterFaults).toEqual([])
    expect(single.faults.some(({ kind }) => kind === 'database_restarted')).toBe(true)
    expect(cluster.clusterFaults).toHaveLength(faultsPerSeed)
    expect(cluster.faults.some(({ kind }) => kind === 'database_restarted')).toBe(false)
    expect(cluster.lengthMs).toBeGreaterThan(single.lengthMs)
  })

  it('come while people ask, where one of them loses what was written', () => {
    const { payouts } = makeSchedule(1, 40, 3, times, { asynchronous: true })
    expect(Math.max(...payouts.map(({ askAtMs }) => askAtMs))).toBeLessThan(askedWithinMs)
    expect(payouts.some(({ askedAgain }) => askedAgain)).toBe(false)
  })

  it('lose something only with asynchronous replication', () => {
    expect(clusterFaultsOf(1, true)).toEqual(['lagging standby promoted'])
  })
})

describe('what a fault cost', () => {
  it('is the longest time between two acknowledged writes', () => {
    expect(longestGap([10, 20, 500, 510], 0, 15, 600)).toBe(480)
  })

  it('counts a pause that began before the fault, or that has not ended', () => {
    expect(longestGap([10, 400], 0, 300, 450)).toBe(390)
    expect(longestGap([10, 20], 0, 0, 900)).toBe(880)
    expect(longestGap([], 5, 0, 900)).toBe(895)
  })

  it('does not count what was before or after', () => {
    expect(longestGap([0, 900, 910, 920, 1900], 0, 905, 925)).toBe(10)
  })

  it('is a lost row when one was lost, and the invariant says which fault lost it', () => {
    expect(acknowledgedStays([result(1), result(2)])).toMatchObject({ checked: 20, offenders: [] })
    expect(acknowledgedStays([result(1), result(2, 3)]).offenders).toEqual(['switchover: 3 lost'])
  })

  it('is said with its median, p95 and longest', () => {
    expect(p95([1])).toBe(1)
    expect(p95(Array.from({ length: 100 }, (_, n) => n + 1))).toBe(95)
    const line = clusterReport([result(3), result(1), result(2, 4)])
      .split('\n')
      .at(-1)
    expect(line?.split('|').map((cell) => cell.trim())).toEqual([
      '',
      'switchover',
      '3',
      '2.0',
      '3.0',
      '3.0',
      '30',
      '4',
      '',
    ])
  })
})

describe('what many seeds have shown', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cluster-results-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const one = (seed: number, broken: string[] = []) => ({
    ...{ seed, payouts: 15, faults: 100, broken, version: '4.0.7', load: 3 },
    cluster: [result(seed)],
  })

  it('is kept seed by seed, also by two labs at once, and the later run of a seed counts', () => {
    const file = join(folder, 'results.jsonl')
    expect(keptResults(file)).toEqual([])
    for (const each of [one(2), one(1, ['K1']), one(4), one(1)]) keepResult(file, each)
    expect(keptResults(file)).toEqual([one(1), one(2), one(4)])
  })

  it('is said in one sentence and a table, and a broken seed is named', () => {
    const text = summary([one(1), one(2), one(4)])
    expect(text).toContain('3 seeds (1-2, 4) of 15 payouts, with 300 faults of all kinds, Patroni 4.0.7')
    expect(text).toContain('all invariants held in all of them')
    expect(text).toMatch(/\| switchover \| 3 /)
    expect(summary([one(1), one(2, ['K1', 'P3'])])).toContain('**broken** in 2 (K1, P3)')
  })

  it('takes the place of the table in a document, and of nothing else', () => {
    const file = join(folder, 'page.md')
    copyFileSync('docs/cluster.md', file)
    writeInto(file, 'first')
    const once = readFileSync(file, 'utf8')
    writeInto(file, 'second')
    expect(readFileSync(file, 'utf8')).toBe(once.replace('first', 'second'))
    writeFileSync(file, 'no place')
    expect(() => writeInto(file, 'third')).toThrow('no place for the table')
  })
})
