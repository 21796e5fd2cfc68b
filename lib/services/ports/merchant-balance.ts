/** What the merchant has at Cardzo, as it was told last. */
import type { Low, MerchantBalance, Owed } from '#lib/payouts/merchant-balance.ts'
import type { ItemDraft } from './desk.ts'

/** Why the latest question got no figures. `refused`: Cardzo said no, most often because its support has not enabled it. */
export type BalanceTrouble = 'refused' | 'locked_out' | 'silence' | 'not_sent'

export type StoredBalance = MerchantBalance & {
  endpointId: number
  /** By the database's clock, from before the question left. The age counts from here. */
  askedAt: Date
}

export type BalanceAsked = {
  endpointId: number
  /** When it was asked last, answered or not. */
  askedAt: Date
  /** Of the latest question; null: it was answered, or is under way. */
  trouble: BalanceTrouble | null
  /** What Cardzo said to it, redacted. */
  said: string | null
}

/** `endpointIds`: whose payouts take from it. `since`: when Cardzo was asked. */
export type OwedBy = { endpointIds: readonly number[]; since: Date }

export type MerchantBalanceStore = {
  /**
   * The turn to ask about an endpoint: when `everyMs` has gone by since the last one, or `soonerMs` if a payout of these endpoints has ended since. One worker at a
   * time; one that died holds the others up for `lostMs`. Null: it isn't time. Else the database's now.
   */
  take: (
    endpointId: number,
    pace: { everyMs: number; soonerMs: number; lostMs: number; endpointIds: readonly number[] },
  ) => Promise<Date | null>
  /** Gives the turn back: it could not be asked now, and may be asked at once. */
  giveBack: (endpointId: number) => Promise<void>
  /** What was told replaces everything that was told before. */
  keep: (endpointId: number, askedAt: Date, balances: readonly MerchantBalance[]) => Promise<void>
  /** The figures stay as they were, and grow old. */
  fail: (endpointId: number, trouble: BalanceTrouble, said: string | null) => Promise<void>
  list: () => Promise<{ balances: StoredBalance[]; asked: BalanceAsked[] }>
  /** Forgets everything about other endpoints than these, and closes their items. */
  forgetOthers: (endpointIds: readonly number[]) => Promise<void>
  /** In minor units, by currency, of each of these. */
  owed: (by: readonly OwedBy[]) => Promise<ReadonlyMap<string, Owed>[]>
  /**
   * Notes that a balance is low, or no longer, and opens or closes its item. Worse than before is a new item. `draft`: of the item, with
   * since when it is low.
   */
  noteLow: (
    subject: { endpointId: number; currency: string },
    low: Low,
    draft: (since: Date) => ItemDraft,
  ) => Promise<void>
}
