/** The tamper-evident history, and the daily comparison with Cardzo. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { AuditProof, AuditSealed } from './audit.ts'

/** A hash over the whole history up to an event: one a day (UTC), to be kept outside the database too. */
export type HistoryAnchor = {
  /** As in 2026-11-23. */
  day: string
  lastEventId: bigint
  events: bigint
  hash: string
  /** The last seal of the audit trail by then. */
  audit: AuditSealed | null
  madeAt: Date
}

export type HistoryBreak = {
  /** `inserted` and `missing` show in the links between events; `status`: the payout is not where its history left it. */
  wrong: 'changed' | 'missing' | 'inserted' | 'status' | 'anchor'
  eventId: bigint | null
  payoutId: string | null
  /** The day of the anchor that does not hold. */
  day: string | null
  why: string
}

export type HistoryProof = {
  events: number
  payouts: number
  anchors: number
  /** The broken row with the lowest number; null: everything holds. */
  firstBroken: HistoryBreak | null
  brokenPayouts: number
  /** The audit trail; null when one payout was asked about. */
  audit: AuditProof | null
}

/** An anchor as it was logged, kept outside the database. */
export type KeptAnchor = Pick<HistoryAnchor, 'lastEventId' | 'hash'> & { audit?: AuditSealed | null }

export type HistoryStore = {
  /** Every event against its hash, every hash against the one before, every payout against its last move, the audit trail, every anchor. */
  verify: (kept?: KeptAnchor) => Promise<HistoryProof>
  /** The same for one payout, without the anchors. */
  verifyPayout: (payoutId: string) => Promise<HistoryProof>
  /** Today's anchor, made once however many ask. Null while there is nothing to anchor, or a writer is still at it. */
  anchor: () => Promise<{ made: boolean; anchor: HistoryAnchor } | null>
  /** Oldest first. */
  anchors: () => Promise<HistoryAnchor[]>
}

/** What Cardzo said of an order after it had ended here. Never an edit of the payout. */
export type GatewayChange = {
  seenAt: Date
  /** Where a payout that is not over would stand by this word. */
  status: PayoutStatus
  gatewayStatus: string
  gatewayStage: string | null
  amount: string | null
  currency: string | null
}

/** One round of asking Cardzo again about everything that ended in the last `days` days. */
export type Comparison = {
  id: string
  days: number
  startedAt: Date
  finishedAt: Date | null
  /** Payouts that were its turn so far; those without an answer are among them. */
  asked: number
  unanswered: number
  differences: number
}

/** A worker's right to ask the next question of a comparison. */
export type ComparisonTurn = {
  comparisonId: string
  workerId: string
  payoutId: string
  seq: bigint
  /** How often asking about this payout has failed so far. */
  failures: number
  /** The database's clock. */
  now: Date
}

export type ComparisonStore = {
  /** Starts the day's (UTC) from this hour on, once however many workers ask; null when there is nothing to start. */
  startDaily: (fromHour: number) => Promise<Comparison | null>
  /** Starts one now, unless one is running. */
  start: (actor: Actor) => Promise<{ started: boolean; comparison: Comparison }>
  /** The next question, this worker's alone for `leaseMs`. Null: none is running, or another worker is at it. */
  takeTurn: (
    workerId: string,
    leaseMs: number,
  ) => Promise<{ kind: 'ask'; turn: ComparisonTurn } | { kind: 'finished'; comparison: Comparison } | null>
  /** Counts an answer and goes on to the next payout; nothing when another worker has taken over. */
  count: (turn: ComparisonTurn, answer: 'equal' | 'differs' | 'none') => Promise<void>
  /** The same question again, by whichever worker, in `ms`. */
  postpone: (turn: ComparisonTurn, ms: number) => Promise<void>
  /** The one that is running and the one that finished last. */
  latest: () => Promise<{ running: Comparison | null; finished: Comparison | null }>
  /** Oldest first. */
  changesOf: (payoutId: string) => Promise<GatewayChange[]>
}
