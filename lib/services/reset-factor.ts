import { randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { nameOf, otherUser, tellPerson } from './admin-people.ts'
import type { Deps } from './ports.ts'
import { refuseStepUp } from './step-up.ts'
import type { StepUpRefusal } from './step-up.ts'

/** For somebody whose phone and recovery codes are lost: sessions end, and the next sign-in sets a new second factor up. */
export async function resetFactor(
  deps: Deps,
  actor: Actor,
  input: { userId: string; code: string },
): Promise<{ ok: true } | Refusal<'forbidden' | 'not_found' | 'own_account' | StepUpRefusal>> {
  const found = await otherUser(deps, actor, input.userId)
  if (!found.ok) return found
  const { user } = found
  const act = { kind: 'user', subject: `reset factor ${user.id}` } as const
  const unproven = await refuseStepUp(deps, actor, act, input.code)
  if (unproven) return unproven
  await deps.access.resetFactor(user.id, actor)
  await tellPerson(deps, user, {
    key: `factor-reset:${randomUUID()}`,
    subject: 'Your second factor was reset',
    text: `${nameOf(actor)} has reset the second factor of your account. You set up a new one when you sign in next.`,
  })
  return { ok: true }
}
