import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { Deps, SettingsChange } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import type { policyDecisions } from './decide-policy.ts'

/**
 * Another administrator confirms or rejects a change of the settings with a fresh code; the proposer may withdraw it. Confirmed, it is in
 * force at once.
 */
export async function decideSettings(
  deps: Deps,
  actor: Actor,
  input: { version: number; decision: (typeof policyDecisions)[number]; code: string },
): Promise<
  | { ok: true; decided: SettingsChange }
  | Refusal<
      'forbidden' | 'settings_decided' | 'settings_overtaken' | 'not_erasable' | 'same_person' | StepUpRefusal
    >
> {
  if (actor.kind !== 'user' || !may(actor, 'settings.propose')) return refuse('forbidden')
  const { version, decision, code } = input
  const proposal = await deps.settingsChanges.proposal()
  if (proposal?.version !== version) return refuse('settings_decided')
  const own = await isSamePerson(deps, actor.id, proposal.proposedById)
  if (decision === 'withdrawn') {
    if (!own) return refuse('forbidden')
  } else {
    if (own) return refuse('same_person')
    const act = { kind: 'settings' as const, subject: `${decision} version ${version}` }
    const unproven = await refuseStepUp(deps, actor, act, code)
    if (unproven) return unproven
  }
  const decided = await deps.settingsChanges.decide(version, decision, actor)
  if (decided === 'stale') return refuse('settings_decided')
  if (decided === 'overtaken') return refuse(proposal.becomes.erase ? 'not_erasable' : 'settings_overtaken')
  return decided === 'same_person' ? refuse('same_person') : { ok: true, decided }
}
