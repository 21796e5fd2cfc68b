import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps } from '#lib/services/ports.ts'
import { hashToken, statusPathOf } from './links.ts'

/** The receiver's browser is back from the bank. Nothing it brings is believed; Cardzo is asked, at most once per interval. */
export async function recordReturn(
  deps: Deps,
  token: string,
): Promise<{ ok: true; statusPath: string | null } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const payout = await deps.payouts.findByReturnToken(hashToken(token))
  if (!payout) return refuse('not_found')
  await deps.payouts.markReturned(payout.id, deps.config.pollIntervalMs)
  return { ok: true, statusPath: statusPathOf(deps.config, payout) }
}
