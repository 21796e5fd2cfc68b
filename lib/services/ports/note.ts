/** Notes on payouts: what staff write for each other, or for the receiver. */
import type { Actor } from '#lib/payouts/permissions.ts'

export type Note = {
  id: string
  payoutId: string
  text: string
  /** Shown on the receiver's status page; otherwise only staff sees it. */
  toReceiver: boolean
  authorId: string
  authorName: string
  writtenAt: Date
  /** When its author last changed it; null: never. */
  changedAt: Date | null
  /** May its author still change it? By the database's clock. */
  changeable: boolean
}

/** What the receiver sees of a note. */
export type ReceiverNote = { text: string; at: Date }

/** Each write leaves an event `noted` on the timeline in the same transaction, with a hash of the text. */
export type NoteStore = {
  /** The same id is the same note, however often it is sent. `full`: the payout has as many notes as it may. */
  write: (
    draft: Pick<Note, 'id' | 'payoutId' | 'text' | 'toReceiver'>,
    author: Actor & { kind: 'user' },
  ) => Promise<'written' | 'full'>
  /** `fixed`: it is older than five minutes, or another person's. */
  change: (
    note: Pick<Note, 'id' | 'payoutId' | 'text' | 'toReceiver'>,
    author: Actor & { kind: 'user' },
  ) => Promise<'changed' | 'fixed'>
  /** Oldest first. */
  forPayout: (payoutId: string) => Promise<Note[]>
  /** Of any of these, newest first. */
  forPayouts: (payoutIds: readonly string[], limit: number) => Promise<Note[]>
}
