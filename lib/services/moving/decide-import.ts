import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import { isSamePerson } from '#lib/services/people/same-person.ts'
import type { policyDecisions } from '#lib/services/policy/decide-policy.ts'
import type { Deps, Import } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'

/**
 * Another administrator confirms or rejects an import with a fresh code; the proposer may withdraw it. Confirmed, a worker applies it. The
 * operator confirms their own alone only while there is no admin: on the day of moving in.
 */
export async function decideImport(
  deps: Deps,
  actor: Actor,
  input: { id: string; decision: (typeof policyDecisions)[number]; code: string },
): Promise<
  | { ok: true; imported: Import }
  | Refusal<'forbidden' | 'not_found' | 'import_decided' | 'same_person' | StepUpRefusal>
> {
  if (!may(actor, 'moving.import')) return refuse('forbidden')
  const { id, decision, code } = input
  const waiting = isUuid(id) ? await deps.imports.find(id) : null
  if (!waiting) return refuse('not_found')
  if (waiting.decision !== null || waiting.endedAt !== null) return refuse('import_decided')
  if (actor.kind === 'user') {
    const own = await isSamePerson(deps, actor.id, waiting.proposedById)
    if (decision === 'withdrawn' ? !own : own)
      return refuse(decision === 'withdrawn' ? 'forbidden' : 'same_person')
    if (decision !== 'withdrawn') {
      const act = { kind: 'import' as const, subject: `${decision} ${id}` }
      const unproven = await refuseStepUp(deps, actor, act, code)
      if (unproven) return unproven
    }
  }
  const decided = await deps.imports.decide(id, decision, actor)
  if (decided === 'stale') return refuse('import_decided')
  return decided === 'same_person' ? refuse('same_person') : { ok: true, imported: decided }
}
