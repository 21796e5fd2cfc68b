import { randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { tellPerson } from '#lib/services/people/admin-people.ts'
import type { Deps } from '#lib/services/ports.ts'
import type { Words } from '#lib/words/words.ts'
import { findSession } from './find-session.ts'
import { attemptLifetimeMs, freshToken } from './sessions.ts'
import { proveOffered } from './set-up-factor.ts'
import type { SetUpRefusal } from './set-up-factor.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

const isStaff = (actor: Actor): actor is Actor & { kind: 'user' } =>
  actor.kind === 'user' && actor.role !== 'receiver'

/** The first half of changing authenticators: a code of the old one. The attempt offers a new secret for five minutes. */
export async function beginFactor(
  deps: Deps,
  actor: Actor,
  input: { code: string },
): Promise<{ ok: true; attempt: string } | Refusal<'forbidden' | StepUpRefusal>> {
  if (!isStaff(actor)) return refuse('forbidden')
  const act = { kind: 'factor', subject: `replace ${actor.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const attempt = freshToken()
  await deps.signIn.startAttempt({
    tokenHash: hashToken(attempt),
    userId: actor.id,
    lifetimeMs: attemptLifetimeMs,
    offered: deps.secondFactor.offer(actor.name).secret,
  })
  return { ok: true, attempt }
}

/** The second half: a code of the new one, which then replaces the old. Other sessions end, and there are new recovery codes. */
export async function replaceFactor(
  deps: Deps,
  actor: Actor,
  input: { attempt: string; token: string; code: string },
): Promise<{ ok: true; recoveryCodes: string[] } | Refusal<'forbidden' | 'unauthorized' | SetUpRefusal>> {
  if (!isStaff(actor)) return refuse('forbidden')
  const here = await findSession(deps, input.token)
  if (here?.actor.id !== actor.id) return refuse('unauthorized')
  const tokenHash = hashToken(input.attempt)
  const found = await deps.signIn.findAttempt(tokenHash)
  if (!found || found.offered === null || found.user.id !== actor.id || !found.user.hasFactor)
    return refuse('attempt_over')
  const proven = await proveOffered(deps, found.user, found.offered, input.code)
  if (!proven.ok) return proven
  const { step, codes } = proven
  const factor = { step, recoveryHashes: codes.map(({ hash }) => hash) }
  if (!(await deps.signIn.replaceFactor(tokenHash, factor, here.sessionId, actor)))
    return refuse('attempt_over')
  await tellPerson(deps, found.user, `factor-replaced:${randomUUID()}`, (words: Words<'mail'>) => ({
    subject: words('own.factorReplaced.subject'),
    paragraphs: [words('own.factorReplaced.text')],
  }))
  return { ok: true, recoveryCodes: codes.map(({ code }) => code) }
}

/** Makes ten new recovery codes and shows them once; the old ones stop working. */
export async function renewRecoveryCodes(
  deps: Deps,
  actor: Actor,
  input: { code: string },
): Promise<{ ok: true; recoveryCodes: string[] } | Refusal<'forbidden' | StepUpRefusal>> {
  if (!isStaff(actor)) return refuse('forbidden')
  const act = { kind: 'factor', subject: `recovery codes ${actor.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  const codes = deps.secondFactor.freshRecoveryCodes()
  await deps.signIn.renewRecoveryCodes(
    actor.id,
    codes.map(({ hash }) => hash),
    actor,
  )
  return { ok: true, recoveryCodes: codes.map(({ code }) => code) }
}
