/** Approvals, the queue of what waits for them, and what the risk checks look at. */
import type { AutoToday } from '#lib/payouts/policy.ts'

/** One person's yes to exactly one content. */
export type Approval = {
  id: string
  payoutId: string
  contentHash: string
  orderId: string | null
  approverId: string
  approverName: string
  personId: string
  note: string | null
  at: Date
  voidedAt: Date | null
  voidReason: string | null
  /** Not voided, for the payout's content as it is now, and its approver may still approve. */
  counts: boolean
}

/** `mine`: waits for this person's decision. `others`: he agreed or it is his own, so others must. `all`: everything undecided. */
export type QueueTab = 'mine' | 'others' | 'all'

/** What waits for people, as one person sees it; all of it as it was at one instant. */
export type Queue = {
  counts: Record<QueueTab, number>
  /** Of the chosen tab, whole. */
  sums: { currency: string; count: number; amountMinor: bigint }[]
  /** Of the chosen tab, oldest first. */
  rows: {
    payoutId: string
    /** How many different people have agreed so far. */
    given: number
    /** This person is one of them; it is his own. */
    agreed: boolean
    own: boolean
  }[]
}

/** Written by `PayoutStore.advance` alone, in the transaction of what it does to the payout. */
export type ApprovalStore = {
  /** `decides`: may this person decide at all? */
  queue: (who: { userId: string; decides: boolean }, tab: QueueTab, limit: number) => Promise<Queue>
  /** All of them, oldest first. */
  forPayouts: (payoutIds: string[]) => Promise<Approval[]>
  /** What this person has approved today (UTC) in this currency, minor units; voided ones do not count. */
  approvedToday: (approverId: string, currency: string) => Promise<bigint>
  /** Was whoever asked for it, or granted the money, lately let in by one person alone? Then the rules alone do not approve it. */
  askedAlone: (payoutId: string) => Promise<boolean>
  /** What the rules alone have approved today (UTC) in this currency. */
  autoToday: (currency: string, apiKeyId: string | null) => Promise<AutoToday>
}

/** What the risk checks look at, as it stands now. Times by the database's clock. */
export type RiskFacts = {
  now: Date
  /** Of this receiver: finished payments in this currency. */
  paidCount: number
  largestPaidMinor: bigint
  /** Of this receiver to this account: finished payments. */
  paidToDestination: number
  /** When this receiver's account was first seen here. */
  destinationFirstSeenAt: Date
  /** External ids of other receivers with payouts or destinations of the same account. */
  sharedWith: string[]
  /** Other payouts of this receiver with the same amount and currency in the last 24 h, not ended without payment. */
  sameRequests: string[]
  /** Payouts that this receiver asked for in the last 24 h, this one included. */
  requestsLastDay: number
  /** When the receiver's sign-in address was changed last. */
  contactChangedAt: Date | null
}

export type RiskStore = {
  facts: (payoutId: string) => Promise<RiskFacts>
  /** The same for many in one statement, by payout id; what does not exist is not in it. */
  factsOf: (payoutIds: readonly string[]) => Promise<Map<string, RiskFacts>>
}
