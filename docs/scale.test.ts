import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { random, simulateFleet, Timeline } from '../bench/fleet.ts'
import type { Fleet } from '../bench/fleet.ts'
import { resultsShape } from '../bench/results.ts'
import { simulatedBeside, simulatedInFlight } from '../bench/scale.ts'
import { describe as describeKeys } from '../bench/shard-keys.ts'

const fleet: Fleet = {
  ...{ workers: 2, payouts: 500, intervalMs: 5_000, inFlight: 64, ceiling: 10_000 },
  ...{ latencyMs: 1, cores: 2, cpuMsPerPoll: 0.45, cpuMsPerClaim: 2 },
}

describe('the simulation of the workers', () => {
  it('gives the same figures for the same seed, and others for another', () => {
    expect(simulateFleet(fleet, { seed: 7 })).toEqual(simulateFleet(fleet, { seed: 7 }))
    expect(simulateFleet(fleet, { seed: 7 })).not.toEqual(simulateFleet(fleet, { seed: 8 }))
  })

  it('asks about each payout once in an interval while there is room', () => {
    const { pollsPerS, p99Ms } = simulateFleet(fleet)
    expect(pollsPerS).toBeGreaterThan(96)
    expect(pollsPerS).toBeLessThan(104)
    expect(p99Ms).toBeLessThan(40)
  })

  it('never passes the ceiling, and is late by what the ceiling lacks', () => {
    const { pollsPerS, p50Ms } = simulateFleet({ ...fleet, payouts: 1_000, ceiling: 100 })
    expect(pollsPerS).toBeLessThanOrEqual(101)
    // A thousand at a hundred a second take ten seconds around, twice the interval.
    expect(p50Ms).toBeGreaterThan(4_500)
    expect(p50Ms).toBeLessThan(5_500)
  })

  it('is late when the cores are full, and not with twice as many', () => {
    const full = { ...fleet, payouts: 25_000 }
    expect(simulateFleet(full).p50Ms).toBeGreaterThan(500)
    expect(simulateFleet({ ...full, cores: 4, workers: 4 }).p50Ms).toBeLessThan(100)
  })

  it('needs more workers where Cardzo takes long: a payout in hand waits for its answer', () => {
    const slow = { ...fleet, payouts: 5_000, latencyMs: 500 }
    expect(simulateFleet(slow).pollsPerS).toBeLessThan(270)
    expect(simulateFleet({ ...slow, workers: 10 }).pollsPerS).toBeGreaterThan(850)
  })
})

it('a timeline gives the earliest first, and what came first of the same time', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20)), (times) => {
      const timeline = new Timeline<number>()
      times.forEach((at, index) => timeline.add(at, index))
      const expected = times.map((at, what) => ({ at, what })).sort((a, b) => a.at - b.at || a.what - b.what)
      const got = times.map(() => timeline.take())
      expect(got.map((one) => one && { at: one.at, what: one.what })).toEqual(expected)
      expect(timeline.take()).toBeUndefined()
    }),
  )
})

it('numbers by chance are spread evenly and come again with their seed', () => {
  const [one, same] = [random(3), random(3)]
  const numbers = Array.from({ length: 10_000 }, () => one())
  expect(numbers.slice(0, 10)).toEqual(Array.from({ length: 10 }, () => same()))
  for (const tenth of Array.from({ length: 10 }, (_, n) => n))
    expect(numbers.filter((number) => Math.floor(number * 10) === tenth).length).toBeGreaterThan(850)
})

it('the table puts each measured point beside the simulated one, with what a poll costs by the same run', () => {
  const table = simulatedBeside(
    [
      { id: 'poll-cpu-PostgreSQL', what: '', unit: ' ms', ours: 0.25 },
      { id: 'poll-cpu-workers', what: '', unit: ' ms', ours: 0.2 },
      { id: 'fleet 10000/2/500', what: 'five hundred', unit: '/s', ours: 100, p50Ms: 10, p99Ms: 20 },
    ],
    2,
  )
  expect(table).toMatch(/^\| five hundred \| 100 \| (9\d|10\d) \| -?\d % \|/m)
  expect(table).not.toContain('poll-cpu')
})

it('the report of keys counts what a column would spread', () => {
  const report = describeKeys({
    tables: [
      { name: 'payout', columns: ['id', 'receiver_id'], triggers: 2, isSingleRow: false },
      { name: 'mark', columns: ['id'], triggers: 0, isSingleRow: true },
    ],
    unique: [
      { table: 'payout', name: 'payout_pkey', columns: ['id'] },
      { table: 'payout', name: 'payout_one', columns: ['receiver_id', 'currency'] },
    ],
    foreign: [{ table: 'payout', name: 'payout_receiver', columns: ['receiver_id'], to: 'receiver' }],
    sequences: [],
  })
  expect(report).toContain('| `receiver_id` | 1 of 2 | 1 of 2 | 1 of 1 |')
  expect(report).toContain('Unique keys other than of one id (1): `payout (receiver_id, currency)`.')
  expect(report).toContain('Tables with one row (1): `mark`.')
})

it('the simulation is in time where the kept run was', () => {
  const { main } = resultsShape.parse(JSON.parse(readFileSync('bench/results.json', 'utf8')))
  const note = main.figures.find(({ id }) => id === 'in-flight')?.note ?? ''
  // Beyond this two cores are full, and how late polls come is another on every machine.
  const points = simulatedInFlight(note, 2).filter(({ payouts }) => payouts <= 15_000)
  expect(points.length).toBeGreaterThan(3)
  for (const { measuredMs, simulatedMs } of points.filter(({ measuredMs }) => measuredMs < 100))
    expect(Math.abs(simulatedMs - measuredMs)).toBeLessThan(100)
}, 60_000)
