import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, Destination } from '#lib/services/ports.ts'

/** The receiver's own destination, even a removed one. Null for any other id, malformed ones too. */
export async function ownDestination(
  deps: Pick<Deps, 'destinations'>,
  actor: Actor,
  id: string,
): Promise<Destination | null> {
  if (actor.kind !== 'user' || actor.receiverId === null || !isUuid(id)) return null
  const destination = await deps.destinations.find(id)
  return destination?.receiverId === actor.receiverId ? destination : null
}

/** A signed-in receiver, who may manage their own destinations. */
export const mayManageOwn = (actor: Actor): actor is Actor & { kind: 'user'; receiverId: string } =>
  actor.kind === 'user' && may(actor, 'destination.manage_own') && actor.receiverId !== null
