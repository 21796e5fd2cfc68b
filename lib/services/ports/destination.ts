/** Where receivers want their money. Full values go only to Cardzo, and to people by an audited reveal. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ItemDraft } from './desk.ts'
import type { MailDraft } from './message.ts'
import type { PagePlace } from './receiver.ts'
import type { SealTrouble } from './seal.ts'

export type Destination = {
  id: string
  receiverId: string
  label: string
  /** Full values by gateway field name; empty when the seal can't be opened. */
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
  /** Frozen by its receiver, and not released since. */
  frozenAt: Date | null
  removedAt: Date | null
  /** The key of the system that saved it, if one did. */
  apiKeyId: string | null
}

export type DestinationDraft = {
  id: string
  receiverId: string
  label: string
  fields: Record<string, string>
  coolingOffH: number
  /** Sent if the destination is new to us. */
  mails: MailDraft[]
}

export type DestinationStore = {
  find: (id: string) => Promise<Destination | null>
  /** The receiver's, the default first, then the newest. Without removed ones unless asked. */
  ofReceiver: (receiverId: string, options?: { removedToo?: true }) => Promise<Destination[]>
  /** One page of the same, newest first, those behind `after`. */
  pageOfReceiver: (
    receiverId: string,
    page: { limit: number; after: PagePlace | undefined },
  ) => Promise<Destination[]>
  /**
   * The same bank account of the same receiver is the same destination: it is found (and brought back if it was removed), not made again.
   * One that this receiver was paid to before is not new: it doesn't cool off, and no mail is sent.
   */
  save: (draft: DestinationDraft, actor: Actor) => Promise<{ made: boolean; destination: Destination }>
  /** Accounts of all people behind it: who entered it, is paid to it, or asked for an open payout to it. None of them may release it. */
  accountsBehind: (id: string) => Promise<string[]>
  /** This and the next two return false if it was removed. */
  relabel: (id: string, label: string, actor: Actor) => Promise<boolean>
  makeDefault: (id: string, actor: Actor) => Promise<boolean>
  /** Payouts made with it go on. */
  remove: (id: string, actor: Actor) => Promise<boolean>
  /**
   * Ends the cooling-off time of the destination and of the payouts that wait for it, and returns their ids; each timeline says so. Null if
   * it was already over.
   */
  release: (id: string, how: { reason: string; mails: MailDraft[] }, actor: Actor) => Promise<string[] | null>
  /**
   * From now on nothing is sent to it, nor to payouts that wait for it, until a person releases it; opens `item` for them. Each timeline says
   * so. Null if it is frozen already; else how many payouts wait.
   */
  freeze: (id: string, item: ItemDraft, actor: Actor) => Promise<number | null>
  /** Those cooling off now, the oldest first; removed ones only while a payout waits for them. */
  coolingOff: (limit: number) => Promise<(Destination & { receiverExternalId: string; waiting: number })[]>
}
