/** The first half of signing in: receivers are let in, staff are asked for a second factor. */
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import type { Deps, User } from '#lib/services/ports.ts'
import { deviceFor } from './devices.ts'
import { actorOf, attemptLifetimeMs, freshToken, openSession } from './sessions.ts'
import type { Whereabouts } from './sessions.ts'

/** A session is open; its token goes into the session cookie, and `device` into one that stays (devices.ts). */
export type SignedIn = {
  ok: true
  step: 'in'
  token: string
  device: string
  actor: Actor & { kind: 'user' }
}
/** No session is open yet. For five minutes the attempt's token says who gave the right password. */
export type HalfWay = { ok: true; step: 'code' | 'set_up'; attempt: string }

/** For a person who has just given the right password, or accepted an invitation. */
export async function letIn(
  deps: Deps,
  user: User,
  from: Whereabouts,
  by: 'password' | 'invitation',
): Promise<SignedIn | HalfWay> {
  if (user.role === 'receiver') {
    const token = await openSession(deps, user, from, by)
    return { ok: true, step: 'in', token, device: deviceFor(deps, user.id), actor: actorOf(user) }
  }
  const attempt = freshToken()
  await deps.signIn.startAttempt({
    tokenHash: hashToken(attempt),
    userId: user.id,
    lifetimeMs: attemptLifetimeMs,
    offered: user.hasFactor ? null : deps.secondFactor.offer(user.email).secret,
  })
  return { ok: true, step: user.hasFactor ? 'code' : 'set_up', attempt }
}

type OfferedFactor = { secret: string; uri: string }

/** What the holder of this attempt is asked for, with a secret to set up if they have none. Looking uses nothing up. */
export async function showAttempt(
  deps: Deps,
  attempt: string,
): Promise<{ ok: true; email: string; offered: OfferedFactor | null } | Refusal<'attempt_over'>> {
  const found = await deps.signIn.findAttempt(hashToken(attempt))
  if (!found) return refuse('attempt_over')
  const { user, offered: secret } = found
  const offered = secret === null ? null : { secret, uri: deps.secondFactor.uri(user.email, secret) }
  return { ok: true, email: user.email, offered }
}
