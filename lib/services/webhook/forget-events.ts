import type { Deps } from '#lib/services/ports.ts'

/** In one statement, so that none takes long. */
const atOnce = 500

/**
 * Deletes webhook events that are older than the settings say, with what came of them; never what is still to be sent. Any number of workers
 * may run it. Until the signal.
 */
export async function forgetEvents(
  deps: Pick<Deps, 'webhooks' | 'settings'>,
  signal: AbortSignal,
): Promise<void> {
  const { eventDays } = await deps.settings.read()
  let after: bigint | null = 0n
  while (after !== null && !signal.aborted) after = await deps.webhooks.forget(after, eventDays, atOnce)
}
