import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps } from '#lib/services/ports.ts'
import { shownDestination } from './list-destinations.ts'
import type { ShownDestination } from './list-destinations.ts'
import { refuseRelease } from './release-destination.ts'
import type { ReleaseRefusal } from './release-destination.ts'

/** More than anybody reads; the oldest come first. */
const mostListed = 200

export type CoolingOff = ShownDestination & {
  receiverId: string
  receiverExternalId: string
  createdByName: string
  createdAt: Date
  /** Why the viewer can't release it; null: they can. */
  refusal: ReleaseRefusal | null
}

/** Destinations that are cooling off, the oldest first, with how many payouts wait for each. */
export async function listCoolingOff(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; destinations: (CoolingOff & { waiting: number })[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'item.see')) return refuse('forbidden')
  const rows = await deps.destinations.coolingOff(mostListed)
  const destinations = await Promise.all(
    rows.map(async (row) => ({
      ...shownDestination(row),
      receiverId: row.receiverId,
      createdByName: row.createdByName,
      createdAt: row.createdAt,
      receiverExternalId: row.receiverExternalId,
      waiting: row.waiting,
      refusal: await refuseRelease(deps, actor, row),
    })),
  )
  return { ok: true, destinations }
}

/** The destination with this id; null when it is not cooling off. */
export async function showCoolingOff(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<{ ok: true; destination: CoolingOff | null } | Refusal<'forbidden'>> {
  if (!may(actor, 'item.see')) return refuse('forbidden')
  const found = isUuid(id) ? await deps.destinations.find(id) : null
  if (!found?.isCoolingOff) return { ok: true, destination: null }
  const { receiverId, createdByName, createdAt } = found
  const refusal = await refuseRelease(deps, actor, found)
  const receiver = await deps.people.findReceiver(receiverId)
  const receiverExternalId = receiver?.externalId ?? ''
  return {
    ok: true,
    destination: {
      ...shownDestination(found),
      receiverId,
      receiverExternalId,
      createdByName,
      createdAt,
      refusal,
    },
  }
}
