import { may } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import { uncappedCurrencies } from '#lib/payouts/policy.ts'
import { refuse } from '#lib/payouts/refusals.ts'
import type { Refusal } from '#lib/payouts/refusals.ts'
import { approversAsked, needsNote } from '#lib/services/approval/what-it-takes.ts'
import { balancesNow } from '#lib/services/merchant-balance/balances-now.ts'
import type { BalancesNow } from '#lib/services/merchant-balance/balances-now.ts'
import { subjectOf } from '#lib/services/payout/payout-subject.ts'
import { firstRunLeft } from './show-first-run.ts'
import type { FirstRun } from './show-first-run.ts'
import type {
  ChangedSum,
  ComparisonStore,
  Deps,
  GatewayCondition,
  ItemKind,
  MoneyCheck,
  OpenItem,
  Payout,
  PayoutSum,
  Queue,
  QueueTab,
} from '#lib/services/ports.ts'

/** As many as a person reads at one sitting; the list has the rest. */
const shown = 100

/** A worker beats every ten seconds; readiness gives up on it after this. */
const workerSilentAfterMs = 60_000

/** A worker takes due work within moments; after this long, none does. */
const overdueAfterMs = 2 * 60_000

const lateKinds: readonly ItemKind[] = ['stuck', 'form_not_filled']

export type DeskItem = OpenItem & { payout: Payout | null }

/** `blocked`: nobody can approve it now. `needsNote`: it can't be approved together with others. */
export type QueueRow = Omit<Queue['rows'][number], 'payoutId'> & {
  payout: Payout
  needed: number
  blocked: boolean
  needsNote: boolean
}

export type Desk = {
  /** What waits for approval, in three tabs, first what costs the most to leave waiting. */
  queue: Pick<Queue, 'counts' | 'sums'> & { tab: QueueTab; rows: QueueRow[] }
  /** What went wrong, and apart from it what takes too long. Both the worst first, then the oldest. */
  items: DeskItem[]
  late: DeskItem[]
  /** How many there are of both, whichever are shown. */
  open: { items: number; late: number }
  /** Open items that this person has taken on. */
  mine: number
  condition: GatewayCondition
  /** What the merchant has at Cardzo, where that is asked for. */
  atCardzo: BalancesNow
  comparisons: Awaited<ReturnType<ComparisonStore['latest']>>
  /** Payouts of unknown outcome. */
  unknown: number
  /** Everything under way, by currency and status. */
  totals: PayoutSum[]
  /** Proposals that wait for a second admin. */
  proposals: number
  /** The latest money equation; null before the first. */
  money: MoneyCheck | null
  /** Of what was paid, how much Cardzo says something else of since. */
  changed: ChangedSum[]
  /** For admins: currencies with automatic approval and no cap on how much of it a day may take. */
  uncapped: string[]
  /** For admins of a new installation, until all of it is done. */
  firstRun: FirstRun | null
  /** Null while a worker is alive and nothing is overdue. */
  silence: { alive: boolean; lastSeen: Date | null; overdue: Payout[] } | null
}

/** What needs a person now: payouts to decide on, and open items. */
export async function showDesk(
  deps: Deps,
  actor: Actor,
  input: { onlyMine?: boolean; onlyProposals?: boolean; tab?: QueueTab; rows?: number } = {},
): Promise<({ ok: true } & Desk) | Refusal<'forbidden'>> {
  if (!may(actor, 'payout.see_all') || !may(actor, 'item.see')) return refuse('forbidden')
  const [queue, open, condition, comparisons, sums, silence, money, changed, firstRun, atCardzo] =
    await Promise.all([
      queueFor(deps, actor, input),
      deps.items.list(),
      deps.gatewayCondition.read(),
      deps.comparisons.latest(),
      deps.payouts.sums({ statuses: openStatuses }),
      silenceOf(deps),
      deps.ledger.lastCheck(),
      deps.callbackInbox.changedSums(),
      firstRunLeft(deps, actor),
      balancesNow(deps),
    ])
  const isMine = ({ ownerId }: OpenItem) => actor.kind === 'user' && ownerId === actor.id
  const isProposal = ({ kind }: OpenItem) => kind === 'proposal_waits'
  const isLate = ({ kind }: OpenItem) => lateKinds.includes(kind)
  const items = input.onlyMine ? open.filter(isMine) : input.onlyProposals ? open.filter(isProposal) : open
  // Without a search they are always known.
  const totals = sums ?? []
  const ids = [...new Set(items.flatMap(({ payoutId }) => (payoutId === null ? [] : [payoutId])))]
  const payouts = new Map((await deps.payouts.findMany(ids)).map((payout) => [payout.id, payout]))
  const all = items.map((item) => ({ ...item, payout: payouts.get(item.payoutId ?? '') ?? null }))
  return {
    ok: true,
    queue,
    items: all.filter((item) => !isLate(item)),
    late: all.filter(isLate),
    open: { items: open.filter((item) => !isLate(item)).length, late: open.filter(isLate).length },
    mine: open.filter(isMine).length,
    condition,
    atCardzo,
    comparisons,
    unknown: totals
      .filter(({ status }) => status === 'outcome_unknown')
      .reduce((sum, { count }) => sum + count, 0),
    totals,
    proposals: open.filter(isProposal).length,
    money,
    changed,
    uncapped: may(actor, 'policy.manage') ? uncappedCurrencies((await deps.policy.active()).body) : [],
    firstRun,
    // Cardzo's silence explains overdue work, and has a notice of its own.
    silence: condition.silentSince !== null && silence?.alive ? null : silence,
  }
}

/** Without a choice, approvers see what waits for them, and everybody else sees all of it. */
async function queueFor(
  deps: Deps,
  actor: Actor,
  { tab, rows = shown }: { tab?: QueueTab; rows?: number },
): Promise<Desk['queue']> {
  const decides = may(actor, 'payout.decide')
  const chosen = tab ?? (decides ? 'mine' : 'all')
  if (actor.kind !== 'user') throw new Error('Bug: only people have a desk')
  const queue = await deps.approvals.queue({ userId: actor.id, decides }, chosen, rows)
  const payouts = await deps.payouts.findMany(queue.rows.map(({ payoutId }) => payoutId))
  const byId = new Map(payouts.map((payout) => [payout.id, payout]))
  return {
    tab: chosen,
    counts: queue.counts,
    sums: queue.sums,
    rows: queue.rows.flatMap(({ payoutId, ...row }): QueueRow[] => {
      const payout = byId.get(payoutId)
      if (!payout) return []
      const blocked = subjectOf(payout, []).amountDiffers
      return [{ ...row, payout, needed: approversAsked(payout), blocked, needsNote: needsNote(payout) }]
    }),
  }
}

/** How many payouts have an unknown outcome; the navigation shows it too. */
export async function countUnknown(deps: Pick<Deps, 'payouts'>): Promise<number> {
  const sums = await deps.payouts.sums({ statuses: ['outcome_unknown'] })
  return (sums ?? []).reduce((total, { count }) => total + count, 0)
}

/** A worker that is down can't open an item, so its absence and overdue work are read from the tables. */
async function silenceOf(deps: Deps): Promise<Desk['silence']> {
  const [alive, overdue] = await Promise.all([
    deps.heartbeats.beatWithinMs(workerSilentAfterMs),
    deps.payouts.overdue(overdueAfterMs, shown),
  ])
  if (alive && overdue.length === 0) return null
  return { alive, lastSeen: await deps.heartbeats.lastBeat(), overdue }
}
