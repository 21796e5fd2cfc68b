/** What a worker does once a day beside its payouts: the anchor of the history, and the comparison with Cardzo. */
import { anchorToday } from '#lib/services/safety/anchor-history.ts'
import { compareNext, startDailyComparison } from '#lib/services/order/compare-with-cardzo.ts'
import type { Deps } from '#lib/services/ports.ts'

export type DailyPace = {
  /** How often to see whether something is to do: a comparison asked for on the command line starts that soon. */
  lookEveryMs: number
  /** Between two questions of a comparison. */
  pauseMs: number
}

/** Five questions a second are no burst, and a hundred thousand payouts are through in under six hours. */
const usualPace: DailyPace = { lookEveryMs: 10_000, pauseMs: 200 }

/** Runs until the signal; `done` when the question in hand is answered. Several workers may: each day's work is done once. */
export function startDailyWork(
  deps: Deps,
  workerId: string,
  signal: AbortSignal,
  pace = usualPace,
): { done: Promise<void> } {
  return { done: run(deps, workerId, signal, pace) }
}

async function run(deps: Deps, workerId: string, signal: AbortSignal, pace: DailyPace): Promise<void> {
  while (!signal.aborted) {
    await attempt(deps, () => anchorToday(deps))
    await attempt(deps, () => startDailyComparison(deps))
    await attempt(deps, async () => {
      while (!signal.aborted && (await compareNext(deps, workerId)) === 'asked')
        await sleep(pace.pauseMs, signal)
    })
    await sleep(pace.lookEveryMs, signal)
  }
}

/** Nothing is lost by a failure: what is done is counted, and the rest waits for the next look. */
async function attempt(deps: Deps, work: () => Promise<unknown>): Promise<void> {
  try {
    await work()
  } catch (error) {
    deps.log.warn({ err: error }, 'daily work was interrupted')
  }
}

/** Shorter when the signal comes. */
function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', end)
      resolve()
    }
    const timer = setTimeout(end, ms)
    signal.addEventListener('abort', end)
    if (signal.aborted) end()
  })
}
