import type { Actor } from '#lib/payouts/permissions.ts'
import { textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { giveApproval, mayApprove } from './give-approval.ts'
import type { ApprovalRefusal, Seen } from './give-approval.ts'

const noteMaxCharacters = 500

/**
 * An approver says yes to exactly what they saw, with a fresh code of their second factor. Once as many different people have as the
 * policy asks for, the payout is approved. Only the worker pays.
 */
export async function approvePayout(
  deps: Deps,
  actor: Actor,
  input: Seen & { code: string; note?: string },
): Promise<{ ok: true; payout: Payout } | Refusal<ApprovalRefusal | StepUpRefusal | 'invalid_request'>> {
  const note = tidyProse(input.note ?? '')
  const problem = note === '' ? null : textProblem('note', note, noteMaxCharacters)
  if (problem) return refuse('invalid_request', { errors: [problem] })
  const sure = await mayApprove(deps, actor, input, note)
  if (!sure.ok) return sure
  const subject = `${sure.payout.id} ${sure.payout.contentHash}`
  const unproven = await refuseStepUp(deps, actor, { kind: 'approve', subject }, input.code)
  if (unproven) return unproven
  return giveApproval(deps, actor, sure, note)
}
