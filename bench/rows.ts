// The rows of the table: what is measured, beside what, and what we want to reach.
import { measureCallbacks } from './callbacks.ts'
import { measureCallbackCost, measurePayoutCost, measurePollCost } from './cost.ts'
import type { Cost } from './cost.ts'
import { measureIdleWorker } from './idle.ts'
import { measureInFlight } from './in-flight.ts'
import { measurePageWeight } from './page-weight.ts'
import { measurePaid, measureSecondWorker } from './paid.ts'
import type { Figure } from './results.ts'
import type { Options, Sides } from './rounds.ts'
import { measureSigning } from './signing.ts'
import type { BenchServer } from './stack.ts'
import { listedPayouts, measureCallbackToScreen, measureCreation, measureList, measureStatus } from './web.ts'

export type Row = {
  /** As `--only` names it. */
  id: string
  what: string
  /** Most rows are one figure. */
  run: (server: BenchServer, options: Options) => Promise<Figure[]>
}

type Measure = (server: BenchServer, options: Options) => Promise<Sides & { note?: string }>

/** A figure beside a baseline. `unit` follows the number. */
function compared(
  id: string,
  what: string,
  { than, reach, unit = '/s' }: { than: string; reach?: string; unit?: string },
  measure: Measure,
): Row {
  return {
    id,
    what,
    async run(server, options) {
      const { ours, baseline, note = '' } = await measure(server, options)
      if (ours.median === 0 || baseline.median === 0)
        throw new Error(
          `Nothing ended in time, or nothing was left to do: ${JSON.stringify({ ours, baseline })}`,
        )
      const { median, rounds: oursRounds, refused = 0, ...times } = ours
      const sides = { ours: median, baseline: baseline.median, ratio: median / baseline.median }
      const rounds = { oursRounds, baselineRounds: baseline.rounds }
      const refusals = refused === 0 ? '' : `${refused} requests were refused and not counted.`
      const notes = [note, refusals].filter((text) => text !== '').join(' ')
      const optional = { ...(reach && { reach }), ...(notes && { note: notes }) }
      return [{ id, what, unit, than, ...sides, ...times, ...rounds, ...optional }]
    },
  }
}

const cpuNames: Record<string, string> = { web: 'the web server', workers: 'two workers' }

function costFigures(id: string, per: string, { statements, commits, walBytes, cpuMs }: Cost): Figure[] {
  return [
    { id: `${id}-statements`, what: `statements per ${per}`, unit: '', ours: statements },
    { id: `${id}-commits`, what: `commits per ${per}`, unit: '', ours: commits },
    { id: `${id}-wal`, what: `bytes of write-ahead log per ${per}`, unit: '', ours: walBytes },
    ...Object.entries(cpuMs).map(([program, ms]) => ({
      ...{ id: `${id}-cpu-${program}`, what: `CPU of ${cpuNames[program] ?? program} per ${per}` },
      ...{ unit: ' ms', ours: ms },
    })),
  ]
}

export const rows: readonly Row[] = [
  compared(
    'callbacks',
    'callbacks stored and answered, 32 connections, all there after PostgreSQL is killed',
    { than: 'textbook handler on bare `node:http`, which verifies nothing', reach: '≥ 2.0' },
    measureCallbacks,
  ),
  compared(
    'status',
    'status API of the receiver’s page',
    { than: 'bare `node:http`, one SELECT', reach: '≥ 0.6' },
    measureStatus,
  ),
  compared(
    'list',
    `first page of ${listedPayouts.toLocaleString('en')} payouts by the API`,
    { than: 'its SQL alone', reach: '≥ 0.5' },
    measureList,
  ),
  compared(
    'create',
    'payouts created by the API, no worker running',
    { than: 'textbook handler, five statements', reach: '≥ 0.5' },
    (server, options) => measureCreation(server, options, 0),
  ),
  compared(
    'create-busy',
    'the same with two workers at work',
    { than: 'the same handler, no worker running', reach: '≥ 0.25' },
    (server, options) => measureCreation(server, options, 2),
  ),
  compared(
    'paid',
    'payouts to `paid`, two workers',
    { than: 'straight-line script, same calls', reach: '≥ 0.6' },
    measurePaid,
  ),
  compared(
    'second-worker',
    'second worker’s gain on the same machine',
    { than: 'one worker', reach: 'no idle burning' },
    measureSecondWorker,
  ),
  {
    id: 'idle',
    what: 'a worker with nothing to do',
    async run(server, options) {
      const { cpuSeconds, statements } = await measureIdleWorker(server, options)
      return [
        { id: 'idle-cpu', what: 'CPU of a worker with nothing to do', unit: ' s a minute', ours: cpuSeconds },
        {
          id: 'idle-statements',
          what: 'statements of a worker with nothing to do',
          unit: ' a minute',
          ours: statements,
        },
      ]
    },
  },
  compared(
    'in-flight',
    'payouts in flight at a 5 s poll, p99 not later than a second',
    { than: 'bare loop of status requests', reach: '5,000, stretch 20,000', unit: '' },
    measureInFlight,
  ),
  {
    id: 'push',
    what: 'callback to the receiver’s screen, p95',
    async run(server, options) {
      const { p50Ms, p95Ms } = await measureCallbackToScreen(server, options)
      return [{ id: 'push', what: this.what, unit: ' ms', ours: p95Ms, reach: '< 500 ms', p50Ms, p95Ms }]
    },
  },
  compared(
    'signing',
    'signed payout-check requests',
    { than: '`crypto.sign`, asynchronous' },
    (_server, options) => measureSigning(options),
  ),
  {
    id: 'cost',
    what: 'what a payout, a quiet poll and a callback cost',
    run: async (server) => [
      ...costFigures('payout', 'payout', await measurePayoutCost(server)),
      ...costFigures('poll', 'poll that finds nothing new', await measurePollCost(server)),
      ...costFigures('callback', 'callback', await measureCallbackCost(server)),
    ],
  },
  {
    id: 'page',
    what: 'weight of the receiver’s page: HTML, scripts and styles, compressed',
    async run(server) {
      const { ours, empty } = await measurePageWeight(server)
      const kb = { ours: ours / 1000, baseline: empty / 1000, ratio: ours / empty, unit: ' kB' }
      return [{ id: 'page', what: this.what, than: 'the page that says "not found"', ...kb }]
    },
  },
]
