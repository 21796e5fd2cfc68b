/** What a worker checks at intervals beside its payouts. Any number of workers may do so: one look or many leave the same state. */
import type { Deps } from '#lib/services/ports.ts'
import { pause } from './pause.ts'

export type Periodic = {
  /** Its name in the log when it fails. */
  name: string
  everyMs: number
  run: () => Promise<unknown>
}

/** Runs each until the signal, the first time at once. `done` when what is in hand has finished. After a failure the next look tries again. */
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
    await pause(everyMs, signal)
  }
}
