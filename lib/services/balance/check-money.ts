import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, MoneyCheck } from '#lib/services/ports.ts'

/** The money equation now, over everything. Books that don't agree are an answer, not a refusal. */
export async function checkMoney(
  deps: Pick<Deps, 'ledger'>,
  actor: Actor,
): Promise<{ ok: true; check: MoneyCheck } | Refusal<'forbidden'>> {
  if (!may(actor, 'history.verify')) return refuse('forbidden')
  return { ok: true, check: await deps.ledger.check() }
}
