import { may, refuseSettlement } from '#lib/payouts/permissions.ts'
import type { Actor, SettlementRefusal } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { subjectFor } from '#lib/services/payout/payout-subject.ts'
import type {
  Deps,
  OpenItem,
  Payout,
  Settlement,
  SettlementOutcome,
  StoredCallback,
} from '#lib/services/ports.ts'
import { cardzoContradicts, statusFreshForMs } from './fresh-status.ts'
import { evidenceOf, finalCallbacks, inOrder, supportText } from './support-text.ts'
import type { Known } from './support-text.ts'

/** As many as people can work through; more follow as these are settled. */
const shown = 50

export type UnknownPayout = {
  payout: Payout
  /** Every request about the payment and every callback, oldest first. */
  known: Known[]
  /** Callbacks that say how it ended, oldest first. They don't end it by themselves. */
  finalCallbacks: StoredCallback[]
  item: OpenItem | null
  support: { subject: string; text: string }
  /** Cardzo has answered lately, so people may propose and confirm. */
  fresh: boolean
  contradicts: Record<SettlementOutcome, boolean>
  /** The proposal that waits for a second person. */
  proposal: Settlement | null
  /** Withdrawn earlier. */
  earlier: Settlement[]
  /** Why this person can't propose, or confirm what is proposed; null: they can. */
  settleRefusal: SettlementRefusal | null
}

/** Every payout of unknown outcome, the longest-waiting first, with everything that helps people to end it. */
export async function showUnknown(
  deps: Deps,
  actor: Actor,
): Promise<
  { ok: true; payouts: UnknownPayout[]; more: boolean; mayAskCardzo: boolean } | Refusal<'forbidden'>
> {
  if (!may(actor, 'payout.see_all') || !may(actor, 'item.see')) return refuse('forbidden')
  const page = await deps.payouts.list({ statuses: ['outcome_unknown'] }, { limit: shown, sort: 'oldest' })
  const settlements = await deps.settlements.forPayouts(page.rows.map(({ id }) => id))
  const payouts = await Promise.all(
    page.rows.map((payout) => unknownPayout(deps, actor, payout, settlements)),
  )
  payouts.sort((a, b) => a.payout.stageSince.getTime() - b.payout.stageSince.getTime())
  return { ok: true, payouts, more: page.nextCursor !== null, mayAskCardzo: may(actor, 'payout.ask_cardzo') }
}

async function unknownPayout(
  deps: Deps,
  actor: Actor,
  payout: Payout,
  settlements: readonly Settlement[],
): Promise<UnknownPayout> {
  const [timeline, callbacks, items, fresh] = await Promise.all([
    deps.payouts.timeline(payout.id),
    deps.callbacks.forPayout(payout.id),
    deps.items.list({ payoutId: payout.id }),
    deps.payouts.heardWithin(payout.id, statusFreshForMs),
  ])
  const own = settlements.filter(({ payoutId }) => payoutId === payout.id)
  const proposal = own.find(({ decision }) => decision === null) ?? null
  const evidence = evidenceOf(timeline)
  return {
    payout,
    known: inOrder(evidence, callbacks),
    finalCallbacks: finalCallbacks(callbacks),
    item: items.find(({ kind, closedAt }) => kind === 'outcome_unknown' && closedAt === null) ?? null,
    support: supportText(payout, deps.config.endpoint, evidence, callbacks),
    fresh,
    contradicts: {
      paid: cardzoContradicts(payout, 'paid'),
      failed: cardzoContradicts(payout, 'failed'),
    },
    proposal,
    earlier: own.filter(({ decision }) => decision !== null),
    settleRefusal:
      refuseSettlement(actor, await subjectFor(deps, payout), proposal?.proposedById ?? null) ?? null,
  }
}
