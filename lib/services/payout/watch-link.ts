import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { isFinal } from '#lib/payouts/transitions.ts'
import type { Deps } from '#lib/services/ports.ts'
import { hashToken } from './links.ts'

/** Which payout an open status page is about, and whether anything can still change. The same right as show-status.ts. */
export async function watchLink(
  deps: Pick<Deps, 'payouts'>,
  token: string,
): Promise<{ ok: true; payoutId: string; final: boolean } | Refusal<'not_found'>> {
  if (!/^[A-Za-z0-9_-]{20,128}$/.test(token)) return refuse('not_found')
  const found = await deps.payouts.findForLink(hashToken(token))
  if (!found) return refuse('not_found')
  return { ok: true, payoutId: found.payout.id, final: isFinal(found.payout.status) }
}
