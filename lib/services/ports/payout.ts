/** A payout, as the verbs see it. */
import type { Demand, ListedSource, PayoutSource } from '#lib/payouts/policy.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Locale } from '#lib/words/locales.ts'
import type { ItemKind } from './desk.ts'
import type { GatewayVerdict } from './order.ts'
import type { SealTrouble } from './seal.ts'

export type { ListedSource, PayoutSource }
export type Receiver = {
  id: string
  externalId: string
  email: string | null
  firstName: string | null
  lastName: string | null
  /** The language they are written to; null: nobody has said. */
  locale: Locale | null
}

/** What the worker remembers between two looks at a payout. All times are ISO, by the database's clock. */
export type Progress = {
  /** How often payout-check was sent, or may have been. */
  checkAttempts?: number
  /** When a status request by client_orderid found no order, since the last payout-check. */
  noSuchOrderAt?: string[]
  /** Cardzo refused the second payout-check; believed only after one more status finds no order. */
  checkRefused?: { code: string | null; message: string | null }
  /** Cardzo refused payout-pay; believed after two later answers, a poll interval apart, that still say validated. */
  payRefused?: { code: string | null; message: string | null; validatedAt?: string }
  /** A final status with another figure than ours; believed when it comes twice. */
  doubtedFinal?: { status: string; amount: string | null; currency: string | null; at: string }
  /** How many calls in a row failed, for backing off. */
  failures?: number
  /** Since when it waits to be sent, however many claims were given up unsent. */
  unsentSince?: string
  /** What was said about it, by a short key (lib/services/order/repeats.ts): how often, when last, and which items it opened. */
  said?: Record<string, { times: number; at: string; items?: ItemKind[] }>
  /** The last step failed. The item about that closes when a step succeeds. */
  stumbled?: true
  /** The last step found its endpoint missing. The same with the item about that. */
  withoutEndpoint?: true
  /** How many moves status answers made since payout-pay was claimed. */
  turns?: number
  /** When Cardzo was last asked for the status, answered or not. */
  lastAskedAt?: string
  /** When Cardzo was last asked and did answer, and what that meant. */
  lastAnsweredAt?: string
  lastVerdict?: GatewayVerdict | 'no_such_order'
  /** Other operations on the order that Cardzo reported (type and status); each is news once. */
  otherOperations?: string[]
  /** What Cardzo said after the end that differs from it. The same again is no news. */
  lastAfterEnd?: string
}

/** Who settled an unknown outcome: first the person who proposed it, then the one who confirmed. ISO time. */
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
  /** Keyed hash of everything that people approve: lib/services/payout/content-hash.ts. */
  contentHash: string
  ipAddress: string | null
  source: ListedSource
  /** The source of the first payout in its chain of retries, by which the policy judges it. Of a batch, what its file came through. */
  judgedSource: PayoutSource
  requestedById: string | null
  apiKeyId: string | null
  apiKeyOwnerId: string | null
  idempotencyKey: string
  /** Sealed. */
  requestHash: string
  /** Where it is sent and asked about, from its request on. */
  endpointId: number
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
  /** The version of the policy it started with; 0: before anybody had set one. */
  policyVersion: number
  /** How many different people must agree; 0: nobody; null: not judged yet. */
  approvalsRequired: number | null
  risk: RiskAssessment | null
  /** Is part of the receiver's balance reserved for it? */
  reserves: boolean
  /** Not sent before: the time that was asked for. It is part of what people approve. */
  payAt: Date | null
  /** Not sent before these: until then people may undo, or the destination cools off. */
  sendAfter: Date | null
  coolingOffUntil: Date | null
  /** When it expires if nobody has decided. */
  expiresAt: Date | null
  settledBy: Settler[] | null
  /** The unpaid payout that this one retries. */
  replacesId: string | null
  failureMessage: string | null
  gatewayCode: string | null
  gatewayMessage: string | null
  /** Of the receiver's links, as they were made. */
  statusTokenHash: string
  returnTokenHash: string
  linkRevokedAt: Date | null
  returnedAt: Date | null
  stageSince: Date
  dueAt: Date | null
  createdAt: Date
  updatedAt: Date
  finalAt: Date | null
}

/** What other systems see of a payout: lib/services/payout/payout-view.ts. */
export type ApiPayout = Pick<
  Payout,
  | 'id'
  | 'status'
  | 'amountMinor'
  | 'currency'
  | 'receiver'
  | 'destination'
  | 'ipAddress'
  | 'description'
  | 'payAt'
  | 'clientOrderId'
  | 'orderId'
  | 'gatewayStatus'
  | 'gatewayStage'
  | 'gatewayAmount'
  | 'gatewayCurrency'
  | 'redirectUrl'
  | 'linkRevokedAt'
  | 'statusTokenHash'
  | 'metadata'
  | 'failureMessage'
  | 'gatewayCode'
  | 'gatewayMessage'
  | 'settledBy'
  | 'replacesId'
  | 'createdAt'
  | 'updatedAt'
  | 'finalAt'
>

/** What the holder of a link sees of a payout: lib/services/payout/show-status.ts. */
export type LinkPayout = Pick<
  Payout,
  | 'id'
  | 'status'
  | 'version'
  | 'amountMinor'
  | 'currency'
  | 'destination'
  | 'accountLast4'
  | 'clientOrderId'
  | 'redirectUrl'
  | 'returnedAt'
  | 'progress'
  | 'failureMessage'
  | 'gatewayCode'
  | 'payAt'
  | 'coolingOffUntil'
  | 'sendAfter'
  | 'createdAt'
  | 'updatedAt'
  | 'finalAt'
>

/** What the policy said, kept with the payout. */
export type PolicyNote = {
  autoApproveBelow: string
  currency: string
  approved: boolean
  why: string
  /** Absent on payouts that were judged before policies had versions. */
  version?: number
  /** Which rule asked for how many people; empty when the policy approved it. */
  demands?: Demand[]
}
