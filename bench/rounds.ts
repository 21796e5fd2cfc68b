// Ours, baseline, ours, baseline …: what else the machine does falls on both. The middle one of several rounds counts.
import type { Measured } from './load.ts'

export type Options = { seconds: number; rounds: number; profileInto: string | undefined }

/** What the rounds of one side gave: per second, and how long one took where that was measured. */
export type Side = {
  median: number
  rounds: number[]
  p50Ms?: number
  p95Ms?: number
  p99Ms?: number
  refused?: number
}

export type Sides = { ours: Side; baseline: Side }

type Round = () => Promise<Measured | number>

/** A first round of each, which does not count, warms both up. */
export async function alternate(
  { rounds }: Pick<Options, 'rounds'>,
  ours: Round,
  baseline: Round,
): Promise<Sides> {
  const measured: { ours: (Measured | number)[]; baseline: (Measured | number)[] } = {
    ours: [],
    baseline: [],
  }
  await ours()
  await baseline()
  for (let round = 0; round < rounds; round++) {
    measured.ours.push(await ours())
    measured.baseline.push(await baseline())
  }
  return { ours: sideOf(measured.ours), baseline: sideOf(measured.baseline) }
}

export function sideOf(measured: readonly (Measured | number)[]): Side {
  const rates = measured.map((one) => (typeof one === 'number' ? one : one.perSecond))
  const latencies = measured.filter((one) => typeof one !== 'number')
  const side = { median: median(rates), rounds: rates }
  if (latencies.length === 0) return side
  return {
    ...side,
    p50Ms: median(latencies.map(({ p50Ms }) => p50Ms)),
    p95Ms: median(latencies.map(({ p95Ms }) => p95Ms)),
    p99Ms: median(latencies.map(({ p99Ms }) => p99Ms)),
    refused: latencies.reduce((sum, { refused }) => sum + refused, 0),
  }
}

/** Of an even number, the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const half = Math.floor(sorted.length / 2)
  const upper = sorted[half] ?? NaN
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] ?? NaN) + upper) / 2
}
