/** Balances: double entry per receiver and currency. All amounts are minor units of their currency. */
import type { Actor } from '#lib/payouts/permissions.ts'

/** granted = available + reserved + paid, always. */
export type Balance = {
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
  /** By Cardzo, the bank or two people: declined, filtered, failed. */
  failedMinor: bigint
  unknownMinor: bigint
}

/** Three sets of books that must agree: the payouts, their history, and the ledger. */
export type MoneyCheck = {
  checkedAt: Date
  holds: boolean
  lines: MoneyLine[]
  /** In words, what does not add up; empty while everything does. */
  wrong: string[]
  brokenSince: Date | null
}

export type LedgerStore = {
  /** A receiver's balances, by currency. */
  balances: (receiverId: string) => Promise<Balance[]>
  /** Once per reference and per idempotency key, however many ask; `other` when it names another grant. */
  grant: (
    draft: GrantDraft,
    actor: Actor,
  ) => Promise<{ kind: 'made' | 'existing' | 'other'; grant: Grant } | { kind: 'receiver_mismatch' }>
  /** Takes a whole grant back, once, if that much is still available. */
  reverse: (
    grantId: string,
    reason: string,
    actor: Actor,
  ) => Promise<'reversed' | 'reversed_already' | 'not_available' | 'not_found'>
  findGrants: (references: string[]) => Promise<Grant[]>
  /** Newest first. */
  grants: (filter: { receiverId?: string }, limit: number) => Promise<Grant[]>
  /** Every movement of a receiver's money, newest first. */
  transfers: (receiverId: string, limit: number) => Promise<LedgerTransfer[]>
  /** Computes the equation anew from payouts, history and ledger, and keeps it. */
  check: () => Promise<MoneyCheck>
  /** As it was computed last. */
  lastCheck: () => Promise<MoneyCheck | null>
}
