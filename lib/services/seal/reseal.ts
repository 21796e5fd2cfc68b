import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, Resealed } from '#lib/services/ports.ts'

/** Rows read at once; each is changed by itself. */
const batch = 200

/** The operator has put a new data key first: seals everything under it, so that the old one can go. Run again, it continues. */
export async function reseal(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; resealed: Resealed } | Refusal<'forbidden'>> {
  if (!may(actor, 'keys.reseal')) return refuse('forbidden')
  // Every row is a transaction of its own, so the start is recorded first, in case it never ends.
  await deps.people.audit('data_keys_reseal_begun', actor, null, {})
  const resealed = await deps.seals.reseal(batch)
  await deps.people.audit('data_keys_resealed', actor, null, { ...resealed })
  return { ok: true, resealed }
}

/**
 * Runs before a worker takes its first payout. Rows that an older version left unsealed, or without the hash that approvals are bound to,
 * would otherwise be blocked as changed.
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
