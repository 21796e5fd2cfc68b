/** Balances: double entry per receiver and currency. All amounts are minor units of their currency. */
import type { Waiting } from '#lib/payouts/holding.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Receiver } from './payout.ts'

/** granted = available + reserved + paid, always. What waits is part of what is available. */
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
  /** Names the grant for ever: the same reference is the same grant. */
  reference: string
  source: GrantSource
  actorName: string
  createdAt: Date
  /** Nobody can ask for it before. */
  payableFrom: Date
  reversedAt: Date | null
}

export type GrantDraft = {
  id: string
  /** An unknown receiver is made; what is known of one is never changed. */
  receiver: { externalId: string; email?: string; firstName?: string; lastName?: string }
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
  /** By people or by time: rejected, cancelled, expired. */
  rejectedMinor: bigint
  /** Taken back by who asked. */
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
  /** In words, what does not add up; empty while everything does. */
  wrong: string[]
  brokenSince: Date | null
}

export type LedgerStore = {
  /** A receiver's balances, by currency. */
  balances: (receiverId: string) => Promise<Balance[]>
  /** Once per reference and per idempotency key, however many ask. Payable after the setting's days by the database's clock. What is refused leaves nothing behind, no receiver either. */
  grant: (draft: GrantDraft, actor: Actor) => Promise<GrantAnswer>
  /** All of them in one transaction, or none: then `refused` names the first that can not be made. Known ones are passed over. */
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
  /** Those that are known, by external id. */
  receivers: (externalIds: string[]) => Promise<Receiver[]>
  /** Receivers with their balances: by external id, name or e-mail, or all; those with the latest grants first. */
  searchBalances: (search: string, limit: number) => Promise<(Receiver & { balances: Balance[] })[]>
  /** Newest first. */
  grants: (filter: { receiverId?: string }, limit: number) => Promise<Grant[]>
  /** Every movement of a receiver's money, newest first. */
  transfers: (receiverId: string, limit: number) => Promise<LedgerTransfer[]>
  /** Computes the equation anew from payouts, history and ledger, and keeps it. */
  check: () => Promise<MoneyCheck>
  /** The same, unless it was computed within this time or another worker is at it; null then. */
  checkUnlessRecent: (withinMs: number) => Promise<MoneyCheck | null>
  /** As it was computed last. */
  lastCheck: () => Promise<MoneyCheck | null>
}
