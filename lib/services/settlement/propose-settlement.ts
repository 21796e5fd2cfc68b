import { randomUUID } from 'node:crypto'
import { refuseSettlement } from '#lib/payouts/permissions.ts'
import type { Actor, SettlementRefusal } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters, textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import { subjectFor } from '#lib/services/payout/payout-subject.ts'
import type { Deps } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { refuseByStatus } from './fresh-status.ts'

const evidenceMaxCharacters = 2000

/**
 * An approver proposes how an unknown outcome ended, with a reason and evidence, after a fresh answer from Cardzo. Changes nothing yet:
 * somebody else must confirm it. A fresh code covers this proposal.
 */
export async function proposeSettlement(
  deps: Deps,
  actor: Actor,
  input: { id: string; version: number; outcome: string; reason: string; evidence: string; code: string },
): Promise<
  | { ok: true; settlementId: string }
  | Refusal<
      | SettlementRefusal
      | StepUpRefusal
      | 'not_found'
      | 'stale'
      | 'invalid_request'
      | 'already_proposed'
      | 'status_not_fresh'
      | 'cardzo_contradicts'
    >
> {
  const payout = await payoutFor(deps, actor, input.id)
  if (!payout) return refuse('not_found')
  const refused = refuseSettlement(actor, await subjectFor(deps, payout), null)
  if (refused) return refuse(refused)
  const { outcome } = input
  const reason = tidyProse(input.reason)
  const evidence = tidyProse(input.evidence)
  const known = outcome === 'paid' || outcome === 'failed'
  const errors = [
    known ? null : { path: 'outcome', said: { code: 'outcome' as const } },
    textProblem('reason', reason, reasonMaxCharacters),
    textProblem('evidence', evidence, evidenceMaxCharacters),
  ].filter((problem) => problem !== null)
  if (!known || errors.length > 0) return refuse('invalid_request', { errors })
  if (payout.version !== input.version) return refuse('stale')
  if ((await deps.settlements.forPayouts([payout.id])).some(({ decision }) => decision === null))
    return refuse('already_proposed')
  const unheard = await refuseByStatus(deps, payout, outcome)
  if (unheard) return unheard
  const act = {
    kind: 'settle',
    subject: `propose ${outcome} for ${payout.id} version ${payout.version}`,
  } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven

  const draft = { id: randomUUID(), outcome, reason, evidence } as const
  const saved = await deps.payouts.advance(payout, { settlement: { do: 'propose', draft } }, actor, {
    kind: 'settlement_proposed',
    data: { settlementId: draft.id, outcome, reason, evidence },
  })
  return saved === 'stale' ? refuse('stale') : { ok: true, settlementId: draft.id }
}
