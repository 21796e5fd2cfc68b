import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { payoutFor } from '#lib/services/payout/payout-for.ts'
import type { Deps, HistoryAnchor, HistoryProof, KeptAnchor } from '#lib/services/ports.ts'

/**
 * Is the history of one payout intact? Without an id: all of it, with the anchors and one that was kept outside the database. A broken
 * history is an answer, not a refusal.
 */
export async function verifyHistory(
  deps: Deps,
  actor: Actor,
  about: { payoutId?: string; kept?: KeptAnchor },
): Promise<{ ok: true; proof: HistoryProof } | Refusal<'forbidden' | 'not_found'>> {
  if (!may(actor, 'history.verify')) return refuse('forbidden')
  if (about.payoutId === undefined) return { ok: true, proof: await deps.history.verify(about.kept) }
  const payout = await payoutFor(deps, actor, about.payoutId)
  if (!payout) return refuse('not_found')
  return { ok: true, proof: await deps.history.verifyPayout(payout.id) }
}

/** Every anchor, oldest first. */
export async function listAnchors(
  deps: Deps,
  actor: Actor,
): Promise<{ ok: true; anchors: HistoryAnchor[] } | Refusal<'forbidden'>> {
  if (!may(actor, 'history.verify')) return refuse('forbidden')
  return { ok: true, anchors: await deps.history.anchors() }
}
