// What a run says about itself: a table of faults, a table of invariants, one line of verdict.
import { clusterReport } from './cluster-report.ts'
import { table } from './table.ts'
import type { RunResult } from './run.ts'

export const isBroken = ({ verdicts }: RunResult) => verdicts.some(({ offenders }) => offenders.length > 0)

/** Names of the invariants that don't hold. */
export const brokenNames = ({ verdicts }: RunResult): string[] => [
  ...new Set(verdicts.filter(({ offenders }) => offenders.length > 0).map(({ name }) => name)),
]

/** `chaos: seed 7, 40 payouts: all invariants hold`, or which are broken. */
export function verdictLine(seed: number, payouts: number, result: RunResult): string {
  const broken = brokenNames(result)
  const end = broken.length === 0 ? 'all invariants hold' : `BROKEN: ${broken.join(', ')}`
  return `chaos: seed ${seed}, ${payouts} payouts: ${end}`
}

/** The tables, as Markdown. */
export function report(result: RunResult): string {
  const faults = [...result.faults].filter(([, count]) => count > 0).sort(([a], [b]) => a.localeCompare(b))
  const total = faults.reduce((sum, [, count]) => sum + count, 0)
  const statuses = [...result.statuses].map(([status, count]) => `${count} ${status}`).join(', ')
  return [
    table(
      ['fault', 'injected'],
      [...faults.map(([what, count]) => [what, String(count)]), ['**together**', String(total)]],
    ),
    table(
      ['', 'invariant', 'checked', 'verdict'],
      result.verdicts.map(({ name, promise, checked, offenders, detail }) => [
        name,
        promise,
        String(checked),
        offenders.length > 0
          ? `**BROKEN**: ${offenders.slice(0, 3).join('; ')}${offenders.length > 3 ? ` and ${offenders.length - 3} more` : ''}`
          : `held${detail === undefined ? '' : ` (${detail})`}`,
      ]),
    ),
    ...(result.clusterResults.length > 0 ? [clusterReport(result.clusterResults)] : []),
    `Ended as: ${statuses}. ${result.notes.join('. ')}. ${result.seconds.toFixed(1)} s in all.`,
  ].join('\n\n')
}
