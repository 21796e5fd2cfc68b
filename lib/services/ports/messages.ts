/** Callbacks that come in, mails that go out. */
import type { ItemDraft } from './items.ts'
import type { Payout } from './payouts.ts'

export type CallbackMessage = {
  status: string
  orderId: string
  clientOrderId: string
  type: string | null
  /** The operation that it is about when that is not the payout itself: reversal, chargeback … */
  operation?: string
  params: Record<string, string>
}

/** `status` of its payout, another `operation` on the order, or an `other_order` than its payout's. */
export type CallbackAbout = 'status' | 'operation' | 'other_order'

export type StoredCallback = Omit<CallbackMessage, 'operation'> & {
  id: string
  about: CallbackAbout
  deliveries: number
  receivedAt: Date
  lastReceivedAt: Date
  payoutId: string | null
  comparedAt: Date | null
}

export type CallbackStore = {
  /**
   * Durable when it returns. A repeat only counts: the same control with the same ids is the same message whatever else is in it.
   * `payoutId`: the payout of its client_orderid, if the caller knows it. What is about the payout's status makes it due now, at most
   * once per `wakeEveryMs`. `shifted`: the same control was seen with other ids. `full`: too many that match no payout.
   */
  store: (
    message: CallbackMessage,
    payoutId: string | null,
    wakeEveryMs?: number,
  ) => Promise<{ answer: 'stored' | 'shifted' | 'full'; repeated: boolean }>
  /** Callbacks about a payout's status that were not yet compared with Cardzo's answer, oldest first. */
  uncompared: (payoutId: string) => Promise<StoredCallback[]>
  /**
   * Tells people of an uncompared one, once: its own open item. It stays uncompared until a status answer ends the question or a
   * person closes that item, which compares it in the same transaction.
   */
  raise: (callback: StoredCallback, payoutId: string, item: ItemDraft) => Promise<void>
  markCompared: (ids: string[]) => Promise<void>
  /** Unmatched callbacks that bear this payout's ids now belong to it. */
  adopt: (payout: Pick<Payout, 'id' | 'clientOrderId'>) => Promise<number>
  forPayout: (payoutId: string) => Promise<StoredCallback[]>
  /** Is there one of this client_orderid that belongs to no payout? */
  isUnmatched: (clientOrderId: string) => Promise<boolean>
}
/**
 * `to`: an address, or (no address, it has no @) `approvers`: everybody who may decide, `admins`, or `staff`: everybody but receivers.
 * Sent once per `dedupeKey` (and person).
 */
export type MailDraft = {
  to: string
  dedupeKey: string
  subject: string
  text: string
  /** Of a group, this account hears nothing: it knows already. */
  exceptUserId?: string
}

export type StoredMail = {
  id: string
  recipient: string
  subject: string
  /** Empty once it was sent or given up (the demo mailbox keeps it); null when its seal can't be opened. */
  text: string | null
  createdAt: Date
  sentAt: Date | null
  attempts: number
  payoutId: string | null
}

export type MailStore = {
  /** Outside a payout's change: sign-in links. */
  enqueue: (draft: MailDraft) => Promise<void>
  find: (id: string) => Promise<StoredMail | null>
  latest: (limit: number) => Promise<StoredMail[]>
  /** True for exactly one caller while unsent: that one has read it before, and sends it. Its text is blank from now on. */
  markSent: (id: string) => Promise<boolean>
  /** Not sent after all: its text comes back for the next attempt; null gives it up. */
  markFailed: (id: string, error: string, text: string | null) => Promise<void>
}
