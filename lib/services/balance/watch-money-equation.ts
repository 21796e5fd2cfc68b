/** The money equation, computed about every minute by one of the workers. */
import type { Deps } from '#lib/services/ports.ts'

/** So that the desk shows trouble within about a minute. */
const usuallyEveryMs = 55_000
/** While something is wrong everything is compared each time. That may take at most a thirtieth of one processor. */
const restFactor = 30

/** Returns what a worker calls often; each call does nothing until it is time. */
export function watchMoneyEquation(
  deps: Pick<Deps, 'ledger' | 'log' | 'clock'>,
  everyMs = usuallyEveryMs,
): () => Promise<void> {
  let tookMs = 0
  return async () => {
    const started = deps.clock.monotonicMs()
    const check = await deps.ledger.checkUnlessRecent(Math.round(Math.max(everyMs, tookMs * restFactor)))
    if (check === null) return
    tookMs = check.balanced ? 0 : deps.clock.monotonicMs() - started
    if (!check.balanced)
      deps.log.error(
        { wrong: check.wrong.slice(0, 10), since: check.brokenSince },
        'the money does not add up',
      )
  }
}
