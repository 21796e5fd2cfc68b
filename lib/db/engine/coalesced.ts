/** Doing something once for all who ask for it while it is being done. */
import { setTimeout as sleep } from 'node:timers/promises'

export type Coalesced = {
  /** Begins now, or once more after the run that is under way. Returns at once. */
  ask: () => void
  /** When all that has been asked for is done. */
  done: () => Promise<void>
}

/** `run` must not throw. Runs one at a time, `gapMs` apart, so that what is asked for in between is done together. */
export function coalesced(run: () => Promise<void>, gapMs = 0): Coalesced {
  let isWanted = false
  let running: Promise<void> | undefined
  const runAll = async () => {
    while (isWanted) {
      isWanted = false
      await run()
      if (gapMs > 0) await sleep(gapMs)
    }
    running = undefined
  }
  return {
    ask() {
      isWanted = true
      running ??= runAll()
    },
    done: () => running ?? Promise.resolve(),
  }
}
