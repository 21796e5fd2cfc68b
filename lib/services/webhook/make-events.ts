import { heldUntil } from '#lib/payouts/mail-rhythm.ts'
import type { Deps } from '#lib/services/ports.ts'

/**
 * Turns what has happened since the last look into webhook events and their deliveries. Any number of workers may run it. `again`: there was
 * something, and what is in a payout's history is told at the next look.
 */
export async function makeEvents(
  deps: Pick<Deps, 'webhooks' | 'clock'>,
  signal: AbortSignal,
): Promise<'again' | 'nothing'> {
  const now = new Date(deps.clock.wallMs())
  while (!signal.aborted) {
    const found = await deps.webhooks.makeEvents((chat) =>
      Math.max(0, (heldUntil(chat, now)?.getTime() ?? 0) - now.getTime()),
    )
    if (found === 'nothing') return 'nothing'
    if (found === 'soon') return 'again'
  }
  return 'nothing'
}
