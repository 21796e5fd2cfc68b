import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import type { Deps, SendStop } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { reasonMax } from './stop-sending.ts'

/** Payouts that waited become due at this pace, the longest wait first. */
const perSecond = 5

/**
 * Ends the stop of all payments, or that of one endpoint, with a reason and a code. If there is another admin, the person who pulled the switch can't. `waiting`: how many approved
 * payouts now go on, one after the other.
 */
export async function releaseSending(
  deps: Deps,
  actor: Actor,
  input: { reason: string; code: string; endpointId?: number | null },
): Promise<
  | { ok: true; stop: SendStop; waiting: number }
  | Refusal<'forbidden' | 'reason_required' | 'not_stopped' | 'stopped_it' | StepUpRefusal>
> {
  if (!may(actor, 'sending.stop')) return refuse('forbidden')
  const reason = tidyProse(input.reason).slice(0, reasonMax)
  if (reason === '') return refuse('reason_required')
  const { endpointId = null } = input
  const active = await deps.stopSwitch.allActive()
  const stop = active.find((one) => one.endpointId === endpointId)
  if (!stop) return refuse('not_stopped')
  if (actor.kind === 'user' && (await deps.stopSwitch.mustBeAnother(actor.id, endpointId)))
    return refuse('stopped_it')
  const act = { kind: 'stop', subject: `release ${stop.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const released = await deps.stopSwitch.release(actor, reason, perSecond, endpointId)
  if (!released) return refuse('not_stopped')
  deps.log.warn(
    { by: released.stop.releasedByName, reason, waiting: released.waiting, endpointId },
    'payments were released',
  )
  return { ok: true, ...released }
}
