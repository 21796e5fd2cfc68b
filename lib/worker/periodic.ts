/** What a worker looks at every so often beside its payouts. Several workers may: each look leaves the same behind. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Deps } from '#lib/services/ports.ts'

export type Periodic = {
  /** What the log calls it when it fails. */
  name: string
  everyMs: number
  run: () => Promise<unknown>
}

/** Runs each until the signal, the first time at once; `done` when what is in hand is finished. A failure waits for the next look. */
export function startPeriodicWork(
  log: Deps['log'],
  signal: AbortSignal,
  works: readonly Periodic[],
): { done: Promise<void> } {
  return { done: Promise.all(works.map((work) => repeat(log, signal, work))).then(() => undefined) }
}

async function repeat(
  log: Deps['log'],
  signal: AbortSignal,
  { name, everyMs, run }: Periodic,
): Promise<void> {
  while (!signal.aborted) {
    try {
      await run()
    } catch (error) {
      log.warn({ err: error, work: name }, 'periodic work was interrupted')
    }
    await sleep(everyMs, undefined, { signal }).catch(() => undefined)
  }
}
