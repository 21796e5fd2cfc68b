/** Moving in and out: what is imported from elsewhere, and everything that an installation holds. */
import type { ImportKind, ImportLineProblem, LeftOut } from '#lib/payouts/import-problems.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { Told } from './people.ts'
import type { PagePlace } from './receiver.ts'
import type { Receiver } from './payout.ts'

/** Rows as they are kept until they are applied. `line`: in their file. */
export type ReceiverRow = {
  line: number
  externalId: string
  email: string | null
  firstName: string | null
  lastName: string | null
  locale: Locale | null
}
export type DestinationRow = {
  line: number
  /** Their external id. */
  receiver: string
  label: string
  isDefault: boolean
  /** Gateway field name to value. */
  fields: Record<string, string>
}
export type HistoryRow = {
  line: number
  reference: string
  receiver: string
  currency: string
  /** Minor units, as decimal text. */
  amountMinor: string
  status: PayoutStatus
  /** ISO time. */
  endedAt: string
  last4: string | null
  orderId: string | null
  note: string | null
}
export type ImportRows =
  | { kind: 'receivers'; rows: ReceiverRow[] }
  | { kind: 'destinations'; rows: DestinationRow[] }
  | { kind: 'history'; rows: HistoryRow[] }

/** Of a history: how many payouts of one currency ended in one status, and what they come to. */
export type ImportSum = { currency: string; status: PayoutStatus; count: number; amountMinor: bigint }

export type Import = {
  id: string
  seq: bigint
  kind: ImportKind
  /** Of the file. */
  name: string
  /** The former system that a history is from. */
  source: string | null
  /** Its destinations don't cool off. */
  atOnce: boolean
  rows: number
  /** Rows with problems; with any, nothing is imported. */
  wrong: number
  /** Rows that were here already. */
  known: number
  parts: number
  sums: ImportSum[]
  proposedById: string | null
  proposedByName: string
  proposedAt: Date
  /** Null while it waits for a second admin. */
  decision: 'confirmed' | 'rejected' | 'withdrawn' | 'expired' | null
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  /** Parts that are applied. */
  done: number
  made: number
  leftOut: number
  endedAt: Date | null
}

export type NewImport = Pick<Import, 'id' | 'kind' | 'name' | 'source' | 'atOnce' | 'known' | 'sums'> & {
  rows: number
  /** Wrong rows: nothing else is kept. Sealed. */
  problems: ImportLineProblem[]
  content: ImportRows
}

/** What is known of a receiver whom a file names. */
export type NamedReceiver = Receiver & {
  /** Paid, asking or signing in here. */
  isLive: boolean
}

export type ImportedPayout = {
  id: string
  source: string
  reference: string
  receiver: Receiver
  currency: string
  amountMinor: bigint
  status: PayoutStatus
  endedAt: Date
  accountLast4: string | null
  orderId: string | null
  note: string | null
}

export type ImportStore = {
  /** By external id; each of these takes a few statements, however many rows. */
  receivers: (externalIds: readonly string[]) => Promise<Map<string, NamedReceiver>>
  /** The lines whose account their receiver has already, also a removed one. */
  knownDestinations: (
    rows: readonly { line: number; receiverId: string; fields: Record<string, string> }[],
  ) => Promise<Set<number>>
  /** Of one former system, by reference. */
  knownHistory: (source: string, references: readonly string[]) => Promise<Map<string, ImportedPayout>>
  /** Keeps it as a proposal, sealed; with problems it is over at once. Audited. */
  propose: (draft: NewImport, tell: (made: Import) => Told, actor: Actor) => Promise<Import>
  /** `stale`: it was decided before. */
  decide: (
    id: string,
    decision: 'confirmed' | 'rejected' | 'withdrawn',
    actor: Actor,
  ) => Promise<Import | 'stale' | 'same_person'>
  find: (id: string) => Promise<Import | null>
  /** Newest first. */
  list: (page: { limit: number; before?: bigint }) => Promise<{ rows: Import[]; next: bigint | null }>
  /** What was wrong with it or left out of it, a piece at a time; null after the last one. Empty once it is taken away. */
  problems: (id: string, part: number) => Promise<ImportLineProblem[] | null>
  leftOut: (id: string, part: number) => Promise<LeftOut[] | null>
  /**
   * Applies the next part of the oldest confirmed import, in one transaction. False: there is none, or other workers have them. Whatever dies
   * in between, a part is applied once.
   */
  applyNext: (coolingOffH: number) => Promise<boolean>
  /** Ends proposals that nobody decided on, and takes away what is kept of imports that ended before. */
  dropOld: (afterMs: number) => Promise<void>
  /** Newest first. `search`: a reference, an order id or a receiver's external id, whole. */
  history: (
    filter: { receiverId?: string; search?: string },
    page: { limit: number; after: PagePlace | undefined },
  ) => Promise<ImportedPayout[]>
  /** The latest payouts of former systems to this receiver over this amount that were paid in the days before or after a time. */
  paidAlike: (
    like: { receiverId: string; currency: string; amountMinor: bigint; at: Date; days: number },
    limit: number,
  ) => Promise<ImportedPayout[]>
}

/** Which part of an installation is read: all of it, or what is about one receiver. */
export type ExportScope = {
  receiverId: string | null
  /** Account numbers in full. */
  open: boolean
}

export type InstallationStore = {
  /**
   * Reads every table that is exported, in one snapshot, and gives its lines (JSON, without line end) some at a time; a file without lines is
   * given once, empty. Answers when the snapshot is of.
   */
  read: (
    scope: ExportScope,
    take: (file: string, lines: string[]) => Promise<void>,
  ) => Promise<{ takenAt: Date; migration: string }>
}
