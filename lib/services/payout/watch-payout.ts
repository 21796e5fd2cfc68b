/** What a person sees who is about to decide, and whether it is still true. */
import { createHash } from 'node:crypto'
import { buttonsFor, may } from '#lib/payouts/permissions.ts'
import type { Actor, PayoutSubject } from '#lib/payouts/permissions.ts'
import type { ApproverRole } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import { isBeforeClaim } from '#lib/payouts/transitions.ts'
import { assessRisks, riskMark } from '#lib/services/approval/assess-risk.ts'
import { asksForRole, needsNote, roleNeeded } from '#lib/services/approval/what-it-takes.ts'
import type { Approval, Deps, Payout } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'
import { subjectFor } from './payout-subject.ts'

export type Sight = {
  subject: PayoutSubject
  buttons: ReturnType<typeof buttonsFor>
  /** Only somebody with this role as well can give the approval that is left; null: this person may. */
  roleNeeded: ApproverRole | null
  /** The risk checks as they are now, while there is a decision to make; null: never made, or too late. */
  riskNow: RiskAssessment | null
  /** What `riskNow` found, sent back with an approval. */
  riskSeen: string
  /** Approving it takes a written reason. */
  needsNote: boolean
  /** Differs when what this person decides on, or may do, has changed. Others' approvals change it only if a role is still needed. */
  mark: string
}

/** Everything that a decision is based on, as it is now. */
export async function sightOf(
  deps: Deps,
  actor: Actor,
  payout: Payout,
  approvals: readonly Approval[],
): Promise<Sight> {
  const [subject, risks, me, roles] = await Promise.all([
    subjectFor(deps, payout),
    isBeforeClaim(payout.status) ? assessRisks(deps, [payout]) : new Map<string, RiskAssessment>(),
    actor.kind === 'user' ? deps.people.findUser(actor.id) : null,
    actor.kind === 'user' && asksForRole(payout) ? deps.approvals.rolesOf(actor.id) : [],
  ])
  const riskNow = risks.get(payout.id) ?? null
  // A person who has agreed can't agree again, with any of their accounts.
  const agreed = approvals.some(({ counts, personId }) => counts && personId === me?.personId)
  const unmet = roleNeeded(
    payout,
    approvals.filter(({ counts }) => counts),
    roles,
  )
  const mayAgree = !agreed && unmet === null
  const buttons = buttonsFor(actor, subject).filter((button) => button !== 'approve' || mayAgree)
  const riskSeen = riskNow === null ? '' : riskMark(riskNow)
  const note = needsNote({ source: payout.source, risk: riskNow ?? payout.risk })
  const { email, firstName, lastName } = payout.receiver
  const receiver = JSON.stringify([email, firstName, lastName])
  const seen = [payout.status, payout.contentHash, receiver, buttons.join(), riskSeen, String(note)]
  const mark = createHash('sha256').update(seen.join('\n')).digest('base64url').slice(0, 22)
  return { subject, buttons, roleNeeded: agreed ? null : unmet, riskNow, riskSeen, needsNote: note, mark }
}

/** An open page asks this every few seconds, so that nobody decides on something outdated. Changes nothing. */
export async function watchPayout(
  deps: Deps,
  actor: Actor,
  input: { id: string },
): Promise<{ ok: true; mark: string } | Refusal<'not_found' | 'forbidden'>> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const { mark } = await sightOf(deps, actor, payout, await deps.approvals.forPayouts([payout.id]))
  return { ok: true, mark }
}
