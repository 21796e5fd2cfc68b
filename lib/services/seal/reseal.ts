import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Resealed } from '#lib/services/ports.ts'

/** Read at once; each row is changed by itself. */
const batch = 200

/** The operator has put another data key first: everything is sealed under it, and the one before can go. Run again, it goes on. */
export async function reseal(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; resealed: Resealed } | Refusal<'forbidden'>> {
  if (!may(actor, 'keys.reseal')) return refuse('forbidden')
  // Row by row, in as many transactions: that it was begun is kept before the first, should it never end.
  await deps.people.audit('data_keys_reseal_begun', actor, null, {})
  const resealed = await deps.seals.reseal(batch)
  await deps.people.audit('data_keys_resealed', actor, null, { ...resealed })
  return { ok: true, resealed }
}

/**
 * Before a worker takes its first payout: what an older version left readable, or without the hash that approvals are bound to, would
 * otherwise be held up as changed.
 */
export async function sealAtStart(deps: Pick<Deps, 'seals' | 'log'>, signal: AbortSignal): Promise<void> {
  const { unreadable, firstUnreadable, ...done } = await deps.seals.reseal(batch, signal)
  if (Object.values(done).some((rows) => rows > 0))
    deps.log.info(
      done,
      'account numbers, hashes, second factors and mails were sealed under the current data key',
    )
  if (unreadable > 0)
    deps.log.error(
      { unreadable, firstUnreadable },
      'SEALED ROWS CAN NOT BE READ: a key is missing in DATA_KEYS (or AUTH_SECRET was changed without one). Their payouts wait. Put the key back.',
    )
}
