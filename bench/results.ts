// What a run found, kept in results.json, and the tables that README and docs/performance.md show of it. Pure: a test holds the pages
// against the file.
import { z } from 'zod'

const figureShape = z.strictObject({
  id: z.string(),
  what: z.string(),
  unit: z.string(),
  ours: z.number(),
  /** What the baseline is. Absent: the figure has none. */
  than: z.string().optional(),
  baseline: z.number().optional(),
  ratio: z.number().optional(),
  /** What is good enough, in words. */
  reach: z.string().optional(),
  p50Ms: z.number().optional(),
  p95Ms: z.number().optional(),
  p99Ms: z.number().optional(),
  oursRounds: z.array(z.number()).optional(),
  baselineRounds: z.array(z.number()).optional(),
  note: z.string().optional(),
})
/** One measured figure, with or without something to compare it with. `ratio` is ours by baseline. */
export type Figure = z.infer<typeof figureShape>

const runShape = z.strictObject({
  at: z.iso.datetime(),
  /** Shortened; `+` when files were changed since. */
  commit: z.string(),
  machine: z.string(),
  /** The one-minute load average when the run began: other work on the machine. */
  load: z.number(),
  /** Of the usual run: how long a round lasted, and how many there were. */
  seconds: z.number().optional(),
  rounds: z.number().optional(),
  minutes: z.number(),
  figures: z.array(figureShape),
})
export type Run = z.infer<typeof runShape>

/** `main` is the usual run; the others are run when asked for. */
export const resultsShape = z.strictObject({
  main: runShape,
  million: runShape.optional(),
  memory: runShape.optional(),
  streams: runShape.optional(),
  scale: runShape.optional(),
})
export type Results = z.infer<typeof resultsShape>

/** The short table: what people ask first. */
export function shortTable({ main, million }: Results): string {
  const compared = [...main.figures, ...(million?.figures.slice(0, 1) ?? [])].filter(isInShort)
  return [
    '| what | ratio | reach | ours | the plainest thing that does the job |',
    '| --- | --: | --: | --: | --- |',
    ...compared.map(
      (figure) =>
        `| ${figure.what} | ${ratio(figure)} | ${figure.reach ?? ''} | ${amount(figure.ours, figure.unit)} | ${beside(figure)} |`,
    ),
    '',
    about(main),
  ].join('\n')
}

const isInShort = ({ than, reach }: Figure) => than !== undefined || reach !== undefined

/** Every figure, with how long one took. */
export function longTables(results: Results): string {
  const named = [
    ['', results.main],
    ['With a million payouts', results.million],
    ['Memory', results.memory],
    ['Open pages', results.streams],
    ['For the arithmetic of scale', results.scale],
  ] as const
  return named
    .flatMap(([title, run]) =>
      run ? [[...(title ? [`**${title}**`, ''] : []), ...longTable(run)].join('\n')] : [],
    )
    .join('\n\n')
}

function longTable(run: Run): string[] {
  return [
    '| what | ratio | ours | baseline | rounds, ours | rounds, baseline | p50, p95, p99 ms |',
    '| --- | --: | --: | --- | --- | --- | --- |',
    ...run.figures.map((figure) => {
      const rounds = (values: readonly number[] = []) =>
        values.length > 1 ? values.map(short).join(', ') : ''
      const times = [figure.p50Ms, figure.p95Ms, figure.p99Ms].flatMap((ms) =>
        ms === undefined ? [] : short(ms),
      )
      return `| ${figure.what} | ${ratio(figure)} | ${amount(figure.ours, figure.unit)} | ${beside(figure)} | ${rounds(figure.oursRounds)} | ${rounds(figure.baselineRounds)} | ${times.join(', ')} |`
    }),
    '',
    ...run.figures.flatMap(({ what, note }) => (note === undefined ? [] : [`- ${what}: ${note}`])),
    '',
    about(run),
  ]
}

const ratio = (figure: Figure) => (figure.ratio === undefined ? '' : figure.ratio.toFixed(2))
const amount = (value: number, unit: string) => `${short(value)}${unit}`
const beside = ({ than, baseline, unit }: Figure) =>
  than === undefined ? '' : baseline === undefined ? than : `${than}: ${amount(baseline, unit)}`

/** Three digits are as many as such a figure is good for. */
export function short(value: number): string {
  if (value >= 100) return Math.round(value).toLocaleString('en')
  return String(Number(value.toPrecision(3)))
}

function about({ at, commit, machine, load, seconds, rounds, minutes }: Run): string {
  return (
    `Commit ${commit}, ${at.slice(0, 10)}, ${machine}. Load before the run ${load.toFixed(1)}; ` +
    (seconds === undefined || rounds === undefined
      ? ''
      : `medians of ${rounds} rounds of ${short(seconds)} s each, `) +
    `${short(minutes)} minutes in all.`
  )
}

const begin = '<!-- npm run bench writes this table -->'
const end = '<!-- end of the table -->'

/** The page with `table` between its two marks; throws when it has no such place. */
export function withTable(page: string, table: string): string {
  const [before, rest] = page.split(begin)
  const after = rest?.split(end)[1]
  if (before === undefined || after === undefined)
    throw new Error(`A page has no place for the table: ${begin} … ${end}`)
  return `${before}${begin}\n\n${table}\n\n${end}${after}`
}
