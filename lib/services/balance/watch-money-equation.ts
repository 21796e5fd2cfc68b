/** The money equation, computed again and again by whichever worker comes first. */
import type { Deps } from '#lib/services/ports.ts'

/** A person at the desk sees trouble within about a minute. */
const usuallyEveryMs = 55_000
/** On a very large database it is computed less often, so that it never takes more than a thirtieth of one processor. */
const restFactor = 30

/** Call it often: it does nothing until it is time. A worker keeps one of these. */
export function watchMoneyEquation(
  deps: Pick<Deps, 'ledger' | 'log' | 'clock'>,
  everyMs = usuallyEveryMs,
): () => Promise<void> {
  let tookMs = 0
  return async () => {
    const started = deps.clock.monotonicMs()
    const check = await deps.ledger.checkUnlessRecent(Math.round(Math.max(everyMs, tookMs * restFactor)))
    if (check === null) return
    tookMs = deps.clock.monotonicMs() - started
    if (!check.balanced)
      deps.log.error(
        { wrong: check.wrong.slice(0, 10), since: check.brokenSince },
        'the money does not add up',
      )
  }
}
