import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'

/** An admin says that there is a backup which was restored once. The first to say so stays on record. */
export async function confirmBackup(
  deps: Deps,
  actor: Actor,
  input: { tried: boolean },
): Promise<{ ok: true } | Refusal<'forbidden' | 'invalid_request'>> {
  if (actor.kind !== 'user' || !may(actor, 'settings.propose')) return refuse('forbidden')
  if (!input.tried)
    return refuse('invalid_request', { errors: [{ path: 'tried', said: { code: 'tickFirst' } }] })
  await deps.firstRun.confirmBackup(actor)
  return { ok: true }
}
