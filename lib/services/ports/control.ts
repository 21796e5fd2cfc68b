/** Approvals, the merchant's rules, settings, and what the risk checks look at. */
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AutoToday, PayoutSource, Policy } from '#lib/payouts/policy.ts'
import type { RiskCheckId, RiskLevel } from '#lib/payouts/risk.ts'
import type { Told } from './access.ts'

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

export type PolicyVersion = {
  version: number
  body: Policy
  reason: string
  proposedById: string | null
  proposedByName: string
  proposedAt: Date
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  decision: 'confirmed' | 'rejected' | 'withdrawn' | null
  active: boolean
}

export type PolicyStore = {
  /** The rules in force; version 0 when nobody has set any. */
  active: () => Promise<{ version: number; body: Policy }>
  /** The rules a payout started with; null when that version does not exist. */
  find: (version: number) => Promise<Policy | null>
  /** Newest first. */
  versions: (limit: number) => Promise<PolicyVersion[]>
  proposal: () => Promise<PolicyVersion | null>
  /** In force at once: only before the first admin exists. */
  set: (body: Policy, reason: string, actor: Actor) => Promise<PolicyVersion>
  /** The other admins hear of it, in the same transaction. */
  propose: (
    body: Policy,
    reason: string,
    actor: Actor,
    tell: (proposal: PolicyVersion) => Told,
  ) => Promise<PolicyVersion | 'already_proposed'>
  /** By somebody else than whoever proposed it; `stale` when it was decided meanwhile. */
  decide: (
    version: number,
    decision: 'confirmed' | 'rejected' | 'withdrawn',
    actor: Actor,
  ) => Promise<PolicyVersion | 'stale' | 'same_person'>
  /**
   * The payouts asked for in the last `days` days, counted in groups: of one currency and source, with the same findings of the checks,
   * and no `cut` between their amounts.
   */
  past: (days: number, cuts: { currency: string; atMinor: bigint }[]) => Promise<PastPayouts[]>
  /** How many of them went beyond one of these limits (null: no limit); what ended without payment used none of it up. */
  pastOverLimits: (days: number, limits: PastLimits[]) => Promise<{ currency: string; count: number }[]>
}

export type PastPayouts = {
  currency: string
  source: PayoutSource
  askedAgain: boolean
  /** The smallest amount of the group. */
  amountMinor: bigint
  /** Those that found something, at the level they had when the payout was judged. */
  findings: { id: RiskCheckId; level: RiskLevel }[]
  count: number
}

export type PastLimits = {
  currency: string
  payoutMinor: bigint | null
  receiverDayMinor: bigint | null
  receiverMonthMinor: bigint | null
}

/** What the operator sets on the command line. */
export type Settings = {
  /** Seconds between a human approval and the sending, by currency; `*` for the others. */
  sendDelayS: Record<string, number>
  /** Hours that a destination entered by a receiver waits before its first payment. */
  coolingOffH: number
  /** Must a receiver have the money that he asks for in the browser? */
  requireBalance: boolean
  /** The same for payouts by the API and the desk, for which the merchant vouches. */
  requireBalanceMerchant: boolean
  /** Days that what is granted waits before anybody can ask for it. */
  grantHoldDays: number
  /** Days after which an undecided payout expires. */
  expireAfterDays: number
  /** Hours before that when approvers are reminded. */
  remindBeforeH: number
  /** Hours that a right waits which no second admin could confirm. */
  accessWaitH: number
  /** Days for which whoever made, invited or reset an account or a key counts as behind it. */
  independentAfterDays: number
}

export const usualSettings: Settings = {
  sendDelayS: { '*': 60 },
  coolingOffH: 24,
  requireBalance: true,
  requireBalanceMerchant: false,
  grantHoldDays: 0,
  expireAfterDays: 7,
  remindBeforeH: 24,
  accessWaitH: 24,
  independentAfterDays: 30,
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
