// What a run says about itself: a table of faults, a table of invariants, one line of verdict.
import type { RunResult } from './run.ts'

export const isBroken = ({ verdicts }: RunResult) => verdicts.some(({ offenders }) => offenders.length > 0)

/** `chaos: seed 7, 40 payouts: all invariants hold`, or which are broken. */
export function verdictLine(seed: number, payouts: number, result: RunResult): string {
  const broken = [
    ...new Set(result.verdicts.filter(({ offenders }) => offenders.length > 0).map(({ name }) => name)),
  ]
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
    `Ended as: ${statuses}. ${result.notes.join('. ')}. ${result.seconds.toFixed(1)} s in all.`,
  ].join('\n\n')
}

function table(head: string[], lines: string[][]): string {
  const widths = head.map((_, column) =>
    Math.max(...[head, ...lines].map((line) => (line[column] ?? '').length)),
  )
  const draw = (line: string[]) =>
    `| ${line.map((cell, column) => (column === line.length - 1 ? cell : cell.padEnd(widths[column] ?? 0))).join(' | ')} |`
  return [
    draw(head),
    `|${head.map((_, column) => '-'.repeat((widths[column] ?? 0) + 2)).join('|')}|`,
    ...lines.map(draw),
  ].join('\n')
}
