import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from './links.ts'
import type { Deps } from './ports.ts'
import { actorOf, openSession } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'
import type { SignedIn } from './sign-in-attempts.ts'
import { factorRefusals } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/** The second half of signing in: a code, or a recovery code, of whoever began. Of any number who send it at once, one gets in. */
export async function finishSignIn(
  deps: Deps,
  _actor: Actor,
  input: { attempt: string; code: string } & Whereabouts,
): Promise<SignedIn | Refusal<StepUpRefusal | 'attempt_over'>> {
  if (!(await deps.rateLimit('sign_in', `ip:${input.ip ?? 'unknown'}`))) return refuse('rate_limited')
  const tokenHash = hashToken(input.attempt)
  const found = await deps.access.findAttempt(tokenHash)
  // Without a factor there is nothing to finish; it is set up first (set-up-factor.ts).
  if (!found?.user.hasFactor || found.offered !== null) return refuse('attempt_over')
  const { user } = found
  if (input.code.trim() === '') return refuse('step_up_required')
  const act = { kind: 'sign_in', subject: `attempt ${tokenHash.slice(0, 16)}` } as const
  const answer = await deps.secondFactor.verify(user.id, input.code, act)
  if (answer !== 'ok') return refuse(factorRefusals[answer])
  if (!(await deps.access.useAttempt(tokenHash))) return refuse('attempt_over')
  const token = await openSession(deps, user, input, 'second_factor')
  await deps.people.audit('signed_in', actorOf(user), user.id, { ip: input.ip, by: 'second_factor' })
  return { ok: true, step: 'in', token, actor: actorOf(user) }
}
