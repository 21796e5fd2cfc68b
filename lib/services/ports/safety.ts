/* oxlint-disable max-lines -- the ports of one subject, mostly what they promise. */
/** Heartbeats and monitoring, the chained history, the comparison with Cardzo, the stop switch, asking first, marks of what was sent. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { AuditProof, AuditSealed } from './audit.ts'
import type { ItemKind } from './desk.ts'

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
  /** How far this worker's clock is ahead of the database's, in milliseconds; null: they agree. */
  reportClock: (workerId: string, aheadMs: number | null) => Promise<void>
  /** Does a worker that has beaten within this time say that its clock differs? */
  clockDiffers: (withinMs: number) => Promise<boolean>
}

/** Kinds of work that a worker must know of at once. */
export type WorkKind =
  | 'payouts'
  | 'events'
  | 'webhooks'
  | 'batches'
  | 'decisions'
  | 'imports'
  | 'tests'
  | 'files'
  | 'digests'
  | 'rights'
  | 'books'
  | 'search'
  | 'comparison'
  | 'mails'

/** What readiness and metrics ask of the database, and a worker that rests. */
/** Where a database is in its log: what was committed before is what a standby needs that has come so far. */
export type LogPlace = {
  /** Which cluster and database: another one's places say nothing. */
  source: string
  /** Counts promotions: places of different histories can't be compared. */
  timeline: number
  /** Every commit that returned is below this one. */
  written: bigint
  /** What a standby can have by now. */
  flushed: bigint
  /** By the database's clock. */
  at: Date
}

export type MonitoringStore = {
  /** Rejects when the database can't be reached. */
  ping: () => Promise<void>
  /** What the database's clock says. */
  now: () => Promise<Date>
  migrationsPending: () => Promise<boolean>
  /** How far the primary's log is. Rejects while the database is away, or where it is a standby. */
  logPlace: () => Promise<LogPlace>
  /** Of which kinds is there something to do now? One statement for all of them. */
  workDue: () => Promise<ReadonlySet<WorkKind>>
  /** Has something been due for this long while no worker has anything in hand and Cardzo has not answered within this time either? */
  workUntaken: (ms: number) => Promise<boolean>
  /** What waits (items, due payouts, mails, webhooks) is counted up to 10,000. */
  counts: () => Promise<{
    byStatus: Record<PayoutStatus, number>
    /** How long ago the oldest payout of a status that is not final was asked for. Absent: there is none. */
    oldestAgeMs: Partial<Record<PayoutStatus, number>>
    openItems: number
    /** By kind, only those there are. */
    itemsByKind: { kind: ItemKind; count: number; oldestAgeMs: number }[]
    dueNow: number
    oldestDueAgeMs: number
    mailsWaiting: number
    oldestMailAgeMs: number
    /** Webhooks that have not arrived and are not given up, and since when the oldest of these should have been sent. */
    webhooksWaiting: number
    webhooksLateMs: number
    /** Are payments stopped, all of them or those of an endpoint? */
    stopped: boolean
    /** Is Cardzo asked before everything, after a restore? */
    askingFirst: boolean
  }>
}

/** A hash over the whole history up to an event: one a day (UTC). Keep it outside the database too. */
export type HistoryAnchor = {
  /** Such as 2026-11-23. */
  day: string
  lastEventId: bigint
  events: bigint
  hash: string
  /** The latest seal of the audit trail at that time. */
  audit: AuditSealed | null
  /** The last event of the archive that it continues, and that archive's root: events are counted and hashed after it. Null: all are. */
  after: { lastEventId: bigint; root: string } | null
  madeAt: Date
}

export type HistoryBreak = {
  /** The links between events show `inserted` and `missing`; `status`: the payout is not where its history left it. */
  wrong: 'changed' | 'missing' | 'inserted' | 'status' | 'anchor'
  eventId: bigint | null
  payoutId: string | null
  /** The day of the anchor that no longer matches. */
  day: string | null
  why: string
}

/** An event as its chain sees it. */
export type ChainRow = {
  id: bigint
  payoutId: string
  /** All hashed columns as one text: a JSON array, as PostgreSQL writes it. */
  material: string
  hash: string
  prevHash: string
  fromStatus: string | null
  toStatus: string | null
}

export type HistoryProof = {
  events: number
  payouts: number
  anchors: number
  /** The broken row with the lowest number; null: nothing is broken. */
  firstBroken: HistoryBreak | null
  brokenPayouts: number
  /** Null when only one payout was verified. */
  audit: AuditProof | null
  /** Events that are in archives alone: how many there are, and how many anchors nothing but those files can prove. */
  archived: { events: number; unproven: number }
}

/** An anchor as it was logged, and kept outside the database. */
export type KeptAnchor = Pick<HistoryAnchor, 'lastEventId' | 'hash'> & { audit?: AuditSealed | null }

/** Numbers and hashes of a month's archived events, in order. */
export type ArchivedNumbers = (month: string) => AsyncIterable<{ id: bigint; hash: string }>

export type HistoryStore = {
  /**
   * Compares every event with its hash, every hash with the one before, every payout with its last move, the audit trail, every anchor.
   * `archive`: the numbers and hashes of archived events, by month, which old anchors need.
   */
  verify: (kept?: KeptAnchor, archive?: ArchivedNumbers) => Promise<HistoryProof>
  /** The same for one payout, without anchors. */
  verifyPayout: (payoutId: string) => Promise<HistoryProof>
  /** A payout's events, oldest first. */
  chainOf: (payoutId: string) => Promise<ChainRow[]>
  /** The newest anchor; null: none was made yet. */
  lastAnchor: () => Promise<HistoryAnchor | null>
  /** Today's anchor, made once however many ask. Null if there is nothing to anchor yet, or a transaction is still writing. */
  anchor: () => Promise<{ made: boolean; anchor: HistoryAnchor } | null>
  /** Oldest first. */
  anchors: () => Promise<HistoryAnchor[]>
}

/** What Cardzo said of an order after its payout had ended. The payout itself is never edited. */
export type GatewayChange = {
  seenAt: Date
  /** The status that this word would give a payout that is not over. */
  status: PayoutStatus
  gatewayStatus: string
  gatewayStage: string | null
  amount: string | null
  currency: string | null
}

/** One round of asking Cardzo again about every payout that ended in the last `days` days. */
export type Comparison = {
  id: string
  days: number
  startedAt: Date
  finishedAt: Date | null
  /** Payouts asked about so far, those without an answer included. */
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
  endedAt: Date
  /** How often asking about this payout has failed so far. */
  failures: number
  /** By the database's clock. */
  now: Date
}

export type ComparisonStore = {
  /** Starts the day's comparison (UTC) from this hour on, once however many workers ask; null if there is nothing to start. */
  startDaily: (fromHour: number) => Promise<Comparison | null>
  /** Starts one now, unless one is running. */
  start: (actor: Actor) => Promise<{ started: boolean; comparison: Comparison }>
  /** The next question, this worker's alone for `leaseMs`. Null: no comparison is running, or another worker is at it. */
  takeTurn: (
    workerId: string,
    leaseMs: number,
  ) => Promise<{ kind: 'ask'; turn: ComparisonTurn } | { kind: 'finished'; comparison: Comparison } | null>
  /** Counts an answer and moves on to the next payout; does nothing if another worker has taken over. */
  count: (turn: ComparisonTurn, answer: 'equal' | 'differs' | 'none') => Promise<void>
  /** Any worker asks the same question again in `ms`. */
  postpone: (turn: ComparisonTurn, ms: number) => Promise<void>
  /** The running one and the one that finished last. */
  latest: () => Promise<{ running: Comparison | null; finished: Comparison | null }>
  /** Oldest first. */
  changesOf: (payoutId: string) => Promise<GatewayChange[]>
}

/** A payout that was already claimed for payout-pay when the stop switch was pulled. */
export type InFlight = { payoutId: string; amountMinor: bigint; currency: string; since: Date }

export type SendStop = {
  id: string
  /** Null: all payments are stopped. */
  endpointId: number | null
  reason: string
  stoppedByName: string
  stoppedAt: Date
  inFlight: InFlight[]
  releasedByName: string | null
  releasedAt: Date | null
  releaseReason: string | null
}

export type StopSwitchStore = {
  /** The stop of all payments in force, else that of this endpoint, if it is named; null: neither. */
  active: (endpointId?: number) => Promise<SendStop | null>
  /** Every stop in force: of all payments, and of endpoints. */
  allActive: () => Promise<SendStop[]>
  /** Active and past ones, the latest first. */
  latest: (limit: number) => Promise<SendStop[]>
  /** Once it returns, no claim for payout-pay commits any more, there or anywhere; it lists the ones that had. */
  pull: (actor: Actor, reason: string, endpointId?: number | null) => Promise<SendStop | 'stopped_already'>
  /** Did this person pull it, and is there another, independent admin to release it? */
  mustBeAnother: (userId: string, endpointId?: number | null) => Promise<boolean>
  /** Approved payouts become due at `perSecond`, so that there is no burst. Null if nothing was stopped. */
  release: (
    actor: Actor,
    reason: string,
    perSecond: number,
    endpointId?: number | null,
  ) => Promise<{ stop: SendStop; waiting: number } | null>
}

/** After a restore from a backup, Cardzo is asked before anything is sent, until a person ends it. */
export type AskFirst = {
  id: string
  why: string
  startedBy: string
  startedAt: Date
  endedBy: string | null
  endedAt: Date | null
}

/** Identifies one row of the history: after a restore its number is used again, but its hash is not. */
export type EventMark = { id: bigint; hash: string }

export type AskFirstStore = {
  active: () => Promise<AskFirst | null>
  /** Once, however many start it; open payouts become due at `perSecond`, so that Cardzo is asked about each. */
  start: (why: string, actor: Actor, perSecond: number) => Promise<{ askFirst: AskFirst; started: boolean }>
  /** Null if it was not active. `by`: the person who answers for it. */
  end: (actor: Actor, by: string) => Promise<AskFirst | null>
  /** Which database this is (cluster, number, name), whether no worker ever used it, and the first hash and newest row of its history. */
  whereWeAre: () => Promise<{
    database: string
    isUnused: boolean
    genesis: string | null
    newest: EventMark | null
  }>
  /** The newest row of each of these payouts, in their order; null: it has none. */
  newestOf: (payoutIds: readonly string[]) => Promise<(EventMark | null)[]>
  /** The marks that this database's history lacks. */
  missing: (marks: readonly EventMark[]) => Promise<EventMark[]>
}

/** What the workers on this machine saw in the database, kept outside it. */
export type Marker = {
  /** What a worker here saw that the database now lacks; null if nothing is missing. */
  missing: () => Promise<{ why: string } | null>
  /** Remembers the newest row and forgets what is missing. Call it only after acting on that. */
  renew: () => Promise<void>
  /**
   * Remembers the intent before payout-check or payout-pay leaves. False if the database has lost something that this worker saw: then
   * nothing may leave. Rejects when it can't be written.
   */
  remember: (payoutId: string) => Promise<boolean>
  /** Why the last write failed; null: it didn't. While it fails, nothing that must be remembered is begun. */
  trouble: () => string | null
}

/** Marks of what was sent, in one place outside the database that all workers of an installation share. */
export type SentMarks = {
  /** Asked before the first step and at each heartbeat: are they missing or empty although the database was used? Null: no. */
  missing: () => Promise<{ why: string } | null>
  /** Creates the place if it is missing or empty. Call it only after acting on that. */
  begin: () => Promise<void>
  /** Before payout-pay leaves. `taken`: somebody has already marked this order. Rejects when it can't be written. */
  put: (clientOrderId: string, note: { orderId: string; workerId: string }) => Promise<'mine' | 'taken'>
  /** Removes a mark that was `mine`, when provably nothing left. */
  withdraw: (clientOrderId: string) => Promise<void>
  /** Why the last write failed; null: it didn't. */
  trouble: () => string | null
}
