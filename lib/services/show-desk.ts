import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import type {
  ComparisonStore,
  Deps,
  GatewayCondition,
  ItemKind,
  MoneyCheck,
  OpenItem,
  Payout,
} from './ports.ts'

/** As many as a person can look through at one sitting; the list page has the rest. */
const shown = 100

/** A worker shows a sign of life every ten seconds; readiness gives up on it after this. */
const workerSilentAfterMs = 60_000

/** A worker takes what is due within moments; this long means that none does. */
const overdueAfterMs = 2 * 60_000

const lateKinds: readonly ItemKind[] = ['stuck', 'form_not_filled']

export type DeskItem = OpenItem & { payout: Payout | null }

export type Desk = {
  awaiting: Payout[]
  awaitingSums: { currency: string; count: number; amountMinor: bigint }[]
  /** What waits beyond its step's time comes apart from what went wrong. Both the worst first, then the oldest. */
  items: DeskItem[]
  late: DeskItem[]
  /** Open items that this person has taken on. */
  mine: number
  condition: GatewayCondition
  comparisons: Awaited<ReturnType<ComparisonStore['latest']>>
  /** Payouts of unknown outcome. */
  unknown: number
  /** The money equation as it was computed last; null before the first time. */
  money: MoneyCheck | null
  /** Null while a worker is alive and nothing due is left lying. */
  silence: { alive: boolean; lastSeen: Date | null; overdue: Payout[] } | null
}

/** What needs a person now: payouts to decide on, and open items. */
export async function showDesk(
  deps: Deps,
  actor: Actor,
  input: { onlyMine?: boolean } = {},
): Promise<({ ok: true } & Desk) | Refusal<'forbidden'>> {
  if (!may(actor, 'payout.see_all') || !may(actor, 'item.see')) return refuse('forbidden')
  const [awaiting, awaitingSums, open, condition, comparisons, unknown, silence, money] = await Promise.all([
    deps.payouts.list({ statuses: ['awaiting_approval'] }, { limit: shown, oldestFirst: true }),
    deps.payouts.sums({ statuses: ['awaiting_approval'] }),
    deps.items.list(),
    deps.settings.gatewayCondition(),
    deps.comparisons.latest(),
    countUnknown(deps),
    silenceOf(deps),
    deps.ledger.lastCheck(),
  ])
  const isMine = ({ ownerId }: OpenItem) => actor.kind === 'user' && ownerId === actor.id
  const items = input.onlyMine ? open.filter(isMine) : open
  const ids = [...new Set(items.flatMap(({ payoutId }) => (payoutId === null ? [] : [payoutId])))]
  const payouts = new Map((await deps.payouts.findMany(ids)).map((payout) => [payout.id, payout]))
  const all = items.map((item) => ({ ...item, payout: payouts.get(item.payoutId ?? '') ?? null }))
  return {
    ok: true,
    // Whoever waits longest comes first.
    awaiting: awaiting.rows,
    awaitingSums,
    items: all.filter(({ kind }) => !lateKinds.includes(kind)),
    late: all.filter(({ kind }) => lateKinds.includes(kind)),
    mine: open.filter(isMine).length,
    condition,
    comparisons,
    unknown,
    money,
    silence,
  }
}

/** How many payouts are of unknown outcome; for the navigation too. */
export async function countUnknown(deps: Pick<Deps, 'payouts'>): Promise<number> {
  const sums = await deps.payouts.sums({ statuses: ['outcome_unknown'] })
  return sums.reduce((total, { count }) => total + count, 0)
}

/** A worker that is down writes no items: its absence, and what it leaves lying, is read off the tables. */
async function silenceOf(deps: Deps): Promise<Desk['silence']> {
  const [alive, overdue] = await Promise.all([
    deps.health.workerSeenWithinMs(workerSilentAfterMs),
    deps.payouts.overdue(overdueAfterMs, shown),
  ])
  if (alive && overdue.length === 0) return null
  return { alive, lastSeen: await deps.health.workerLastSeen(), overdue }
}
