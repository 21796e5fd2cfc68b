import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import type { Deps, SendStop } from '#lib/services/ports.ts'

/** Fits the banner. */
export const reasonMax = 500

/** Pulls the stop switch: once this returns, no payout-pay is claimed. Asking, callbacks and results go on. */
export async function stopSending(
  deps: Deps,
  actor: Actor,
  input: { reason: string },
): Promise<{ ok: true; stop: SendStop } | Refusal<'forbidden' | 'reason_required' | 'already_stopped'>> {
  if (!may(actor, 'sending.stop')) return refuse('forbidden')
  const reason = tidyProse(input.reason).slice(0, reasonMax)
  if (reason === '') return refuse('reason_required')
  const stop = await deps.stopSwitch.pull(actor, reason)
  if (stop === 'stopped_already') return refuse('already_stopped')
  deps.log.warn({ by: stop.stoppedByName, reason, inFlight: stop.inFlight.length }, 'payments were stopped')
  return { ok: true, stop }
}
