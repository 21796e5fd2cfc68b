import { describeField } from '#lib/payouts/fields.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

export type RevealedField = { label: string; value: string }

/**
 * An approver reads one payout's account in full, once, with a fresh code. That they have is on the timeline and in the audit trail
 * before they see anything.
 */
export async function revealDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string; code: string },
): Promise<
  { ok: true; fields: RevealedField[] } | Refusal<'forbidden' | 'not_found' | 'unavailable' | StepUpRefusal>
> {
  if (actor.kind !== 'user' || !may(actor, 'payout.reveal')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  if (payout.destinationTrouble !== null)
    return refuse('unavailable', { detail: 'The account details can not be read. Tell an admin.' })
  const unproven = await refuseStepUp(deps, actor, { kind: 'reveal', subject: payout.id }, input.code)
  if (unproven) return unproven
  // Committed before the account is shown: were it not kept, nothing is.
  await deps.payouts.noteRevealed(payout.id, actor)
  const fields = Object.entries(payout.destination)
  return { ok: true, fields: fields.map(([name, value]) => ({ label: describeField(name).label, value })) }
}
