import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { networkOf } from '#lib/services/sign-in/guesses.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { passwordProblem } from '#lib/services/sign-in/password-rules.ts'
import type { Deps } from '#lib/services/ports.ts'
import type { Whereabouts } from '#lib/services/sign-in/sessions.ts'
import { letIn } from '#lib/services/sign-in/sign-in-attempts.ts'
import type { HalfWay, SignedIn } from '#lib/services/sign-in/sign-in-attempts.ts'

/** The person chooses a password, which uses up the invitation. Staff go on to their second factor: the mail alone opens nothing. */
export async function acceptInvitation(
  deps: Deps,
  actor: Actor,
  input: { token: string; password: string } & Whereabouts,
): Promise<
  SignedIn | HalfWay | Refusal<'invitation_over' | 'weak_password' | 'invalid_request' | 'rate_limited'>
> {
  if (!(await deps.rateLimit('sign_in', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  const tokenHash = hashToken(input.token)
  const invitation = await deps.access.findInvitation(tokenHash)
  if (!invitation) return refuse('invitation_over')
  const weak = await passwordProblem(deps, actor, input.password, invitation.user)
  if (weak) return weak
  const user = await deps.access.acceptInvitation(tokenHash, await deps.passwords.hash(input.password))
  if (!user) return refuse('invitation_over')
  return letIn(deps, user, input, 'invitation')
}

/** Who is invited, and by whom? Looking uses nothing up. */
export async function peekInvitation(
  deps: Deps,
  token: string,
): Promise<{ ok: true; email: string; name: string; invitedByName: string } | Refusal<'invitation_over'>> {
  const found = await deps.access.findInvitation(hashToken(token))
  if (!found) return refuse('invitation_over')
  const { email, name } = found.user
  return { ok: true, email, name, invitedByName: found.invitedByName }
}
