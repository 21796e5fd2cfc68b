/** Where receivers want their money. Full values leave the store only towards Cardzo, and by an audited reveal. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { MailDraft } from './message.ts'
import type { SealTrouble } from './seal.ts'

export type Destination = {
  id: string
  receiverId: string
  label: string
  /** Gateway field name to value, in full; empty when the seal can't be opened. */
  fields: Record<string, string>
  trouble: SealTrouble | null
  last4: string | null
  isDefault: boolean
  createdById: string | null
  createdByName: string
  createdAt: Date
  /** The end of its cooling-off time. */
  usableFrom: Date
  /** By the database's clock. */
  isCoolingOff: boolean
  releasedByName: string | null
  releasedAt: Date | null
  releaseReason: string | null
  removedAt: Date | null
}

export type DestinationDraft = {
  id: string
  receiverId: string
  label: string
  fields: Record<string, string>
  coolingOffH: number
  /** Written with it when it is new to us. */
  mails: MailDraft[]
}

export type DestinationStore = {
  find: (id: string) => Promise<Destination | null>
  /** The receiver's, the default first, then the newest; removed ones only when asked for. */
  ofReceiver: (receiverId: string, options?: { removedToo?: true }) => Promise<Destination[]>
  /**
   * The same account of the same receiver is the same destination: it is found (and brought back if it was removed), not made again.
   * An account that was paid for this receiver before is not new: it does not cool off and is no news.
   */
  save: (draft: DestinationDraft, actor: Actor) => Promise<{ made: boolean; destination: Destination }>
  /** Every account of every person behind it: who entered it, is paid, or asked for an open payout to it. None of them releases it. */
  accountsBehind: (id: string) => Promise<string[]>
  /** These three: false when it was removed. */
  relabel: (id: string, label: string, actor: Actor) => Promise<boolean>
  makeDefault: (id: string, actor: Actor) => Promise<boolean>
  /** Payouts made with it go on. */
  remove: (id: string, actor: Actor) => Promise<boolean>
  /**
   * Ends the cooling-off time of the destination and of the payouts that wait for it, whose ids it returns; each has it on its timeline.
   * Null when it was over.
   */
  release: (id: string, how: { reason: string; mails: MailDraft[] }, actor: Actor) => Promise<string[] | null>
  /** Cooling off now, the oldest first; removed ones while a payout waits for them. */
  coolingOff: (limit: number) => Promise<(Destination & { receiverExternalId: string; waiting: number })[]>
}
