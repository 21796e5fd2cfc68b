/** Receivers as other systems see and name them. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { NewReceiver } from './payout-store.ts'
import type { Receiver } from './payout.ts'

export type KnownReceiver = Receiver & { createdAt: Date }

/** Where a page of a list ended: the newest come first. */
export type PagePlace = { at: Date; id: string }

export type ReceiverStore = {
  find: (externalId: string) => Promise<KnownReceiver | null>
  /** Newest first, those behind `after`. */
  list: (page: { limit: number; after: PagePlace | undefined }) => Promise<KnownReceiver[]>
  /**
   * Makes one, or says who somebody is of whom nothing is known yet. Of a known one only the language changes; null fields say nothing. It is
   * audited if anything changed.
   */
  save: (
    draft: NewReceiver,
    actor: Actor,
  ) => Promise<{ kind: 'saved'; made: boolean; receiver: KnownReceiver } | { kind: 'receiver_mismatch' }>
}

/** Why a receiver can't be erased now: payouts that haven't ended, some whose outcome is in doubt, or money in the balance. */
export type ErasureObstacles = { open: number; inDoubt: number; balance: boolean }

/** What is known of a receiver goes: docs/decisions/0037-erasing-a-receiver.md. */
export type ErasureStore = {
  /** Null: there is no such receiver, or they are erased already. */
  obstacles: (receiverId: string) => Promise<ErasureObstacles | null>
  /**
   * The receiver's record, account and destinations in one transaction. False: something has come in between, and nothing is changed. What
   * payouts hold goes with `goOn`.
   */
  erase: (receiverId: string, actor: Actor, reason: string) => Promise<boolean>
  /**
   * Goes through the next payouts, `limit` at most, of the first receiver behind `after` who is erased. Null: there is none, or other workers
   * have them.
   */
  goOn: (
    limit: number,
    workerId: string,
    after: string | null,
  ) => Promise<{ receiverId: string; payouts: number; done: boolean } | null>
  /**
   * Receivers with whom nothing has happened for so many days, among the next `limit` behind `after`, and the last one that was looked at
   * (null: there are no more).
   */
  idle: (days: number, after: string | null, limit: number) => Promise<{ ids: string[]; last: string | null }>
}
