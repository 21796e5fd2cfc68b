import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { Deps, SendStop } from '#lib/services/ports.ts'

/** Fits the banner. */
export const reasonMax = 500

/**
 * Pulls the stop switch: once this returns, no payout-pay is claimed, by that endpoint or, without one, at all. Asking, callbacks and
 * results go on.
 */
export async function stopSending(
  deps: Deps,
  actor: Actor,
  input: { reason: string; endpointId?: number | null },
): Promise<
  { ok: true; stop: SendStop } | Refusal<'forbidden' | 'not_found' | 'reason_required' | 'already_stopped'>
> {
  if (!may(actor, 'sending.stop')) return refuse('forbidden')
  const reason = tidyProse(input.reason).slice(0, reasonMax)
  if (reason === '') return refuse('reason_required')
  const { endpointId = null } = input
  if (endpointId !== null && !(await isKnown(deps, endpointId))) return refuse('not_found')
  const stop = await deps.stopSwitch.pull(actor, reason, endpointId)
  if (stop === 'stopped_already') return refuse('already_stopped')
  deps.log.warn(
    { by: stop.stoppedByName, reason, inFlight: stop.inFlight.length, endpointId },
    'payments were stopped',
  )
  return { ok: true, stop }
}

async function isKnown(deps: Deps, endpointId: number): Promise<boolean> {
  const { endpoints } = await endpointBook(deps)
  return endpoints.some(({ id }) => id === endpointId)
}
