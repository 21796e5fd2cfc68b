import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type { Deps, GatewayCondition, OpenItem, Payout } from './ports.ts'

/** As many as a person can look through at one sitting; the list page has the rest. */
const shown = 100

export type Desk = {
  awaiting: Payout[]
  awaitingSums: { currency: string; count: number; amountMinor: bigint }[]
  items: (OpenItem & { payout: Payout | null })[]
  condition: GatewayCondition
}

/** What needs a person now: payouts to decide on, and open items. */
export async function showDesk(
  deps: Deps,
  actor: Actor,
): Promise<({ ok: true } & Desk) | Refusal<'forbidden'>> {
  if (!may(actor, 'payout.see_all') || !may(actor, 'item.see')) return refuse('forbidden')
  const [awaiting, awaitingSums, items, condition] = await Promise.all([
    deps.payouts.list({ statuses: ['awaiting_approval'] }, { limit: shown, oldestFirst: true }),
    deps.payouts.sums({ statuses: ['awaiting_approval'] }),
    deps.items.list(),
    deps.settings.gatewayCondition(),
  ])
  const ids = [...new Set(items.flatMap(({ payoutId }) => (payoutId === null ? [] : [payoutId])))]
  const payouts = new Map((await deps.payouts.findMany(ids)).map((payout) => [payout.id, payout]))
  return {
    ok: true,
    // Whoever waits longest comes first.
    awaiting: awaiting.rows,
    awaitingSums,
    items: items.map((item) => ({ ...item, payout: payouts.get(item.payoutId ?? '') ?? null })),
    condition,
  }
}
