import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import type { Deps, SendStop } from './ports.ts'
import { reasonMax } from './stop-sending.ts'

/** Payouts that waited become due at this pace, the longest waiting first. */
const perSecond = 5

/** Ends the stop, with a reason; the same admin may. `waiting`: how many approved payouts go on now, one after the other. */
export async function releaseSending(
  deps: Deps,
  actor: Actor,
  input: { reason: string },
): Promise<
  { ok: true; stop: SendStop; waiting: number } | Refusal<'forbidden' | 'reason_required' | 'not_stopped'>
> {
  if (!may(actor, 'sending.stop')) return refuse('forbidden')
  const reason = tidyProse(input.reason).slice(0, reasonMax)
  if (reason === '') return refuse('reason_required')
  const released = await deps.brake.release(actor, reason, perSecond)
  if (!released) return refuse('not_stopped')
  deps.log.warn(
    { by: released.stop.releasedByName, reason, waiting: released.waiting },
    'payments were released',
  )
  return { ok: true, ...released }
}
