import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

/** `name` is the gateway's name of the field. */
export type RevealedField = { name: string; value: string }

/**
 * Shows an approver one payout's destination in full, once, for a fresh code. The timeline and the audit trail say so before they see
 * anything.
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
    return refuse('unavailable', { detail: { code: 'accountUnreadable' } })
  const unproven = await refuseStepUp(deps, actor, { kind: 'reveal', subject: payout.id }, input.code)
  if (unproven) return unproven
  // Committed first: what is not recorded is not shown.
  await deps.payouts.noteRevealed(payout.id, actor)
  const fields = Object.entries(payout.destination)
  return { ok: true, fields: fields.map(([name, value]) => ({ name, value })) }
}
