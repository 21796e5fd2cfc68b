/** Approvals, the queue of payouts that wait for them, and the facts behind the risk checks. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ApproverRole, AutoToday, Policy } from '#lib/payouts/policy.ts'
import type { Payout } from './payout.ts'
import type { Settings } from './policy.ts'

/** One person's yes to exactly this content. */
export type Approval = {
  id: string
  payoutId: string
  contentHash: string
  orderId: string | null
  approverId: string
  approverName: string
  personId: string
  /** What else its approver is now, by other enabled accounts. */
  roles: ApproverRole[]
  note: string | null
  at: Date
  voidedAt: Date | null
  voidReason: string | null
  /** It is not voided, it is for the payout's present content, and its approver may still approve. */
  counts: boolean
}

/** `mine`: waits for this person. `others`: they have agreed or it is their own, so others must. `all`: everything undecided. */
export type QueueTab = 'mine' | 'others' | 'all'

/** What waits for people, as one person sees it, all at the same instant. */
export type Queue = {
  counts: Record<QueueTab, number>
  /** Of the whole chosen tab. */
  sums: { currency: string; count: number; amountMinor: bigint }[]
  /**
   * Of the chosen tab, those first whose waiting costs the most: hours begun, times the amount against the average of what waits in its
   * currency (a quarter to four times), times two or four when it expires within two days or one. What somebody else looks at comes last.
   */
  rows: {
    payoutId: string
    /** How many different people have agreed so far. */
    given: number
    /** `agreed`: this person is one of them. `own`: it is their own payout. */
    agreed: boolean
    own: boolean
    /** Why it is where it is in the list: it expires soon, it is a lot, or it has waited long. */
    because: 'deadline' | 'amount' | 'age'
    /** Somebody looks at it until then. */
    taken: { userId: string; name: string; until: Date } | null
  }[]
}

/** Written by `PayoutStore.advance` alone, in the transaction of what it does to the payout. */
export type ApprovalStore = {
  /** `decides`: may this person decide at all? */
  queue: (who: { userId: string; decides: boolean }, tab: QueueTab, limit: number) => Promise<Queue>
  /** The payouts that need this person: those they could approve now, and those with an open item that they have taken on. */
  needing: (who: { userId: string; decides: boolean }) => Promise<string[]>
  /** Says that this person looks at a payout that waits for approval. False: it doesn't wait, or somebody else does. Again, the time begins again. */
  take: (payoutId: string, person: Actor & { kind: 'user' }, forMs: number) => Promise<boolean>
  /** Takes that back, if it was this person. */
  drop: (payoutId: string, person: Actor & { kind: 'user' }) => Promise<boolean>
  /** All of them, oldest first. */
  forPayouts: (payoutIds: string[]) => Promise<Approval[]>
  /** What else the person behind this account is, by other enabled accounts. */
  rolesOf: (userId: string) => Promise<ApproverRole[]>
  /** What this person has approved today (UTC) in this currency, minor units; voided ones do not count. */
  approvedToday: (approverId: string, currency: string) => Promise<bigint>
  /** What was approved automatically today (UTC) in this currency. */
  autoToday: (currency: string, apiKeyId: string | null) => Promise<AutoToday>
}

/** The facts behind the risk checks, as of now. Times by the database's clock. */
export type RiskFacts = {
  now: Date
  /** Finished payments to this receiver in this currency. */
  paidCount: number
  largestPaidMinor: bigint
  /** Finished payments to this receiver's account. */
  paidToDestination: number
  /** When this receiver's account was first seen here. */
  destinationFirstSeenAt: Date
  /** External ids of other receivers with payouts or destinations of the same account. */
  sharedWith: string[]
  /** Other payouts to this receiver with the same amount and currency in the last 24 h, except those that ended unpaid. */
  sameRequests: string[]
  /** Payouts that this receiver asked for in the last 24 h, this one included. */
  requestsLastDay: number
  /** When the receiver's sign-in address last changed. */
  contactChangedAt: Date | null
}

/** What a payout is judged by. */
export type Judging = {
  facts: RiskFacts
  /** The policy that it started with. */
  policy: Policy
  settings: Settings
  /** Was the person who asked for it, or granted the money, lately let in by one person alone? Then it is not approved automatically. */
  askedAlone: boolean
}

export type RiskStore = {
  /** Everything that one payout is judged by, in one statement. */
  judging: (payout: Pick<Payout, 'id' | 'policyVersion'>) => Promise<Judging>
  /** The same for many in one statement, by payout id. Leaves out ids that don't exist. */
  factsOf: (payoutIds: readonly string[]) => Promise<Map<string, RiskFacts>>
}
