import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'

/** Which events a month of the history is: those after one number, up to another. */
export type ArchiveRange = {
  /** Such as 2026-03. The last milliseconds of a month may count into the next one: numbers decide. */
  month: string
  /** The last event of the month before; 0 for the first. */
  fromEventId: bigint
  lastEventId: bigint
  /** Of the month before; empty for the first. */
  previousRoot: string
}

/** What the events of a range come to. */
export type ArchiveSum = {
  events: bigint
  firstHash: string
  lastHash: string
  /** SHA-256 over a line `archive <root of the month before>`, if there is one, and a line "number hash" for each event. */
  root: string
}

/** A month that is in files. */
export type HistoryArchive = ArchiveRange &
  ArchiveSum & {
    /** SHA-256 of its manifest. */
    manifestSha256: string
    archivedAt: Date
    /** Since then its events are deleted; all are gone at `droppedAt`. */
    droppingAt: Date | null
    droppedAt: Date | null
  }

/** What is kept of a payout's events that are only in files. */
export type PayoutArchived = {
  firstEventId: bigint
  lastEventId: bigint
  lastHash: string
  events: number
  /** Where they left the payout. */
  status: PayoutStatus
  /** The months that have them, oldest first, and what their manifests are known by. */
  months: { month: string; manifestSha256: string }[]
}

/** `waits`: payouts of it that have not ended, or not long enough ago; at most ten. Null: there is no month that has passed. */
export type NextMonth =
  | { kind: 'due'; range: ArchiveRange }
  | { kind: 'waits'; month: string; payouts: string[]; behind: boolean }
  | null

/** A line of a month's file, without its end. */
export type TakeLines = (file: string, lines: string[]) => Promise<void>

export type ArchiveStore = {
  /** Oldest first. */
  list: () => Promise<HistoryArchive[]>
  /** The oldest month that is not archived, if everything in it is older than `days`. */
  next: (days: number) => Promise<NextMonth>
  /** Gives everything of a month, in one snapshot, some lines at a time; a file without lines is given once. */
  read: (range: ArchiveRange, take: TakeLines) => Promise<{ takenAt: Date }>
  sum: (range: ArchiveRange) => Promise<ArchiveSum>
  /** Notes that files have it. The database refuses what doesn't continue the month before. */
  keep: (archive: ArchiveRange & ArchiveSum & { manifestSha256: string }, actor: Actor) => Promise<void>
  startDrop: (month: string, manifestSha256: string, actor: Actor) => Promise<void>
  /** Deletes those of these events that are there with this hash, after keeping where each payout's chain goes on. How many went. */
  dropEvents: (rows: readonly { id: bigint; hash: string }[]) => Promise<number>
  /** Deletes those that are still as they were archived. How many went. */
  dropCallbacks: (rows: readonly { id: string; deliveries: number }[]) => Promise<number>
  dropMails: (ids: readonly string[]) => Promise<number>
  /** Throws while an event of the month is there. */
  endDrop: (month: string) => Promise<void>
  /** Where the archived events of payouts end, some at a time, by the payout's id; none after the last. */
  ends: (
    after: string | null,
  ) => Promise<(Pick<PayoutArchived, 'lastEventId' | 'lastHash' | 'status'> & { payoutId: string })[]>
  /** Null: all its events are in the database. */
  ofPayout: (payoutId: string) => Promise<PayoutArchived | null>
}

/** Reads the lines of an archived month's files again. Undefined: the file is not there. */
export type ReadArchive = (month: string, file: string) => AsyncIterable<string> | undefined
