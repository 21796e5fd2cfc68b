/** How often to see whether npm, who started us, is still there. */
const parentCheckMs = 1_000

/**
 * Resolves when we are told to stop: Ctrl-C, a termination, a closed terminal, or an npm that was killed and could tell us
 * nothing. Told again, we are already stopping; every step of that is bounded.
 */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => resolve())
    if (process.env['npm_lifecycle_event'] === undefined) return
    const parent = process.ppid
    setInterval(() => {
      if (process.ppid !== parent) resolve()
    }, parentCheckMs).unref()
  })
}
