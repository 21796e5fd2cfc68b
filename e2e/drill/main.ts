// npm run drill -- [--seed N] [--payouts N] [--way time|log|dump] [--programs DIR]: the restore drill (docs/restore.md#the-drill).
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfChanged } from '#lib/processes/build.ts'
import { runDrill, ways } from './run.ts'
import type { DrillResult, Way } from './run.ts'

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    payouts: { type: 'string', default: '40' },
    /** One way of restoring; all of them unless it is named. */
    way: { type: 'string', default: '' },
    /** The programs of another PostgreSQL, such as /usr/lib/postgresql/18/bin; the embedded server unless it is named. */
    programs: { type: 'string' },
    'keep-build': { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
  },
})

const isWay = (name: string): name is Way => (ways as readonly string[]).includes(name)

async function main(): Promise<number> {
  for (const name of ['seed', 'payouts'] as const)
    if (!/^\d{1,5}$/.test(flags[name])) throw new Error(`--${name} must be a number`)
  if (flags.way !== '' && !isWay(flags.way)) throw new Error(`--way must be one of ${ways.join(', ')}`)
  if (!flags['keep-build']) await buildIfChanged()
  const lab = join(process.cwd(), '.data', `drill-${process.pid}`)
  mkdirSync(lab, { recursive: true, mode: 0o711 })
  const chosen = ways.filter((way) => flags.way === '' || way === flags.way)
  let broken = false
  for (const way of chosen) {
    const folder = join(lab, way)
    const result = await runDrill({
      ...{ seed: Number(flags.seed), payouts: Number(flags.payouts), way, folder, programs: flags.programs },
      onProgress: progress(way),
    })
    console.log(reportOf(way, result))
    const isBroken = result.leftOut === null && result.verdicts.some(({ offenders }) => offenders.length > 0)
    if (isBroken) writeFileSync(join(folder, 'result.json'), JSON.stringify(result, null, 1))
    broken ||= isBroken
    // A way that was asked for by its name must not pass by being left out.
    broken ||= result.leftOut !== null && flags.way !== ''
  }
  if (broken) console.log(`drill: BROKEN; everything is in ${lab}`)
  else console.log(`drill: seed ${flags.seed}, ${flags.payouts} payouts: all holds`)
  if (!broken && !flags.keep) rmSync(lab, { recursive: true, force: true })
  return broken ? 1 : 0
}

const titles: Record<Way, string> = {
  time: 'Base backup and write-ahead log, up to a moment',
  log: 'Base backup and write-ahead log, as far as it was archived',
  dump: 'pg_dump and pg_restore',
}

function reportOf(way: Way, result: DrillResult): string {
  const lines = [`\n## ${titles[way]}\n`]
  if (result.leftOut !== null)
    return [...lines, `Left out: ${result.leftOut}. Name programs that fit with --programs.`].join('\n')
  const { seconds, before, lost, found, statuses, items, verdicts } = result
  const list = (counts: Record<string, number>) =>
    Object.entries(counts)
      .sort(([, a], [, b]) => b - a)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')
  const s = (value: number) => `${value.toFixed(1)} s`
  return [
    ...lines,
    `killed:   ${before.payouts} payouts, ${before.open} of them open, ${before.onTheirWay} claimed for payout-pay; ${before.events} events`,
    `lost:     ${lost.payouts} payouts, ${lost.events} events, ${lost.approvals} approvals; ${lost.sent} times that payout-pay was sent`,
    `found:    ${found.foundAgain} of ${found.unknownOrders} orders that the restored database did not know`,
    `ended:    ${list(statuses)}`,
    `items:    ${list(items) || 'none'}`,
    `times:    backup ${s(seconds.backup)}, restore ${s(seconds.restore)}, portal ready ${s(seconds.untilReady)}, ${seconds.untilNoticed === null ? 'the restore was declared by hand or lost nothing' : `restore noticed ${s(seconds.untilNoticed)} after its start`}, all ended ${s(seconds.untilAllEnded)} after the disaster`,
    '',
    ...verdicts.map(({ name, promise, checked, offenders }) =>
      offenders.length === 0
        ? `holds   ${name.padEnd(4)}${promise} (${checked})`
        : `BROKEN  ${name.padEnd(4)}${promise}\n${offenders
            .slice(0, 5)
            .map((one) => `          ${one}`)
            .join('\n')}`,
    ),
  ].join('\n')
}

function progress(way: Way): (text: string) => void {
  let last = ''
  let lastAt = 0
  return (text) => {
    const line = `${way}: ${text}`
    if (line === last || Date.now() - lastAt < 2000) return
    console.log(line)
    last = line
    lastAt = Date.now()
  }
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error)
    process.exit(1)
  },
)
