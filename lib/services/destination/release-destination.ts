import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { reasonMaxCharacters, textProblem } from '#lib/payouts/reason.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { tidyProse } from '#lib/payouts/text.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, Destination } from '#lib/services/ports.ts'
import { refuseStepUp } from '#lib/services/sign-in/step-up.ts'
import type { StepUpRefusal } from '#lib/services/sign-in/step-up.ts'
import { releasedMails } from './destination-mails.ts'

export type ReleaseRefusal = 'forbidden' | 'own_request' | 'not_cooling_off'

/** Why this person can't end this destination's cooling-off time; null: they can. Nobody can who is behind it in any way. */
export async function refuseRelease(
  deps: Pick<Deps, 'destinations'>,
  actor: Actor,
  { id, receiverId, isCoolingOff }: Pick<Destination, 'id' | 'receiverId' | 'isCoolingOff'>,
): Promise<ReleaseRefusal | null> {
  if (actor.kind !== 'user' || !may(actor, 'destination.release')) return 'forbidden'
  const behind = await deps.destinations.accountsBehind(id)
  if (behind.includes(actor.id) || actor.receiverId === receiverId) return 'own_request'
  return isCoolingOff ? null : 'not_cooling_off'
}

/** An approver who has checked that the destination is the receiver's ends its cooling-off time, with a reason and a fresh code. */
export async function releaseDestination(
  deps: Deps,
  actor: Actor,
  input: { id: string; reason: string; code: string },
): Promise<
  | { ok: true; payoutIds: string[]; mailed: boolean }
  | Refusal<ReleaseRefusal | StepUpRefusal | 'not_found' | 'reason_required' | 'invalid_request'>
> {
  if (!may(actor, 'destination.release')) return refuse('forbidden')
  const destination = isUuid(input.id) ? await deps.destinations.find(input.id) : null
  if (!destination) return refuse('not_found')
  const refused = await refuseRelease(deps, actor, destination)
  if (refused) {
    // Recorded outside a change, because nothing else changes.
    if (refused === 'own_request')
      await deps.people.audit('destination_release_refused', actor, destination.id, { why: refused })
    return refuse(refused)
  }
  const reason = tidyProse(input.reason)
  if (reason === '') return refuse('reason_required', { detail: { code: 'howYouKnow' } })
  const problem = textProblem('reason', reason, reasonMaxCharacters)
  if (problem) return refuse('invalid_request', { errors: [problem] })
  const subject = destination.id
  const unproven = await refuseStepUp(deps, actor, { kind: 'release_destination', subject }, input.code)
  if (unproven) return unproven
  const mails = releasedMails(destination, await readersOf(deps, destination))
  const payoutIds = await deps.destinations.release(destination.id, { reason, mails }, actor)
  return payoutIds === null ? refuse('not_cooling_off') : { ok: true, payoutIds, mailed: mails.length > 0 }
}

/** The receiver and the person who saved the destination: usually one person with two addresses. */
async function readersOf(deps: Pick<Deps, 'people'>, { receiverId, createdById }: Destination) {
  const [receiver, user] = await Promise.all([
    deps.people.findReceiver(receiverId),
    createdById === null ? null : deps.people.findUser(createdById),
  ])
  return {
    receiver: { firstName: receiver?.firstName ?? null, locale: receiver?.locale ?? null },
    addresses: [receiver?.email ?? null, user?.email ?? null],
  }
}
