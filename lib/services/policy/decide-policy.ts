import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, PolicyVersion } from '#lib/services/ports.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

export const policyDecisions = ['confirmed', 'rejected', 'withdrawn'] as const
type PolicyDecision = (typeof policyDecisions)[number]

/**
 * Another administrator confirms or rejects a proposal with a fresh code; the proposer may withdraw it. Only a confirmed policy is
 * in force, for payouts that are asked for from then on.
 */
export async function decidePolicy(
  deps: Deps,
  actor: Actor,
  input: { version: number; decision: PolicyDecision; code: string },
): Promise<
  | { ok: true; decided: PolicyVersion }
  | Refusal<'forbidden' | 'proposal_decided' | 'same_person' | StepUpRefusal>
> {
  if (actor.kind !== 'user' || !may(actor, 'policy.manage')) return refuse('forbidden')
  const { version, decision, code } = input
  const proposal = await deps.policy.proposal()
  if (proposal?.version !== version) return refuse('proposal_decided')
  const own = await isSamePerson(deps, actor.id, proposal.proposedById)
  if (decision === 'withdrawn') {
    if (!own) return refuse('forbidden')
  } else {
    if (own) return refuse('same_person')
    const act = { kind: 'policy' as const, subject: `${decision} version ${version}` }
    const unproven = await refuseStepUp(deps, actor, act, code)
    if (unproven) return unproven
  }
  const decided = await deps.policy.decide(version, decision, actor)
  if (decided === 'stale') return refuse('proposal_decided')
  return decided === 'same_person' ? refuse('same_person') : { ok: true, decided }
}
