/** Callbacks that come in, mails that go out. */
import type { Payout } from './payouts.ts'

export type CallbackMessage = {
  status: string
  orderId: string
  clientOrderId: string
  type: string | null
  params: Record<string, string>
}

export type StoredCallback = CallbackMessage & {
  id: string
  deliveries: number
  receivedAt: Date
  lastReceivedAt: Date
  payoutId: string | null
  comparedAt: Date | null
}

export type CallbackStore = {
  /** Durable when it returns. A repeat only counts. With a payout: also its event, and it is woken. Without: an open item. */
  store: (message: CallbackMessage, payoutId: string | null) => Promise<{ repeated: boolean }>
  /** Callbacks of a payout that were not yet compared with Cardzo's status answer. */
  uncompared: (payoutId: string) => Promise<StoredCallback[]>
  markCompared: (ids: string[]) => Promise<void>
  /** Unmatched callbacks that bear this payout's ids now belong to it. */
  adopt: (payout: Pick<Payout, 'id' | 'clientOrderId'>) => Promise<number>
  forPayout: (payoutId: string) => Promise<StoredCallback[]>
  unmatched: () => Promise<StoredCallback[]>
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
  text: string
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
  /** True for exactly one caller while unsent: whoever gets it sends it. */
  markSent: (id: string) => Promise<boolean>
  markFailed: (id: string, error: string) => Promise<void>
}
