/** Views of the list of payouts that people keep, and files made of it. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Locale } from '#lib/words/locales.ts'

export type DeskView = {
  id: string
  ownerId: string
  ownerName: string
  name: string
  /** The query of the list's address. */
  query: string
  shared: boolean
}

export type DeskViewStore = {
  /** Their own and the shared ones of others, by name; at most `limit`. */
  list: (userId: string, limit: number) => Promise<DeskView[]>
  find: (id: string) => Promise<DeskView | null>
  /** A new one, or the owner's under this name with another query. Sharing is audited. `too_many`: they have `most` already. */
  save: (view: DeskView, actor: Actor, most: number) => Promise<'saved' | 'too_many'>
  /** `taken`: its owner has another one of this name. Of a shared one it is audited. */
  rename: (view: DeskView, name: string, actor: Actor) => Promise<'renamed' | 'taken'>
  /** Taking a shared one away is audited. */
  remove: (view: DeskView, actor: Actor) => Promise<void>
}

export type FileFormat = 'csv' | 'xlsx'

/** What a file is asked for with. */
export type FileOrder = {
  id: string
  format: FileFormat
  locale: Locale
  /** The query of the list's address, and the zone of its days. */
  query: string
  zone: string
  /** The filter, sort and columns, as lib/services/payout/stored-filter.ts writes them. */
  filter: Record<string, unknown>
}

/** What a file is: enough to tell whether a copy of it is whole and what it was made of. */
export type FileManifest = {
  rows: number
  sums: { currency: string; count: number; amount: string }[]
  /** Hex, over the whole file. */
  sha256: string
  /** The heads of its columns. */
  columns: string[]
  /** ISO: between these moments its rows were read. */
  startedAt: string
  endedAt: string
}

export type FileJob = FileOrder & {
  ownerId: string
  ownerName: string
  askedAt: Date
  /** So far. */
  rowsDone: number
  endedAt: Date | null
  /** Why there is no file. */
  failure: FileFailure | null
  manifest: FileManifest | null
  bytes: number | null
  /** When the file goes; null: there is none (any more). */
  expiresAt: Date | null
}
export type FileFailure = 'too_many_rows' | 'interrupted'

/** A file in one worker's hands. Counts how often it was begun: the worker that began it last has it. */
export type FileInHand = { id: string; attempt: number }

export type ExportStore = {
  /** Audited. `too_many`: so many of this person's wait already. */
  ask: (
    order: FileOrder,
    actor: Actor & { kind: 'user' },
    mostWaiting: number,
  ) => Promise<'asked' | 'too_many'>
  /** The newest first; of one person, or of everybody. */
  list: (ownerId: string | null, limit: number) => Promise<FileJob[]>
  find: (id: string) => Promise<FileJob | null>
  /** The oldest that waits or was left behind, from its start; null: none does. */
  claim: (leaseMs: number) => Promise<(FileJob & FileInHand) | null>
  /** All of these are false when another worker has it by now. */
  progress: (file: FileInHand, rows: number, leaseMs: number) => Promise<boolean>
  put: (file: FileInHand, part: number, data: Uint8Array) => Promise<boolean>
  /** The file goes after `keepMs`, or when its owner has `keepAtMost` newer ones. */
  finish: (
    file: FileInHand,
    made: { manifest: FileManifest; bytes: number },
    keep: { keepMs: number; keepAtMost: number },
  ) => Promise<boolean>
  fail: (file: FileInHand, why: FileFailure) => Promise<boolean>
  /** Piece by piece. */
  read: (id: string) => AsyncIterable<Uint8Array>
  /** Takes away the pieces of files whose time is over. */
  dropExpired: () => Promise<void>
}
