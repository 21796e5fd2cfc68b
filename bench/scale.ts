// What the arithmetic of docs/scale.md rests on: what a payout, a poll and a callback cost, and how late polls come under ceilings of requests,
// beside a simulation of the same fleet.
import { simulateFleet } from './fleet.ts'
import type { Fleet, Lateness } from './fleet.ts'
import { fillProcessing } from './fill.ts'
import { lateness, pollMs, startPolledGateway } from './in-flight.ts'
import type { Figure, Results, Run } from './results.ts'
import { workerInFlight } from './stack.ts'
import type { BenchServer } from './stack.ts'

type Point = { ceiling: number; workers: number; payouts: number }

/** Well below and beyond what a ceiling allows, and as far as two cores go. */
const points: readonly Point[] = [
  { ceiling: 100, workers: 1, payouts: 300 },
  { ceiling: 100, workers: 2, payouts: 450 },
  { ceiling: 100, workers: 2, payouts: 600 },
  { ceiling: 100, workers: 2, payouts: 1_000 },
  { ceiling: 500, workers: 2, payouts: 2_000 },
  { ceiling: 500, workers: 4, payouts: 3_500 },
  { ceiling: 10_000, workers: 1, payouts: 2_000 },
  { ceiling: 10_000, workers: 2, payouts: 5_000 },
  { ceiling: 10_000, workers: 2, payouts: 15_000 },
]

/** Of the tables in results.json: `fleet 100/2/450` is a ceiling of 100, two workers and 450 payouts. */
const idOf = ({ ceiling, workers, payouts }: Point) => `fleet ${ceiling}/${workers}/${payouts}`

function pointOf(id: string): Point | undefined {
  const [, ceiling, workers, payouts] = /^fleet (\d+)\/(\d+)\/(\d+)$/.exec(id) ?? []
  return ceiling === undefined
    ? undefined
    : { ceiling: Number(ceiling), workers: Number(workers), payouts: Number(payouts) }
}

export async function measureFleet(server: BenchServer, say: (what: string) => void): Promise<Figure[]> {
  const figures: Figure[] = []
  for (const ceiling of new Set(points.map((point) => point.ceiling))) {
    const bench = await server.open({
      more: {
        CARDZO_POLL_INTERVAL_MS: String(pollMs),
        CARDZO_MAX_REQUESTS_PER_S: String(ceiling),
      },
    })
    try {
      const own = points.filter((point) => point.ceiling === ceiling)
      await fillProcessing(bench, Math.max(...own.map(({ payouts }) => payouts)))
      const gateway = await startPolledGateway(bench)
      for (const point of own) {
        const { p50Ms, p99Ms, pollsPerS } = await lateness(bench, gateway, {
          count: point.payouts,
          workers: point.workers,
        })
        figures.push({ id: idOf(point), what: nameOf(point), unit: '/s', ours: pollsPerS, p50Ms, p99Ms })
        say(
          `${nameOf(point)}: ${pollsPerS.toFixed(0)}/s, late p50 ${p50Ms.toFixed(0)} ms, p99 ${p99Ms.toFixed(0)} ms`,
        )
      }
    } finally {
      await bench.stop()
    }
  }
  return figures
}

const nameOf = ({ ceiling, workers, payouts }: Point) =>
  `polls, ${payouts.toLocaleString('en')} payouts every 5 s, ${workers === 1 ? 'one worker' : `${workers} workers`}, ` +
  `ceiling ${ceiling.toLocaleString('en')}/s`

/** Without a measured run: with this much 20,000 payouts come as late as measured on two cores. One number for one point; the others follow. */
const usualCpuMsPerPoll = 0.435
/** One statement, found with the first point of a run: half of it is how late a poll comes beyond the 20 ms between two claims. */
const cpuMsPerClaim = 2

/** The fleet of a point on this machine, with what a poll costs by the same run. */
export function fleetOf(figures: readonly Figure[], point: Point, cores: number): Fleet {
  const cpu = figures.filter(({ id }) => id.startsWith('poll-cpu-')).reduce((sum, { ours }) => sum + ours, 0)
  return {
    ...{ workers: point.workers, payouts: point.payouts, intervalMs: pollMs, inFlight: workerInFlight },
    ...{ ceiling: point.ceiling, latencyMs: 1, cores, cpuMsPerClaim },
    cpuMsPerPoll: cpu > 0 ? cpu : usualCpuMsPerPoll,
  }
}

/** Each measured point beside the simulated one, as a table in Markdown. */
export function simulatedBeside(figures: readonly Figure[], cores: number): string {
  const lines = figures.flatMap((figure) => {
    const point = pointOf(figure.id)
    if (!point) return []
    const simulated = simulateFleet(fleetOf(figures, point, cores))
    const measured: Lateness = {
      p50Ms: figure.p50Ms ?? NaN,
      p99Ms: figure.p99Ms ?? NaN,
      pollsPerS: figure.ours,
    }
    const beside = (key: keyof Lateness) =>
      `${measured[key].toFixed(0)} | ${simulated[key].toFixed(0)} | ${errorOf(measured[key], simulated[key])}`
    return [`| ${figure.what} | ${beside('pollsPerS')} | ${beside('p50Ms')} | ${beside('p99Ms')} |`]
  })
  return [
    '| what | polls/s | simulated | error | late p50, ms | simulated | error | late p99, ms | simulated | error |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...lines,
  ].join('\n')
}

/** Ten million a day, spread evenly and at three times that, with a bank that takes a minute and no callback: each payout is asked about until then. */
const perDay = 10_000_000
const bankS = 60
const askedEveryMs = 4_000
const answerMs = 100
const manyCores = 16

/** How late polls come with this many workers, where Cardzo takes as many requests as it takes. */
export function simulatedDay(figures: readonly Figure[]): string {
  const lines = [1, 3].flatMap((times) => {
    const payouts = Math.round((perDay / 86_400) * times * bankS)
    const needed = (payouts * 1000) / askedEveryMs
    return [2, 3, 4, 8, 12, 16].map((workers) => {
      const point = { ceiling: Math.ceil(needed * 1.2), workers, payouts }
      const fleet = { ...fleetOf(figures, point, manyCores), intervalMs: askedEveryMs, latencyMs: answerMs }
      const { pollsPerS, p50Ms, p99Ms } = simulateFleet(fleet, { settleMs: 30_000, watchMs: 10_000 })
      const figuresOf = [point.payouts, needed, workers, pollsPerS, p50Ms, p99Ms]
      return `| ${times === 1 ? 'evenly' : 'at the peak'} | ${figuresOf.map((figure) => Math.round(figure).toLocaleString('en')).join(' | ')} |`
    })
  })
  return [
    '| ten million a day | payouts at the bank | polls/s needed | workers | polls/s | late p50, ms | late p99, ms |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...lines,
  ].join('\n')
}

/** The points of the usual run, how late 99 of 100 polls come at most: from its note, beside the simulation. */
export function simulatedInFlight(
  note: string,
  cores: number,
  figures: readonly Figure[] = [],
): { payouts: number; measuredMs: number; simulatedMs: number }[] {
  return [...note.matchAll(/(\d+): (\d+) ms/g)].map(([, payouts, ms]) => {
    const point = { ceiling: 10_000, workers: 2, payouts: Number(payouts) }
    const simulatedMs = Math.round(simulateFleet(fleetOf(figures, point, cores)).p99Ms)
    return { payouts: point.payouts, measuredMs: Number(ms), simulatedMs }
  })
}

const errorOf = (measured: number, simulated: number) =>
  `${Math.round((100 * (simulated - measured)) / measured)} %`

/** The kept runs again, simulated with the cores of the machine that they were on, and ten million payouts a day. */
export function simulateKept({ main: usual, scale }: Results): string {
  const coresOf = (run: Run) => Number(/^\d+/.exec(run.machine)?.[0] ?? 2)
  const note = usual.figures.find(({ id }) => id === 'in-flight')?.note ?? ''
  return [
    '| payouts every 5 s, two workers | late p99, ms | simulated | difference, ms |',
    '| --: | --: | --: | --: |',
    ...simulatedInFlight(note, coresOf(usual), scale?.figures).map(
      ({ payouts, measuredMs, simulatedMs }) =>
        `| ${payouts.toLocaleString('en')} | ${measuredMs} | ${simulatedMs} | ${simulatedMs - measuredMs} |`,
    ),
    '',
    ...(scale ? [simulatedBeside(scale.figures, coresOf(scale)), ''] : []),
    simulatedDay(scale?.figures ?? []),
  ].join('\n')
}
