/**
 * The one way for an error into the log, in every process. What libraries print, Next above all, comes here too, so that nothing
 * reaches a terminal or a file without being scrubbed.
 */
import { format } from 'node:util'
import type { Log } from '#lib/services/ports.ts'

// Next bundles this module several times, and all copies must know which errors were reported.
const shared = globalThis as typeof globalThis & { payoutPortalReported?: WeakSet<object> }
const reported = (shared.payoutPortalReported ??= new WeakSet())

/** Logs an unexpected error. `about` says where it happened, never what was sent. */
export function reportError(log: Log, error: unknown, about: Record<string, unknown>, message: string): void {
  if (typeof error === 'object' && error !== null) reported.add(error)
  log.error({ ...about, err: error }, message)
}

/** From now on, warnings and errors that this process prints go through the log. An error that was reported is not repeated. */
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

/** Logs errors that nobody caught, and ends the process unless `stay`. */
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
