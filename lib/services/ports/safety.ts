/** The stop switch, and asking first after a restore. */
import type { Actor } from '#lib/payouts/permissions.ts'

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

export type BrakeStore = {
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
