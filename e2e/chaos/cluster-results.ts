// What the seeds on a cluster have shown: kept in a file as they end, and written into docs/cluster.md.
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'
import { clusterFaults, lossyFault } from './cluster-faults.ts'
import { clusterReport } from './cluster-report.ts'

const Result = z.object({
  fault: z.enum([...clusterFaults, lossyFault]),
  secondsWithoutWrites: z.number(),
  acknowledged: z.number(),
  lost: z.number(),
  note: z.string().exactOptional(),
})

const Seed = z.object({
  seed: z.number(),
  payouts: z.number(),
  /** How many faults of all kinds it has met. */
  faults: z.number(),
  /** Names of the invariants that were broken. */
  broken: z.array(z.string()),
  /** Of Patroni. */
  version: z.string(),
  /** Processes that wanted to run, over the last five minutes of the seed. */
  load: z.number(),
  cluster: z.array(Result),
})
export type SeedOnCluster = z.infer<typeof Seed>

/** Adds a seed to `file`, one line each: two labs may share it. */
export function keepResult(file: string, result: SeedOnCluster): void {
  appendFileSync(file, `${JSON.stringify(result)}\n`)
}

/** All seeds in `file`, in their order; of one that ran twice, the later run. */
export function keptResults(file: string): SeedOnCluster[] {
  if (!existsSync(file)) return []
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean)
  const all = lines.map((line) => Seed.parse(JSON.parse(line)))
  return [...new Map(all.map((one) => [one.seed, one])).values()].sort((a, b) => a.seed - b.seed)
}

/** What was run and how it ended, and a table with one line per fault, as Markdown. */
export function summary(results: readonly SeedOnCluster[]): string {
  const seeds = results.map(({ seed }) => seed)
  const broken = results.filter((one) => one.broken.length > 0)
  const different = (values: readonly (string | number)[]) => [...new Set(values)].join(' and ')
  const loads = results.map(({ load }) => load)
  return [
    `${seeds.length} seeds (${inShort(seeds)}) of ${different(results.map(({ payouts }) => payouts))} payouts, with` +
      ` ${results.reduce((sum, { faults }) => sum + faults, 0)} faults of all kinds, Patroni` +
      ` ${different(results.map(({ version }) => version))}, load ${Math.min(...loads).toFixed(0)} to ${Math.max(...loads).toFixed(0)}:` +
      (broken.length === 0
        ? ' all invariants held in all of them.'
        : ` **broken** in ${broken.map((one) => `${one.seed} (${one.broken.join(', ')})`).join(', ')}.`),
    clusterReport(results.flatMap(({ cluster }) => cluster)),
  ].join('\n\n')
}

/** 1-3, 7 */
function inShort(numbers: readonly number[]): string {
  const runs: [number, number][] = []
  for (const n of numbers) {
    const last = runs.at(-1)
    if (last?.[1] === n - 1) last[1] = n
    else runs.push([n, n])
  }
  return runs.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(', ')
}

const begin = '<!-- npm run chaos -- --cluster --write writes this table -->'
const end = '<!-- end of the table -->'

/** Puts `text` into a document, in place of what was between its two marks. Throws when they are missing. */
export function writeInto(file: string, text: string): void {
  const old = readFileSync(file, 'utf8')
  const [from, to] = [old.indexOf(begin), old.indexOf(end)]
  if (from < 0 || to < from) throw new Error(`${file} has no place for the table.`)
  writeFileSync(file, `${old.slice(0, from)}${begin}\n\n${text}\n\n${old.slice(to)}`)
}
