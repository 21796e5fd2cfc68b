/** A fresh second factor for one act: the code comes with the act, counts once, and the audit trail keeps what it covered. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal, stepUpRefusals } from '#lib/payouts/refusals.ts'
import type { Act, Deps, FactorAnswer } from '#lib/services/ports.ts'

export type StepUpRefusal = (typeof stepUpRefusals)[number] | 'rate_limited'

/** The refusal for each reason why a code was not accepted. */
export const factorRefusals = {
  wrong: 'wrong_code',
  used: 'code_used',
  not_set_up: 'factor_not_set_up',
  rate_limited: 'rate_limited',
} as const satisfies Record<Exclude<FactorAnswer, 'ok'>, StepUpRefusal>

/**
 * Null when the code was right. Call it last, when everything else is fine, so that a refused act uses up no code.
 * The operator at the server's command line has no second factor: they have the database anyway.
 */
export async function refuseStepUp(
  deps: Pick<Deps, 'secondFactor'>,
  actor: Actor,
  act: Act,
  code: string,
): Promise<Refusal<StepUpRefusal> | null> {
  if (actor.kind !== 'user') return null
  if (code.trim() === '') return refuse('step_up_required')
  const answer = await deps.secondFactor.verify(actor.id, code, act)
  return answer === 'ok' ? null : refuse(factorRefusals[answer])
}
