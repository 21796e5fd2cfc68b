import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Destination } from '#lib/services/ports.ts'
import { mayManageOwn } from './own-destination.ts'

/** A saved destination as people see it: no full number. */
export type ShownDestination = Pick<
  Destination,
  'id' | 'label' | 'last4' | 'isDefault' | 'usableFrom' | 'isCoolingOff' | 'frozenAt'
> & {
  bankName: string | null
  /** Its seal can't be opened at the moment, so it can't be used. */ isUnreadable: boolean
}

/** The receiver's own saved destinations, the default first. */
export async function listDestinations(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; destinations: ShownDestination[] } | Refusal<'forbidden'>> {
  if (!mayManageOwn(actor)) return refuse('forbidden')
  const destinations = await deps.destinations.ofReceiver(actor.receiverId)
  return { ok: true, destinations: destinations.map(shownDestination) }
}

export function shownDestination({ fields, trouble, ...rest }: Destination): ShownDestination {
  const { id, label, last4, isDefault, usableFrom, isCoolingOff, frozenAt } = rest
  const bankName = fields['bank_name'] ?? null
  const isUnreadable = trouble !== null
  return { id, label, last4, isDefault, usableFrom, isCoolingOff, frozenAt, bankName, isUnreadable }
}
