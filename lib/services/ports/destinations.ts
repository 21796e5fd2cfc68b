/** Where receivers want their money. Full values leave the store only towards Cardzo, and by an audited reveal. */
import type { Actor } from '#lib/payouts/permissions.ts'

export type Destination = {
  id: string
  receiverId: string
  label: string
  /** Gateway field name to value, in full. */
  fields: Record<string, string>
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
}

export type DestinationStore = {
  find: (id: string) => Promise<Destination | null>
  /** The receiver's, the default first, then the newest; removed ones only when asked for. */
  ofReceiver: (receiverId: string, options?: { removedToo?: true }) => Promise<Destination[]>
  /**
   * The same account of the same receiver is the same destination: it is found (and brought back if it was removed), not made again.
   * An account that was paid for this receiver before is not new and does not cool off.
   */
  save: (draft: DestinationDraft, actor: Actor) => Promise<{ made: boolean; destination: Destination }>
  relabel: (id: string, label: string, actor: Actor) => Promise<void>
  makeDefault: (id: string, actor: Actor) => Promise<void>
  remove: (id: string, actor: Actor) => Promise<void>
  /** Ends the cooling-off time of the destination and of the payouts that wait for it; false when it was over. */
  release: (id: string, reason: string, actor: Actor) => Promise<boolean>
  /** Cooling off now, the oldest first. */
  coolingOff: (limit: number) => Promise<(Destination & { receiverExternalId: string })[]>
  /** Seals again whatever is not sealed under the current key: destinations, payouts, second factors. Returns how many rows. */
  reseal: (limit: number) => Promise<number>
}
