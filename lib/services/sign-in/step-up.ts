/** A fresh second factor for one act: the code comes with the act itself, is taken once, and is kept beside what it covered. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal, stepUpRefusals } from '#lib/payouts/refusals.ts'
import type { Act, Deps, FactorAnswer } from '#lib/services/ports.ts'

export type StepUpRefusal = (typeof stepUpRefusals)[number] | 'rate_limited'

/** What a code that was not taken means for the person. */
export const factorRefusals = {
  wrong: 'wrong_code',
  used: 'code_used',
  not_set_up: 'factor_not_set_up',
  rate_limited: 'rate_limited',
} as const satisfies Record<Exclude<FactorAnswer, 'ok'>, StepUpRefusal>

/**
 * Null when the code was right. Called last, when everything else has said yes, so that no code is used up by an act that is refused.
 * The operator at the server's command line has no second factor: whoever is there has the database too.
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
