import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, FileJob } from '#lib/services/ports.ts'

/** As far back as the page goes. */
const shown = 100

/** The files that a person asked for, and everybody's for those who may see the audit trail. */
export async function listFiles(
  deps: Pick<Deps, 'exports'>,
  actor: Actor,
): Promise<{ ok: true; files: FileJob[] } | Refusal<'forbidden'>> {
  if (actor.kind !== 'user' || !may(actor, 'payout.see_all')) return refuse('forbidden')
  return { ok: true, files: await deps.exports.list(may(actor, 'audit.see') ? null : actor.id, shown) }
}
