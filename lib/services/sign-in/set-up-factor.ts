import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import { deviceFor } from './devices.ts'
import { networkOf } from './guesses.ts'
import { actorOf, openSession } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'
import type { SignedIn } from './sign-in-attempts.ts'

export type SetUpRefusal = 'attempt_over' | 'step_up_required' | 'wrong_code' | 'rate_limited'

/**
 * The first code of a new authenticator proves that it works: the person gets its secret and a session. The recovery codes are shown
 * this once.
 */
export async function setUpFactor(
  deps: Deps,
  _actor: Actor,
  input: { attempt: string; code: string } & Whereabouts,
): Promise<(SignedIn & { recoveryCodes: string[] }) | Refusal<SetUpRefusal>> {
  if (!(await deps.rateLimit('sign_in', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  const tokenHash = hashToken(input.attempt)
  const found = await deps.signIn.findAttempt(tokenHash)
  if (!found || found.offered === null || found.user.hasFactor || found.user.role === 'receiver')
    return refuse('attempt_over')
  const { user, offered } = found
  const proven = await proveOffered(deps, user, offered, input.code)
  if (!proven.ok) return proven
  const { step, codes } = proven
  const factor = { step, recoveryHashes: codes.map(({ hash }) => hash) }
  // Somebody else who knows the password may have been a moment quicker: their authenticator is set up now.
  if (!(await deps.signIn.setUpFactor(tokenHash, factor, actorOf(user)))) return refuse('attempt_over')
  const token = await openSession(deps, user, input, 'second_factor')
  return {
    ok: true,
    step: 'in',
    token,
    device: deviceFor(deps, user.id),
    actor: actorOf(user),
    recoveryCodes: codes.map(({ code }) => code),
  }
}

/** Does the code fit the offered secret? If so, with the recovery codes to store. */
export async function proveOffered(
  deps: Deps,
  user: Pick<User, 'id'>,
  offered: string,
  code: string,
): Promise<
  | { ok: true; step: bigint; codes: { code: string; hash: string }[] }
  | Refusal<'step_up_required' | 'wrong_code' | 'rate_limited'>
> {
  if (code.trim() === '') return refuse('step_up_required')
  if (!(await deps.rateLimit('second_factor', `set-up:${user.id}`))) return refuse('rate_limited')
  const step = await deps.secondFactor.fits(offered, code)
  return step === null
    ? refuse('wrong_code')
    : { ok: true, step, codes: deps.secondFactor.freshRecoveryCodes() }
}
