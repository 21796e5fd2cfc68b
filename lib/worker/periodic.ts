/** What a worker does beside its payouts. Any number of workers may do so: one look or many leave the same state. */
import type { Deps, WorkKind } from '#lib/services/ports.ts'
import { processMetrics } from '#lib/runtime/watch/metrics.ts'
import { createBell } from './bell.ts'
import type { Bell } from './bell.ts'
import { pause } from './pause.ts'

/** `anything`: somebody said that something is due. */
type Waking = WorkKind | 'anything'

export type Periodic = {
  /** Its name in the log when it fails. */
  name: string
  /** At least this often. */
  everyMs: number
  /** It also runs when this kind of work is said to be due. */
  on?: Waking
  /** Between the end of one run and the next, however often it is woken; 0: nothing. */
  restMs?: number
  /** What is woken when it has run. */
  then?: WorkKind
  /** `again`: it knows already that it must run again. */
  run: () => Promise<unknown>
}

/**
 * Runs each until the signal, the first time at once. `done` when what is in hand has finished. After a failure the next look tries again.
 * `wake` may be called at any time: what is woken while it runs, runs once more.
 */
export function startPeriodicWork(
  log: Deps['log'],
  signal: AbortSignal,
  works: readonly Periodic[],
): { wake: (kinds: Iterable<Waking>) => void; done: Promise<void> } {
  const all = works.map((work) => ({ work, bell: createBell() }))
  const wake = (kinds: Iterable<Waking>) => {
    const due = new Set(kinds)
    for (const { work, bell } of all) if (work.on !== undefined && due.has(work.on)) bell.ring()
  }
  signal.addEventListener('abort', () => all.forEach(({ bell }) => bell.ring()))
  const tasks = all.map(({ work, bell }) => repeat(log, signal, work, bell, wake))
  return { wake, done: Promise.all(tasks).then(() => undefined) }
}

async function repeat(
  log: Deps['log'],
  signal: AbortSignal,
  { name, everyMs, restMs = 0, then, run }: Periodic,
  bell: Bell,
  wake: (kinds: Iterable<Waking>) => void,
): Promise<void> {
  while (!signal.aborted) {
    try {
      if ((await run()) === 'again') bell.ring()
      if (then !== undefined) wake([then])
    } catch (error) {
      processMetrics().periodicFailures.inc({ work: name })
      log.warn({ err: error, work: name }, 'periodic work was interrupted')
    }
    if (restMs > 0) await pause(restMs, signal)
    // The signal rings it too, so this ends at once after it.
    await bell.wait(everyMs - restMs)
  }
}
