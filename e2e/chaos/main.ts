// npm run chaos -- --seed N --payouts N [--workers N] [--seeds K] [--cluster]: the fault lab. Runs the whole product under a seeded schedule of
// faults and checks at the end that no money moved twice and none was lost sight of.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { loadavg } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildIfChanged } from '#lib/processes/build.ts'
import { showLoss, startClusterLab } from './cluster-lab.ts'
import { keepResult, keptResults, summary, writeInto } from './cluster-results.ts'
import { startDatabaseServer } from './database-server.ts'
import { brokenNames, isBroken, report, verdictLine } from './report.ts'
import { runSeed } from './run.ts'

const { values: flags } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    seeds: { type: 'string', default: '' },
    payouts: { type: 'string', default: '40' },
    workers: { type: 'string', default: '3' },
    /** Takes the build that is there, for those who know that it is the right one. */
    'keep-build': { type: 'boolean', default: false },
    /** A file to write the counts of held and broken invariants to, as test runners do. */
    report: { type: 'string', default: '' },
    /** Keeps every run's folder, not only those of runs that failed. */
    keep: { type: 'boolean', default: false },
    /** On three PostgreSQL nodes under Patroni, which are broken too (docs/cluster.md). */
    cluster: { type: 'boolean', default: false },
    /** With --cluster: adds each seed to this file, and the table at the end is of all that are in it. */
    results: { type: 'string', default: '' },
    /** With --cluster: writes that table into docs/cluster.md. */
    write: { type: 'boolean', default: false },
    /** With --cluster: commits don't wait for a standby. */
    async: { type: 'boolean', default: false },
    /** With --cluster: shows what an old Patroni loses, without the portal. */
    'patroni-loses': { type: 'boolean', default: false },
  },
})

function count(name: 'seed' | 'seeds' | 'payouts' | 'workers', least: number): number {
  const value = flags[name]
  if (!/^\d{1,6}$/.test(value) || Number(value) < least)
    throw new Error(`--${name} must be a number from ${least} on`)
  return Number(value)
}

async function main(): Promise<number> {
  let end = () => Promise.resolve()
  const atStop = (how: () => Promise<void>) => {
    end = how
  }
  const stop = () => {
    console.error('chaos: told to stop')
    void end().finally(() => process.exit(130))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, stop)
  if (flags.cluster && flags['patroni-loses']) return showLoss(atStop)
  const payouts = count('payouts', 1)
  const workers = count('workers', 1)
  const many = flags.seeds !== ''
  const first = count('seed', 0)
  const seeds = Array.from({ length: many ? count('seeds', 0) : 1 }, (_, n) => first + n)
  if (seeds.length === 0) return showKept()
  if (!flags['keep-build']) await buildIfChanged()

  // One folder per lab, so that two of them do not pull each other's plugs.
  const lab = join(process.cwd(), '.data', `chaos-${process.pid}`)
  mkdirSync(lab, { recursive: true, mode: 0o711 })
  const cluster = flags.cluster ? await startClusterLab({ asynchronous: flags.async, atStop }) : undefined
  const server = cluster?.server ?? (await startDatabaseServer(lab))
  atStop(server.stop)
  const failed: number[] = []
  const resultsFile = flags.results === '' ? join(lab, 'results.jsonl') : flags.results
  const counts = { numPassedTests: 0, numFailedTests: 0 }
  try {
    for (const seed of seeds) {
      const folder = join(lab, `seed-${seed}`)
      const startedAt = Date.now()
      const secretsFile = join(lab, 'secrets.json')
      const result = await runSeed({
        seed,
        payouts,
        workers,
        folder,
        secretsFile,
        server,
        ...(cluster && { cluster }),
        onProgress: progress(seed),
      })
      clearProgress()
      const text = report(result)
      writeFileSync(join(folder, 'report.md'), `${text}\n`)
      const broken = isBroken(result)
      if (cluster)
        keepResult(resultsFile, {
          seed,
          payouts,
          faults: [...result.faults.values()].reduce((sum, count) => sum + count, 0),
          broken: brokenNames(result),
          version: cluster.version,
          load: loadavg()[1] ?? 0,
          cluster: result.clusterResults,
        })
      if (broken) failed.push(seed)
      counts.numFailedTests += result.verdicts.filter(({ offenders }) => offenders.length > 0).length
      counts.numPassedTests += result.verdicts.filter(({ offenders }) => offenders.length === 0).length
      if (!many || broken) console.log(`\n${text}\n`)
      const took = many ? ` (${((Date.now() - startedAt) / 1000).toFixed(1)} s)` : ''
      console.log(`${verdictLine(seed, payouts, result)}${took}`)
      if (broken) {
        console.log(
          `Again: npm run chaos --${clusterFlags()} --seed ${seed} --payouts ${payouts} --workers ${workers}`,
        )
        console.log(
          `Logs, schedule and facts: ${folder}; database chaos_seed_${seed} of the server in ${lab}`,
        )
      } else if (!flags.keep) {
        rmSync(folder, { recursive: true, force: true })
        await server.drop(`chaos_seed_${seed}`)
      }
    }
  } catch (error) {
    clearProgress()
    server.saveLog(join(lab, 'database.log'))
    console.error(`Logs: ${lab}`)
    throw error
  } finally {
    clearProgress()
    await server.stop()
  }
  if (cluster) {
    const text = summary(keptResults(resultsFile))
    if (many) console.log(`\n${text}\n`)
    if (flags.write && !flags.async) writeInto('docs/cluster.md', text)
  }
  if (flags.report !== '') writeFileSync(flags.report, JSON.stringify(counts))
  if (many)
    console.log(
      failed.length === 0
        ? `chaos: ${seeds.length} seeds, ${payouts} payouts each: all invariants hold`
        : `chaos: ${failed.length} of ${seeds.length} seeds BROKEN: ${failed.join(', ')}`,
    )
  if (failed.length === 0 && !flags.keep) rmSync(lab, { recursive: true, force: true })
  return failed.length === 0 ? 0 : 1
}

/** `--seeds 0`: runs nothing, and shows what `--results` has. */
function showKept(): number {
  const kept = keptResults(flags.results)
  if (kept.length === 0) throw new Error('Name a file with results: --results FILE')
  console.log(`\n${summary(kept)}\n`)
  if (flags.write) writeInto('docs/cluster.md', summary(kept))
  return kept.some(({ broken }) => broken.length > 0) ? 1 : 0
}

const clusterFlags = () => `${flags.cluster ? ' --cluster' : ''}${flags.async ? ' --async' : ''}`

/** One line that changes on a terminal; elsewhere a line for each step. */
function progress(seed: number): (text: string) => void {
  let last = ''
  let lastAt = 0
  return (text) => {
    const line = `seed ${seed}: ${text}`
    if (process.stdout.isTTY) process.stdout.write(`\r\x1b[K${line}`)
    else if (!flags.seeds && line !== last && Date.now() - lastAt > 2000) {
      console.log(line)
      lastAt = Date.now()
    }
    last = line
  }
}

function clearProgress(): void {
  if (process.stdout.isTTY) process.stdout.write('\r\x1b[K')
}

main().then(
  (code) => process.exit(code),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
