// npm run bench: this portal beside the plainest thing that does the same, measured in one run on one machine. Ratios travel from machine to
// machine; absolute numbers do not. Keeps what it found in results.json and in the tables of README and docs/performance.md.
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { formatText } from '../scripts/format-text.ts'
import { measureBatch } from './batch.ts'
import { measureFile } from './file.ts'
import { measureMemory } from './memory.ts'
import { measureMillion, rowsOf } from './million.ts'
import type { PageCost } from './million.ts'
import { summarise } from './profile.ts'
import { measureOpenPages } from './push.ts'
import { longTables, resultsShape, shortTable, withTable } from './results.ts'
import type { Figure, Results, Run } from './results.ts'
import { rows } from './rows.ts'
import type { Row } from './rows.ts'
import { measureFleet, simulateKept, simulatedBeside } from './scale.ts'
import { reportShardKeys } from './shard-keys.ts'
import { dataDir, needBuild, openServer } from './stack.ts'
import type { BenchServer } from './stack.ts'

const resultsFile = join('bench', 'results.json')

const help = `npm run bench -- [options]

  --only <row,…>  these rows alone; prints them and keeps nothing
  --seconds <n>   how long a round lasts (3)
  --rounds <n>    how many rounds of each side (5)
  --profile       where the time goes, by statement and by function, into .data/bench/profile; keeps nothing else
  --million       the desk's list and search on a million payouts, instead of the table; needs no build, takes about ten minutes
  --memory        memory of web server and worker over 100,000 payouts, instead of the table; takes an hour or more
  --file          a file of 100,000 payouts made in the background: time and memory; prints them and keeps nothing
  --batch         a batch of 10,000 payouts by the API: time and memory; prints them and keeps nothing
  --scale         what a payout, a poll and a callback cost, and how late polls come under ceilings of requests, beside a simulation
  --simulate      that simulation alone, beside what is kept; needs no build and measures nothing
  --shards        which keys, triggers and sequences of the database lack a shard key; needs no build and keeps nothing
  --streams       memory and CPU of a web server with 10,000 open pages, instead of the table; about two minutes, Linux only

Rows: ${rows.map(({ id }) => id).join(', ')}`

/** The usual table, or one of those that take long. */
type Kind = keyof Results
type Asked = {
  kind: Kind
  only: string[] | undefined
  seconds: number
  rounds: number
  profile: boolean
  /** Nothing but the file. */
  file: boolean
  /** Nothing but the batch. */
  batch: boolean
  /** Nothing but the simulation of the fleet. */
  simulate: boolean
  /** Nothing but what lacks a shard key. */
  shards: boolean
}

/** The rows that could not be measured. A run with any is not kept. */
const failed: string[] = []

function readArguments(): Asked | undefined {
  const { values } = parseArgs({
    options: {
      only: { type: 'string' },
      seconds: { type: 'string', default: '3' },
      rounds: { type: 'string', default: '5' },
      profile: { type: 'boolean', default: false },
      million: { type: 'boolean', default: false },
      memory: { type: 'boolean', default: false },
      streams: { type: 'boolean', default: false },
      scale: { type: 'boolean', default: false },
      simulate: { type: 'boolean', default: false },
      shards: { type: 'boolean', default: false },
      file: { type: 'boolean', default: false },
      batch: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) return undefined
  const [seconds, rounds] = [Number(values.seconds), Number(values.rounds)]
  if (!(seconds > 0) || !Number.isInteger(rounds) || rounds < 1)
    throw new Error('--seconds takes a positive number, --rounds a positive whole one')
  const only = values.only?.split(',')
  const unknown = only?.find((id) => !rows.some((row) => row.id === id))
  if (unknown !== undefined) throw new Error(`There is no row "${unknown}". ${help}`)
  const kind = (['million', 'memory', 'streams', 'scale'] as const).find((one) => values[one]) ?? 'main'
  const { profile, file, batch, simulate, shards } = values
  return { kind, only, seconds, rounds, profile, file, batch, simulate, shards }
}

async function main(): Promise<void> {
  const asked = readArguments()
  if (!asked) {
    console.log(help)
    return
  }
  if (asked.file) {
    console.log((await measureFile(say)).join('\n'))
    return
  }
  if (asked.simulate) {
    console.log(simulateKept(resultsShape.parse(JSON.parse(readFileSync(resultsFile, 'utf8')))))
    return
  }
  if (asked.shards) {
    console.log(await reportShardKeys())
    return
  }
  const load = loadavg()[0] ?? 0
  const startedAt = performance.now()
  const found = await measureKind(asked)
  if (!found) return
  const { figures, version } = found
  const run: Run = {
    at: new Date().toISOString(),
    commit: commit(),
    machine: machine(version),
    load,
    ...(asked.kind === 'main' && { seconds: asked.seconds, rounds: asked.rounds }),
    minutes: (performance.now() - startedAt) / 60_000,
    figures,
  }
  console.log(asked.kind === 'main' ? shortTable({ main: run }) : longTables({ main: run }))
  if (failed.length > 0) throw new Error(`Not measured: ${failed.join(', ')}. Nothing was kept.`)
  if (asked.only === undefined && !asked.profile) await keep(run, asked.kind)
}

/** And the version of PostgreSQL. Nothing: what was asked for is printed and not kept. */
async function measureKind(asked: Asked): Promise<{ figures: Figure[]; version: string } | undefined> {
  if (asked.kind === 'million') {
    // The stores alone, on a server of its own: neither web server nor worker runs.
    const { pages, version } = await measureMillion(say)
    return { figures: millionFigures(pages), version }
  }
  needBuild()
  const server = await openServer()
  try {
    if (asked.batch) {
      console.log((await measureBatch(server, say)).join('\n'))
      return undefined
    }
    return { figures: await measurements[asked.kind](server, asked), version: server.version }
  } finally {
    await server.stop()
  }
}

const measurements: Record<
  Exclude<Kind, 'million'>,
  (server: BenchServer, asked: Asked) => Promise<Figure[]>
> = {
  main: measureRows,
  memory: memoryFigures,
  streams: streamFigures,
  scale: scaleFigures,
}

/** A row that fails stops no other: a run takes long. */
async function measureRows(server: BenchServer, asked: Asked): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const row of rows.filter(({ id }) => asked.only?.includes(id) ?? true)) {
    say(row.what)
    try {
      const profileInto = asked.profile ? emptyFolder(row.id) : undefined
      figures.push(...(await row.run(server, { ...asked, profileInto })))
      if (profileInto !== undefined) await writeProfile(row, profileInto)
    } catch (error) {
      console.error(error)
      failed.push(row.id)
    }
  }
  return figures
}

async function writeProfile(row: Row, folder: string): Promise<void> {
  const summary = await summarise(folder)
  if (summary === '') return
  const file = `${folder}.md`
  writeFileSync(file, `# ${row.what}\n\n${summary}\n`)
  say(`  ${file}`)
}

function emptyFolder(name: string): string {
  const folder = join(dataDir, 'profile', name)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  return folder
}

async function memoryFigures(server: BenchServer): Promise<Figure[]> {
  const points = await measureMemory(server, say)
  return (['web', 'worker'] as const).map((program) => {
    const mb = points.map((point) => point[program])
    const [first = NaN, last = NaN] = [mb[0], mb.at(-1)]
    const what = `memory of the ${program === 'web' ? 'web server' : 'worker'} after ${points.at(-1)?.payouts.toLocaleString('en') ?? 0} payouts`
    const than = `after ${points[0]?.payouts.toLocaleString('en') ?? 0}`
    return {
      id: `memory-${program}`,
      what,
      unit: ' MB',
      ours: last,
      than,
      baseline: first,
      ratio: last / first,
      oursRounds: mb,
    }
  })
}

async function streamFigures(server: BenchServer): Promise<Figure[]> {
  const { streams, bytesEach, idleCpu, toLast } = await measureOpenPages(server)
  const open = `with ${streams.toLocaleString('en')} open pages`
  return [
    {
      id: 'streams-memory',
      what: `memory of the web server for each, ${open}`,
      unit: ' kB',
      ours: bytesEach / 1000,
    },
    {
      id: 'streams-cpu',
      what: `share of one core while nothing changes, ${open}`,
      unit: ' %',
      ours: 100 * idleCpu,
    },
    {
      id: 'streams-told',
      what: `until all ${toLast.streams} pages of one payout are told, p95, ${open}`,
      unit: ' ms',
      ours: toLast.p95Ms,
      p50Ms: toLast.p50Ms,
      p95Ms: toLast.p95Ms,
    },
  ]
}

async function scaleFigures(server: BenchServer, asked: Asked): Promise<Figure[]> {
  const costs = await measureRows(server, { ...asked, only: ['cost'] })
  const figures = [...costs, ...(await measureFleet(server, say))]
  say(simulatedBeside(figures, availableParallelism()))
  return figures
}

/** Each page beside the same with a thousand payouts. The worst is what counts. */
function millionFigures(pages: readonly PageCost[]): Figure[] {
  const figures = pages.map(({ what, small, large, ratio }) => ({
    ...{ id: `million-${what}`, what: `${what} (${rowsOf(small, large)})`, unit: ' ms', ratio },
    ...{ ours: large.p95Ms, than: 'the same at 1,000', baseline: small.p95Ms },
    ...{ p50Ms: large.p50Ms, p95Ms: large.p95Ms },
  }))
  const worst = figures.toSorted((a, b) => b.ratio - a.ratio)[0]
  if (!worst) throw new Error('No page was measured')
  const what = `desk list and search at 1,000,000 payouts, p95, the worst page: ${worst.what}`
  return [{ ...worst, id: 'million', what, reach: '≤ 1.5' }, ...figures]
}

/** Adds the run to what is kept, and writes the tables of both pages. */
async function keep(run: Run, as: keyof Results): Promise<void> {
  const kept: unknown = existsSync(resultsFile) ? JSON.parse(readFileSync(resultsFile, 'utf8')) : {}
  const results = resultsShape.parse({ ...(kept as object), [as]: run })
  writeFileSync(resultsFile, await formatText(resultsFile, JSON.stringify(results)))
  for (const [page, table] of [
    ['README.md', shortTable(results)],
    ['docs/performance.md', longTables(results)],
  ] as const)
    writeFileSync(page, await formatText(page, withTable(readFileSync(page, 'utf8'), table)))
}

/** Progress goes to standard error, so that standard output is the table alone. */
const say = (what: string) => console.error(what)

function commit(): string {
  const git = (...args: string[]) => execFileSync('git', args, { encoding: 'utf8' }).trim()
  const changed = git('status', '--porcelain', '--', 'app', 'lib', 'prisma', 'package-lock.json') !== ''
  return `${git('rev-parse', '--short', 'HEAD')}${changed ? '+' : ''}`
}

function machine(postgres: string): string {
  const memory = Math.round(totalmem() / 2 ** 30)
  const cores = `${availableParallelism()} cores (${cpus()[0]?.model ?? 'unknown'})`
  return `${cores}, ${memory} GB, Node ${process.versions.node}, PostgreSQL ${postgres}, ${process.platform}`
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  },
)
