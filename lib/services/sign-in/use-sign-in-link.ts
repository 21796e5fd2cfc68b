import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps } from '#lib/services/ports.ts'
import { deviceFor } from './devices.ts'
import { networkOf } from './guesses.ts'
import { actorOf, openSession } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'
import type { SignedIn } from './sign-in-attempts.ts'

/** Uses up a mail link and opens a session; of any number who press the button at once, one gets in. */
export async function useSignInLink(
  deps: Deps,
  _actor: Actor,
  input: { token: string } & Whereabouts,
): Promise<SignedIn | Refusal<'link_used_up' | 'rate_limited'>> {
  if (!(await deps.rateLimit('sign_in', `ip:${networkOf(input.ip)}`))) return refuse('rate_limited')
  const user = await deps.signIn.useSignInLink(hashToken(input.token))
  // A receiver who has become staff since: staff get in only with their second factor.
  if (user?.role !== 'receiver') return refuse('link_used_up')
  const token = await openSession(deps, user, input, 'link')
  return { ok: true, step: 'in', token, device: deviceFor(deps, user.id), actor: actorOf(user) }
}

/** Would this link still work? Looking never uses it up, because mail programs open links before people do. */
export async function peekSignInLink(
  deps: Deps,
  token: string,
): Promise<{ ok: true } | Refusal<'link_used_up'>> {
  return (await deps.signIn.peekSignInLink(hashToken(token))) ? { ok: true } : refuse('link_used_up')
}
