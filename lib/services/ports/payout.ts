/** A payout, as the verbs see it. */
import type { Demand, PayoutSource } from '#lib/payouts/policy.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ItemKind } from './desk.ts'
import type { GatewayVerdict } from './order.ts'
import type { SealTrouble } from './seal.ts'

export type { PayoutSource }
export type Receiver = {
  id: string
  externalId: string
  email: string | null
  firstName: string | null
  lastName: string | null
}

/** The worker's notes on a conversation with Cardzo that is not over. All times are ISO, by the database's clock. */
export type Progress = {
  /** How often payout-check was (perhaps) sent. */
  checkAttempts?: number
  /** When status by client_orderid found no such order, since the last payout-check. */
  noSuchOrderAt?: string[]
  /** Cardzo refused the second payout-check; believed only after one more status finds no order. */
  checkRefused?: { code: string | null; message: string | null }
  /** Cardzo refused payout-pay; believed after two later answers a poll interval apart still say validated. */
  payRefused?: { code: string | null; message: string | null; validatedAt?: string }
  /** A final status with another figure than ours, to be heard twice. */
  doubtedFinal?: { status: string; amount: string | null; currency: string | null; at: string }
  /** Consecutive calls that failed, for backing off. */
  failures?: number
  /** Since when it waits to be sent, over every claim that was given up unsent. */
  unsentSince?: string
  /** What was said about it, by a short key (lib/services/order/said.ts): how often, when last, and which items it opened. */
  said?: Record<string, { times: number; at: string; items?: ItemKind[] }>
  /** The worker failed at the last step: what it opened for that closes when a step succeeds. */
  stumbled?: true
  /** Moves by status answers since payout-pay was claimed. */
  turns?: number
  /** When Cardzo was last asked for the status, answered or not. */
  lastAskedAt?: string
  /** When Cardzo was last asked and did answer, and what that meant. */
  lastAnsweredAt?: string
  lastVerdict?: GatewayVerdict | 'no_such_order'
  /** Other operations that Cardzo reported on the order (type and status); each is news once. */
  otherOperations?: string[]
  /** What Cardzo said after the end that differs from it; an equal one is no news. */
  lastAfterEnd?: string
}

/** Who settled an unknown outcome: the one who proposed it, then the one who agreed. ISO time. */
export type Settler = { id: string; name: string; at: string }

export type Payout = {
  id: string
  seq: bigint
  version: number
  status: PayoutStatus
  amountMinor: bigint
  currency: string
  description: string | null
  metadata: Record<string, string | number | boolean | null>
  receiver: Receiver
  /** Empty when its seal can't be opened. */
  destination: Record<string, string>
  destinationTrouble: SealTrouble | null
  accountLast4: string | null
  /** The receiver's saved destination that it came from. */
  destinationId: string | null
  /** Keyed hash of all that people approve: lib/services/payout/content-hash.ts. */
  contentHash: string
  ipAddress: string | null
  source: PayoutSource
  /** The source of the first payout of its chain of replacements: the rules judge by it. */
  judgedSource: PayoutSource
  requestedById: string | null
  apiKeyId: string | null
  apiKeyOwnerId: string | null
  idempotencyKey: string
  /** Sealed. */
  requestHash: string
  clientOrderId: string
  orderId: string | null
  gatewayStatus: string | null
  gatewayStage: string | null
  gatewayAmount: string | null
  gatewayCurrency: string | null
  redirectUrl: string | null
  validatedAt: Date | null
  payClaimedAt: Date | null
  progress: Progress
  approvedById: string | null
  approvedAt: Date | null
  policyNote: PolicyNote | null
  /** The rules it started with; 0: before anybody had set rules. */
  policyVersion: number
  /** How many different people must agree, 0: nobody; null until it was judged. */
  approvalsRequired: number | null
  risk: RiskAssessment | null
  /** Does a part of the receiver's balance stand aside for it? */
  reserves: boolean
  /** Not sent before these: people may undo; the destination is new. */
  sendAfter: Date | null
  coolingOffUntil: Date | null
  /** Ends undecided then. */
  expiresAt: Date | null
  settledBy: Settler[] | null
  /** The failed payout that this one asks for anew. */
  replacesId: string | null
  failureMessage: string | null
  gatewayCode: string | null
  gatewayMessage: string | null
  linkRevokedAt: Date | null
  returnedAt: Date | null
  stageSince: Date
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
  finalAt: Date | null
}

/** What the rules said, kept with the payout they judged. */
export type PolicyNote = {
  autoApproveBelow: string
  currency: string
  approved: boolean
  why: string
  /** Absent on payouts that were judged before rules had versions. */
  version?: number
  /** Which rule asked for how many people; empty when the policy approved it. */
  demands?: Demand[]
}
