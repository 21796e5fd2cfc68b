import { keyReaches } from '#lib/payouts/key-reach.ts'
import { maySee } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { isUuid } from '#lib/payouts/uuid.ts'
import type { Deps, Payout } from '#lib/services/ports.ts'

/** The payout, if it exists and this actor may see it; malformed, foreign and unknown ids look alike. */
export async function payoutFor(
  deps: Pick<Deps, 'payouts'>,
  actor: Actor,
  id: string,
): Promise<Payout | null> {
  if (!isUuid(id)) return null
  const payout = await deps.payouts.find(id)
  if (payout && !keyReaches(actor, payout, 'see')) return null
  return payout && maySee(actor, { receiverId: payout.receiver.id }) ? payout : null
}
