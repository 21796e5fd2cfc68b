/** What a worker does once a day beside its payouts: the anchor of the history, and the comparison with Cardzo. */
import { anchorToday } from '#lib/services/safety/anchor-history.ts'
import { compareNext, startDailyComparison } from '#lib/services/order/compare-with-cardzo.ts'
import type { Deps } from '#lib/services/ports.ts'
import { pause } from './pause.ts'
import { startPeriodicWork } from './periodic.ts'
import type { Periodic } from './periodic.ts'

export type DailyPace = {
  /** How often to look for work, beside what is said to be due. */
  lookEveryMs: number
  /** When Cardzo needs a pause. */
  restMs: number
  /** Between two questions of a comparison. */
  pauseMs: number
}

/** Five questions a second are no burst, and a hundred thousand payouts take less than six hours. */
const usualPace: DailyPace = { lookEveryMs: 60_000, restMs: 10_000, pauseMs: 200 }

/** Runs until the signal; `done` when the question in hand is answered. Each day's work is done once, however many workers run. */
export const startDailyWork = (
  deps: Deps,
  workerId: string,
  signal: AbortSignal,
  pace: DailyPace = usualPace,
): { done: Promise<void> } => startPeriodicWork(deps.log, signal, dailyWork(deps, workerId, signal, pace))

export function dailyWork(
  deps: Deps,
  workerId: string,
  signal: AbortSignal,
  { lookEveryMs, restMs, pauseMs }: DailyPace = usualPace,
): Periodic[] {
  const compare = async () => {
    while (!signal.aborted && (await compareNext(deps, workerId)) === 'asked') await pause(pauseMs, signal)
  }
  return [
    { name: 'the daily anchor', everyMs: lookEveryMs, run: () => anchorToday(deps) },
    { name: 'starting the daily comparison', everyMs: lookEveryMs, run: () => startDailyComparison(deps) },
    { name: 'the comparison with Cardzo', everyMs: lookEveryMs, on: 'comparison', restMs, run: compare },
  ]
}
