/** What a worker asks at each heartbeat: is this still the database it last saw, and may payments be sent? */
import { watchMarker } from '#lib/services/safety/marker.ts'
import type { Deps } from '#lib/services/ports.ts'
import { pause } from './pause.ts'

type Watched = Pick<Deps, 'askFirst' | 'stopSwitch' | 'heartbeats' | 'items' | 'log' | 'marker' | 'sentMarks'>

/** Logs what has changed since the last call. Rejects while the database or the marker's folder is away. */
export function createSendingWatch(deps: Watched, workerId: string): () => Promise<void> {
  let stopped: string | null = null
  let asking: string | null = null
  return async () => {
    await watchMarker(deps, workerId)
    const [stop, askFirst] = await Promise.all([deps.stopSwitch.active(), deps.askFirst.active()])
    if (stop && stop.id !== stopped) {
      // Who stopped them, and why, is on the desk and in the audit trail.
      deps.log.warn({ since: stop.stoppedAt, stopId: stop.id }, 'payments are stopped: no payout-pay is sent')
    } else if (!stop && stopped !== null) deps.log.warn({}, 'payments are released')
    if (askFirst && askFirst.id !== asking) {
      deps.log.warn(
        { since: askFirst.startedAt, why: askFirst.why },
        'Cardzo is asked before every payout-check, until "restore:end"',
      )
    } else if (!askFirst && asking !== null) deps.log.warn({}, 'asking first has ended')
    stopped = stop?.id ?? null
    asking = askFirst?.id ?? null
  }
}

/** Long enough not to flood the log while the database starts. */
const retryMs = 1000

/** The worker takes no step before the first look has succeeded. Returns early when it is told to stop. */
export async function firstLook(
  watch: () => Promise<void>,
  log: Deps['log'],
  signal: AbortSignal,
  trouble = 'the worker waits: database and marker could not be compared',
): Promise<void> {
  while (!signal.aborted) {
    try {
      await watch()
      return
    } catch (error) {
      log.error({ err: error }, trouble)
    }
    await pause(retryMs, signal)
  }
}
