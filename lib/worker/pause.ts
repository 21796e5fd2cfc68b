import { setTimeout as sleep } from 'node:timers/promises'

/** Resolves after `ms` milliseconds, or at once when the signal comes. Never rejects. */
export const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  // With these arguments it rejects only because of the signal.
  sleep(ms, undefined, { signal }).catch(() => undefined)
