import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { AccessChange, Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { afterAccess } from './access-proposals.ts'
import { isSamePerson } from './same-person.ts'

export const accessDecisions = ['confirmed', 'declined', 'withdrawn'] as const

/**
 * Another admin confirms or declines, with a fresh code, what one has proposed about who may do what. The proposer may withdraw
 * it. Two accounts that one person has lately made, invited or reset are not two people.
 */
export async function decideAccess(
  deps: Deps,
  actor: Actor,
  input: { id: string; decision: (typeof accessDecisions)[number]; code: string },
): Promise<
  | { ok: true; change: AccessChange }
  | Refusal<'forbidden' | 'access_decided' | 'same_person' | 'email_taken' | StepUpRefusal>
> {
  if (actor.kind !== 'user' || !may(actor, 'user.manage')) return refuse('forbidden')
  const { id, decision, code } = input
  const proposal = (await deps.access.proposals()).find((one) => one.id === id)
  if (!proposal) return refuse('access_decided')
  const own = await isSamePerson(deps, actor.id, proposal.proposedById)
  if (decision === 'withdrawn' && !own) return refuse('forbidden')
  if (decision === 'confirmed' && own) return refuse('same_person')
  if (decision !== 'withdrawn') {
    const act = { kind: 'user', subject: `${decision} ${proposal.act.kind} ${id}` } as const
    const unproven = await refuseStepUp(deps, actor, act, code)
    if (unproven) return unproven
  }
  const reason = `${proposal.proposedByName} proposed it, ${actor.name} confirmed it.`
  const decided = await deps.access.decide(id, decision, actor, reason)
  if (decided === 'stale') return refuse('access_decided')
  if (decided === 'one_hand') return refuse('same_person')
  if (decided === 'overtaken') return refuse('email_taken')
  if (decision === 'confirmed') await afterAccess(deps, actor, decided.change)
  return { ok: true, change: decided.change }
}
