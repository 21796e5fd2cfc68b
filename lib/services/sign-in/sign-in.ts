import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { deviceOf } from './devices.ts'
import { networkOf, takeGuess } from './guesses.ts'
import { freshToken, normalEmail } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'
import { letIn } from './sign-in-attempts.ts'
import type { HalfWay, SignedIn } from './sign-in-attempts.ts'

/** Nobody's password, so that an unknown e-mail takes as long as a wrong password. Made once per process. */
let nobody: Promise<string> | undefined

/** Bounds the work of argon2; nobody's password is longer. */
const passwordMaxCharacters = 1024

/**
 * Signs in with e-mail and password. A receiver is in; staff are halfway: next they give a code or set up a factor. Unknown, disabled and
 * password-less people get the same answer, as slowly.
 */
export async function signIn(
  deps: Deps,
  actor: Actor,
  /** `devices`: the cookie of browsers that were let in before (devices.ts). */
  input: { email: string; password: string; devices?: string | undefined } & Whereabouts,
): Promise<SignedIn | HalfWay | Refusal<'wrong_credentials' | 'rate_limited'>> {
  const email = normalEmail(input.email)
  if (!(await deps.rateLimit('sign_in', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  const user = await deps.people.findUserByEmail(email)
  const device = user && deviceOf(deps, user.id, input.devices)
  const whose = device === null ? `email:${email}` : `device:${device}`
  const guess = await takeGuess(deps, input.ip, [['account_day', whose]])
  if (!guess.ok) return refuse('rate_limited')
  const stored = user?.passwordHash ?? (await (nobody ??= deps.passwords.hash(freshToken())))
  const right = await deps.passwords.verify(stored, input.password.slice(0, passwordMaxCharacters))
  if (!user || !right || user.passwordHash === null || user.disabledAt !== null) {
    // The row is the act itself. Guessing must not fill the disk: rows an hour are limited per account, and for all unknown ones together.
    if (await deps.rateLimit('noted', `sign_in:${user?.id ?? 'nobody'}`))
      await deps.people.audit('sign_in_refused', actor, user?.id ?? null, { ip: input.ip })
    return refuse('wrong_credentials')
  }
  await guess.giveBack()
  return letIn(deps, user, input, 'password')
}
