// What the faults of a cluster cost, over all seeds. Pure.
import type { ClusterFaultResult } from './cluster-faults.ts'
import { table } from './table.ts'

/** The value below which 95 of 100 lie; of few values, the highest. */
export function p95(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(sorted.length * 0.95) - 1)] ?? 0
}

/** One line per fault, as Markdown. */
export function clusterReport(results: readonly ClusterFaultResult[]): string {
  const faults = [...new Set(results.map(({ fault }) => fault))].sort()
  return table(
    ['fault', 'n', 'seconds without writes: median', 'p95', 'max', 'acknowledged', 'lost'],
    faults.map((fault) => {
      const own = results.filter((result) => result.fault === fault)
      const seconds = own.map(({ secondsWithoutWrites }) => secondsWithoutWrites).sort((a, b) => a - b)
      const sum = (what: 'acknowledged' | 'lost') => own.reduce((all, result) => all + result[what], 0)
      return [
        fault,
        String(own.length),
        (seconds[Math.floor((seconds.length - 1) / 2)] ?? 0).toFixed(1),
        p95(seconds).toFixed(1),
        (seconds.at(-1) ?? 0).toFixed(1),
        String(sum('acknowledged')),
        String(sum('lost')),
      ]
    }),
  )
}
