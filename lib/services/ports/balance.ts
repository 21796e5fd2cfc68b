/** Balances: double entry per receiver and currency. All amounts are minor units of their currency. */
import type { Waiting } from '#lib/payouts/holding.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { Receiver } from './payout.ts'
import type { PagePlace } from './receiver.ts'

/** Always: granted = available + reserved + paid. Money in its holding period is part of what is available. */
export type Balance = Waiting & {
  currency: string
  grantedMinor: bigint
  availableMinor: bigint
  reservedMinor: bigint
  paidMinor: bigint
}

export type GrantSource = 'api' | 'desk' | 'csv' | 'operator'

export type Grant = {
  id: string
  receiverId: string
  receiverExternalId: string
  currency: string
  amountMinor: bigint
  /** The grant's name: the same reference is always the same grant. */
  reference: string
  source: GrantSource
  actorName: string
  createdAt: Date
  /** The end of its holding period. */
  payableFrom: Date
  reversedAt: Date | null
}

export type GrantDraft = {
  id: string
  /** An unknown receiver is created; of a known one only the language changes. */
  receiver: { externalId: string; email?: string; firstName?: string; lastName?: string; locale?: Locale }
  currency: string
  amountMinor: bigint
  reference: string
  idempotencyKey: string | null
  source: GrantSource
}

/** `other`: the reference, or the idempotency key, belongs to a grant with other content. */
export type GrantAnswer =
  | { kind: 'made' | 'existing'; grant: Grant }
  | { kind: 'other'; by: 'reference' | 'idempotency_key'; grant: Grant }
  | { kind: 'receiver_mismatch' }

export type LedgerTransfer = {
  id: bigint
  at: Date
  kind: 'grant' | 'grant_reversal' | 'reserve' | 'release' | 'capture'
  currency: string
  amountMinor: bigint
  payoutId: string | null
  grantId: string | null
  reference: string | null
  actorName: string
}

/** One currency's line of the money equation: requested = paid + in flight + rejected + failed + unknown. */
export type MoneyLine = {
  currency: string
  requestedMinor: bigint
  paidMinor: bigint
  inFlightMinor: bigint
  /** By the merchant's people. */
  rejectedMinor: bigint
  /** By the receiver or the system that asked. */
  cancelledMinor: bigint
  expiredMinor: bigint
  /** By Cardzo, the bank or two people: declined, filtered, failed. */
  failedMinor: bigint
  unknownMinor: bigint
}

/** Three sets of books that must agree: the payouts, their history, and the ledger. */
export type MoneyCheck = {
  checkedAt: Date
  balanced: boolean
  lines: MoneyLine[]
  /** What does not add up, in sentences; empty if everything does. */
  wrong: string[]
  brokenSince: Date | null
  /** When everything was compared last. Checks since then compared what had changed. */
  wholeAt: Date | null
}

export type LedgerStore = {
  /** A receiver's balances, by currency. */
  balances: (receiverId: string) => Promise<Balance[]>
  /**
   * Once per reference and idempotency key, however many ask. Its holding period counts by the database's clock. A refused grant leaves
   * nothing behind, not even a receiver.
   */
  grant: (draft: GrantDraft, actor: Actor) => Promise<GrantAnswer>
  /** All of them in one transaction, or none: then `refused` names the first that can't be made. Known ones are skipped. */
  grantAll: (
    drafts: readonly GrantDraft[],
    actor: Actor,
  ) => Promise<{ kind: 'made'; made: number } | { kind: 'refused'; reference: string }>
  /** Takes a whole grant back, once, if that much is still available. */
  reverse: (
    grantId: string,
    reason: string,
    actor: Actor,
  ) => Promise<'reversed' | 'reversed_already' | 'not_available' | 'not_found'>
  findGrant: (by: { id: string } | { idempotencyKey: string }) => Promise<Grant | null>
  findGrants: (references: string[]) => Promise<Grant[]>
  /** The known ones among these external ids. */
  receivers: (externalIds: string[]) => Promise<Receiver[]>
  /** Receivers with their balances, found by external id, name or e-mail; an empty search finds all with a balance. Newest first. */
  searchBalances: (search: string, limit: number) => Promise<(Receiver & { balances: Balance[] })[]>
  /** Newest first, those behind `after`. */
  grants: (filter: { receiverId?: string; after?: PagePlace | undefined }, limit: number) => Promise<Grant[]>
  /** Every movement of a receiver's money, newest first. */
  transfers: (receiverId: string, limit: number) => Promise<LedgerTransfer[]>
  /** Computes the equation from every payout, event and transfer, and stores it. */
  check: () => Promise<MoneyCheck>
  /**
   * For what changed since the last time, and for everything once a day and while something is wrong. Null if it was computed within this
   * time or another worker is at it.
   */
  checkUnlessRecent: (withinMs: number) => Promise<MoneyCheck | null>
  /** The latest that was computed. */
  lastCheck: () => Promise<MoneyCheck | null>
}
