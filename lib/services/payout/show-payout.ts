import type { PayoutView } from '#lib/contract/payout.ts'
import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, PayoutArchived, TimelineEvent } from '#lib/services/ports.ts'
import { payoutFor } from './payout-for.ts'
import { bookFor } from './failure-words.ts'
import { payoutView } from './payout-view.ts'

/** One payout, as other systems see it. */
export async function showPayout(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<{ ok: true; payout: PayoutView } | Refusal<'not_found'>> {
  const payout = await payoutFor(deps, actor, id)
  return payout
    ? { ok: true, payout: payoutView(deps.config, payout, await bookFor(deps, payout)) }
    : refuse('not_found')
}

/** One payout with everything that happened to it: for staff, never for the receiver. */
export async function showPayoutWithTimeline(
  deps: Deps,
  actor: Actor,
  id: string,
): Promise<
  | { ok: true; payout: PayoutView; timeline: TimelineEvent[]; archived: PayoutArchived | null }
  | Refusal<'not_found' | 'forbidden'>
> {
  if (!may(actor, 'payout.see_all')) return refuse('forbidden')
  const payout = await payoutFor(deps, actor, id)
  if (!payout) return refuse('not_found')
  return {
    ok: true,
    payout: payoutView(deps.config, payout, await bookFor(deps, payout)),
    timeline: await deps.payouts.timeline(id),
    archived: await deps.archive.ofPayout(id),
  }
}
