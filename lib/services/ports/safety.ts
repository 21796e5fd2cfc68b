/** Heartbeats and monitoring, the tamper-evident history, the daily comparison, the stop switch, asking first after a restore, marks of what was sent. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { AuditProof, AuditSealed } from './audit.ts'

export type HeartbeatStore = {
  /** This worker is alive. */
  beat: (workerId: string) => Promise<void>
  /** This worker stops in good order. */
  goodbye: (workerId: string) => Promise<void>
  /** Is any worker alive: has one beaten within this time? */
  beatWithinMs: (ms: number) => Promise<boolean>
  /** The latest heartbeat of any worker that did not stop in good order; null when there is none. */
  lastBeat: () => Promise<Date | null>
  /** Why this worker can't write its marker; null: it can. Counts as a heartbeat. */
  reportMarker: (workerId: string, trouble: string | null) => Promise<void>
  /** Does a worker that has beaten within this time say that it can't write its marker? */
  markerUnwritable: (withinMs: number) => Promise<boolean>
}

/** What readiness and metrics ask of the database. */
export type MonitoringStore = {
  /** Rejects when the database can't be reached. */
  ping: () => Promise<void>
  migrationsPending: () => Promise<boolean>
  counts: () => Promise<{
    byStatus: Record<PayoutStatus, number>
    openItems: number
    dueNow: number
    oldestDueAgeMs: number
    mailsWaiting: number
  }>
}

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

/** A payout that was already claimed for payout-pay when sending was stopped. */
export type InFlight = { payoutId: string; amountMinor: bigint; currency: string; since: Date }

export type SendStop = {
  id: string
  reason: string
  stoppedByName: string
  stoppedAt: Date
  inFlight: InFlight[]
  releasedByName: string | null
  releasedAt: Date | null
  releaseReason: string | null
}

export type StopSwitchStore = {
  /** The stop that is in force, if any. */
  active: () => Promise<SendStop | null>
  /** Active and past ones, the latest first. */
  latest: (limit: number) => Promise<SendStop[]>
  /** When it returns, no claim for payout-pay commits any more; those that had are listed. */
  pull: (actor: Actor, reason: string) => Promise<SendStop | 'stopped_already'>
  /** Did this person stop payments, and is there another, independent admin to release them? */
  mustBeAnother: (userId: string) => Promise<boolean>
  /** Approved payouts become due at `perSecond`, so that nothing bursts. Null when nothing was stopped. */
  release: (
    actor: Actor,
    reason: string,
    perSecond: number,
  ) => Promise<{ stop: SendStop; waiting: number } | null>
}

/** After a restore from backup: Cardzo is asked before anything is sent, until a person ends it. */
export type AskFirst = {
  id: string
  why: string
  startedBy: string
  startedAt: Date
  endedBy: string | null
  endedAt: Date | null
}

/** One row of the history, recognisable: after a restore its number comes again, its hash does not. */
export type EventMark = { id: bigint; hash: string }

export type AskFirstStore = {
  active: () => Promise<AskFirst | null>
  /** Once however many start it; open payouts become due at `perSecond`, so that Cardzo is asked for every one. */
  start: (why: string, actor: Actor, perSecond: number) => Promise<{ askFirst: AskFirst; started: boolean }>
  /** Null when it was not active. `by`: the person who answers for it. */
  end: (actor: Actor, by: string) => Promise<AskFirst | null>
  /**
   * Which database this is (cluster, number, name), whether no worker ever worked on it, the hash its history begins with, and the
   * newest row of it.
   */
  whereWeAre: () => Promise<{
    database: string
    isUnused: boolean
    genesis: string | null
    newest: EventMark | null
  }>
  newestOf: (payoutId: string) => Promise<EventMark | null>
  /** Those of the marks that this database's history does not hold. */
  missing: (marks: EventMark[]) => Promise<EventMark[]>
}

/** What workers here have seen the database hold, kept outside it. */
export type Marker = {
  /** What this worker, or one before it, has seen and the database does not hold; null when nothing is missing. */
  missing: () => Promise<{ why: string } | null>
  /** Remembers the newest row there is and forgets what is missing: only once that has been acted upon. */
  renew: () => Promise<void>
  /**
   * Before payout-check or payout-pay leaves: remembers its intent. False when the database has lost something that this worker
   * had seen, so that nothing may leave. Rejects when it can't be written.
   */
  remember: (payoutId: string) => Promise<boolean>
  /** Why it could not be written the last time; null: it could. Nothing that must be remembered is even begun meanwhile. */
  trouble: () => string | null
}

/** What was sent, marked in one place outside the database that all workers of an installation share. */
export type SentMarks = {
  /** Before the first step and at each heartbeat: are they missing or empty beside a database that was used? Null: no. */
  missing: () => Promise<{ why: string } | null>
  /** Makes the place where it is missing or empty: only once that has been acted upon. */
  begin: () => Promise<void>
  /** Before payout-pay leaves: `taken` when anybody has marked this order before. Rejects when it can't be written. */
  put: (clientOrderId: string, note: { orderId: string; workerId: string }) => Promise<'mine' | 'taken'>
  /** Of a mark that was `mine`, when provably nothing left. */
  withdraw: (clientOrderId: string) => Promise<void>
  /** Why it could not be written the last time; null: it could. */
  trouble: () => string | null
}
