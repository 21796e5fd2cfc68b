/** What the desk sees of callbacks: all messages in the order of arrival, the refused ones, and those that never came. */
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { StoredCallback } from './order.ts'

/** `look`: disagrees with Cardzo's status, claims money after the end, is about something else, or matches no payout. */
export type InboxView = 'all' | 'look'

export type InboxCallback = StoredCallback & {
  /** It said something else than the status that Cardzo gave when asked. */
  disagreed: boolean
  /** People were told of it: it says "approved" for a payout that ended here unpaid. */
  raised: boolean
  /** Of its payout; null: there is none. */
  payoutStatus: PayoutStatus | null
}

/** `shifted_ids`: its `control` belongs to other ids. */
export type RefusedCallback = {
  /** Grows with each refusal. */
  number: bigint
  at: Date
  reason: 'malformed' | 'wrong_control' | 'shifted_ids'
  /** What was wrong, in English. */
  why: string
  /** The address it came from; of an IPv6 address only the network. */
  network: string
  /** What it said of itself; nothing of it is proven. */
  status: string | null
  orderId: string | null
  clientOrderId: string | null
}

/** What Cardzo says of a payout after its end. The payout stays what it is. */
export type ChangedPayout = {
  id: string
  seenAt: Date
  payoutId: string
  clientOrderId: string
  status: PayoutStatus
  amountMinor: bigint
  currency: string
  /** Cardzo's own words, such as `reversal approved`. */
  said: string
}

export type ChangedSum = { currency: string; payouts: number; amountMinor: bigint }

/** Of the payouts that ended on one day (UTC) by Cardzo's word: how many, and of how many no callback ever came. */
export type MissedDay = { day: string; ended: number; missed: number }

export type CallbackInbox = {
  /** Newest first; `before` is the last row of the page before. */
  list: (
    view: InboxView,
    page: { limit: number; before: { at: Date; id: string } | null },
  ) => Promise<{ rows: InboxCallback[]; more: boolean }>
  /** Kept in one of 500 places, in place of the oldest. */
  keepRefused: (refused: Omit<RefusedCallback, 'number' | 'at'>) => Promise<void>
  /** Newest first, those before the number `before`. */
  refused: (page: {
    limit: number
    before: bigint | null
  }) => Promise<{ rows: RefusedCallback[]; more: boolean }>
  /** What Cardzo says of payouts that are over, newest first. */
  changed: (page: {
    limit: number
    before: { at: Date; id: string } | null
  }) => Promise<{ rows: ChangedPayout[]; more: boolean }>
  /** Of what was paid, how much that is about, by currency. */
  changedSums: () => Promise<ChangedSum[]>
  /** The last days on which payouts ended, newest first. Looks at the newest `lookAt` payouts that ended at least ten minutes ago. */
  missed: (days: number, lookAt: number) => Promise<MissedDay[]>
  /** The ids of payouts of one such day without a callback, newest first. */
  missedOn: (day: string, limit: number) => Promise<string[]>
}
