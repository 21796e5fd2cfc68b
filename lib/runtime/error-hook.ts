/**
 * The one way an error takes into the log, in every process. Libraries print by themselves, Next above all: their console leads here too,
 * so that nothing reaches a terminal or a file without being scrubbed.
 */
import { format } from 'node:util'
import type { Log } from '#lib/services/ports.ts'

// Next bundles this module several times over; an error is known to all of them.
const shared = globalThis as typeof globalThis & { payoutPortalReported?: WeakSet<object> }
const reported = (shared.payoutPortalReported ??= new WeakSet())

/** Logs what nobody expected. `about`: where it happened; never what was sent. */
export function reportError(log: Log, error: unknown, about: Record<string, unknown>, message: string): void {
  if (typeof error === 'object' && error !== null) reported.add(error)
  log.error({ ...about, err: error }, message)
}

/** From now on whatever this process prints as a warning or an error goes through the log; an error that was reported is not repeated. */
export function takeOverConsole(log: Log, target: Pick<Console, 'error' | 'warn'> = console): void {
  const into =
    (write: Log['error']) =>
    (...args: unknown[]) => {
      const errors = args.filter((arg) => arg instanceof Error)
      if (errors.length > 0 && errors.every((error) => reported.has(error))) return
      for (const error of errors) reported.add(error)
      const texts = args.filter((arg) => !(arg instanceof Error))
      const [err] = errors
      write(
        { from: 'console', ...(err && { err }) },
        texts.length > 0 ? format(...texts) : 'an error was printed',
      )
    }
  target.error = into(log.error)
  target.warn = into(log.warn)
}

/** What nobody caught: the process says so in its log, and ends unless `stay`. */
export function reportUncaught(log: Log, options: { stay: boolean }): void {
  process.on('uncaughtException', (error) => {
    reportError(log, error, {}, 'nobody caught an error')
    if (!options.stay) process.exit(1)
  })
  process.on('unhandledRejection', (error) => {
    reportError(log, error, {}, 'nobody caught a rejection')
    if (!options.stay) process.exit(1)
  })
}
