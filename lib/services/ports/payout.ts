/** Payouts, their timeline, and the one way they change. */
import type { Waiting } from '#lib/payouts/holding.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AutoCaps, Demand, PayoutSource } from '#lib/payouts/policy.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ItemDraft, ItemKind } from './desk.ts'
import type { DestinationDraft, SealTrouble } from './destination.ts'
import type { MailDraft } from './message.ts'
import type { GatewayVerdict, Lease, Leased } from './order.ts'
import type { GatewayChange } from './safety.ts'
import type { Settlement } from './settlement.ts'

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

export type NewPayout = Pick<
  Payout,
  | 'id'
  | 'amountMinor'
  | 'currency'
  | 'description'
  | 'metadata'
  | 'destination'
  | 'accountLast4'
  | 'ipAddress'
  | 'source'
  | 'judgedSource'
  | 'requestedById'
  | 'apiKeyId'
  | 'idempotencyKey'
  | 'requestHash'
  | 'clientOrderId'
  | 'replacesId'
  | 'destinationId'
  | 'contentHash'
  | 'policyVersion'
  | 'reserves'
> & {
  receiver: NewReceiver
  statusTokenHash: string
  returnTokenHash: string
  /** Saved with the payout, which then comes from it. */
  saves?: DestinationDraft | null
}

/** Minor units; null: no limit. Days and months are UTC; what ended without payment does not count. */
export type ReceiverLimits = { dayMinor: bigint | null; monthMinor: bigint | null }

/** Why nothing was stored, with what is left. */
export type NotCreated =
  | { kind: 'receiver_mismatch' }
  | { kind: 'limit_exceeded'; which: 'receiver_day' | 'receiver_month'; leftMinor: bigint }
  | ({ kind: 'insufficient_balance'; availableMinor: bigint } & Waiting)

/** Null fields say nothing about the receiver; a known receiver is never changed. */
export type NewReceiver = Omit<Receiver, 'id'>

/** Facts of a row that a writer may set beside a move. Absent = unchanged. */
export type PayoutFacts = Partial<
  Pick<
    Payout,
    | 'orderId'
    | 'gatewayStatus'
    | 'gatewayStage'
    | 'gatewayAmount'
    | 'gatewayCurrency'
    | 'redirectUrl'
    | 'progress'
    | 'approvedById'
    | 'policyNote'
    | 'approvalsRequired'
    | 'risk'
    | 'failureMessage'
    | 'gatewayCode'
    | 'gatewayMessage'
    | 'settledBy'
  >
> & {
  /** By the database's clock, from before the request left that Cardzo answered with `payout_check_validated`. */
  validatedAt?: Date
  /** Set to the database's now. */
  validatedNow?: true
  claimedNow?: true
  approvedNow?: true
  returnedNow?: true
  /** Milliseconds from the database's now. */
  sendAfterInMs?: number
  expiresInMs?: number
}

/** One row of the timeline. */
export type Happening = { kind: HappeningKind; data?: Record<string, unknown> }

export const happeningKinds = [
  'requested',
  'check_intended',
  'check_answered',
  'status_answered',
  'pay_claimed',
  'pay_answered',
  'callback_received',
  'receiver_returned',
  'decided',
  'approval_given',
  'approval_undone',
  'approvals_voided',
  'destination_released',
  'expired',
  'taken_back',
  'policy_judged',
  'link_revoked',
  'revealed',
  'settlement_proposed',
  'settlement_withdrawn',
  'settled',
  'worker_failed',
] as const

export type HappeningKind = (typeof happeningKinds)[number]

export type TimelineEvent = {
  id: bigint
  at: Date
  kind: HappeningKind
  move: PayoutMove | null
  fromStatus: PayoutStatus | null
  toStatus: PayoutStatus | null
  version: number
  actorKind: Actor['kind']
  actorId: string | null
  actorName: string
  data: Record<string, unknown>
}

/** What a writer wants done to a payout he has seen. */
export type Change = {
  /** Absent: facts only. A change without a move keeps the version, so that nobody's decision goes stale over a refreshed fact. */
  move?: PayoutMove
  facts?: PayoutFacts
  /** When the worker must look next, in milliseconds from the database's now; absent leaves it; null: never (final). */
  dueInMs?: number | null
  items?: ItemDraft[]
  /** Closes the open items of these kinds on this payout: their cause is gone. */
  closeItems?: { kinds: ItemKind[]; reason: string }
  mails?: MailDraft[]
  /** What Cardzo says of an order that has ended here; each word of its is kept once. */
  gatewayChange?: Omit<GatewayChange, 'seenAt'>
  /** Happens with the change or not at all; when this person has approved before, the change is stale. `approverId` null: all. */
  approval?:
    | { do: 'give'; note: string | null; dayLimitMinor: bigint | null }
    | { do: 'void'; approverId: string | null; reason: string }
  /** With `auto_approve`: counted under a lock, and the change is stale when the day's cap has been used up meanwhile. */
  autoCaps?: AutoCaps
  /** Happens with the change or not at all; when another settlement was in the way, the change is stale. */
  settlement?:
    | { do: 'propose'; draft: Pick<Settlement, 'id' | 'outcome' | 'reason' | 'evidence'> }
    | { do: 'confirm' | 'withdraw'; id: string }
}

export type PayoutFilter = {
  statuses?: PayoutStatus[]
  /** Our id, either gateway id, the receiver's external id, name or e-mail, or the last four characters of the account. */
  search?: string
  receiverExternalId?: string
  receiverId?: string
  /** Only what came through a key of this user's. */
  apiKeyOwnerId?: string
}

export type Page<T> = { rows: T[]; nextCursor: string | null }

export type PayoutStore = {
  /**
   * One row for one idempotency key, also when asked twenty times in parallel. Reserves the money in the same transaction if the draft
   * says so or what it replaces did, and refuses what limits or balance do not allow; then nothing is stored.
   */
  create: (
    draft: NewPayout,
    actor: Actor,
    mails: MailDraft[],
    limits: ReceiverLimits,
  ) => Promise<{ kind: 'created' | 'existing'; payout: Payout } | NotCreated>
  find: (id: string) => Promise<Payout | null>
  findMany: (ids: string[]) => Promise<Payout[]>
  /** By creation number: short enough that hundreds fit into an address. */
  findNumbered: (seqs: bigint[]) => Promise<Payout[]>
  /**
   * Every account of every person behind these payouts: who asked, entered, owns the API key, entered the destination, or is paid, and
   * who asked for one that it replaces. None of them decides on it. By payout id.
   */
  accountsBehind: (ids: string[]) => Promise<Map<string, string[]>>
  findByIdempotencyKey: (key: string) => Promise<Payout | null>
  findByOrderId: (orderId: string) => Promise<Payout | null>
  findByClientOrderId: (clientOrderId: string) => Promise<Payout | null>
  /** Links end 90 days after the final status, or when revoked. */
  findByStatusToken: (tokenHash: string) => Promise<Payout | null>
  findByReturnToken: (tokenHash: string) => Promise<Payout | null>
  list: (
    filter: PayoutFilter,
    page: { limit: number; cursor?: string | undefined; oldestFirst?: true },
  ) => Promise<Page<Payout>>
  /** Count and sum per currency and status of everything the filter finds, from SQL. */
  sums: (
    filter: PayoutFilter,
  ) => Promise<{ currency: string; status: PayoutStatus; count: number; amountMinor: bigint }[]>
  timeline: (payoutId: string) => Promise<TimelineEvent[]>

  /**
   * The only way a payout changes. One transaction: the row (only if `was.version`, and the lease if given, still hold), the event,
   * the items, the mails. The event is kept even when the change is stale (marked so), and an order id is adopted if there was none.
   */
  advance: (
    was: Payout,
    change: Change,
    actor: Actor,
    happening: Happening,
    lease?: Lease,
  ) => Promise<Payout | 'stale'>
  /** An event on its own, changing nothing. */
  note: (payoutId: string, actor: Actor, happening: Happening) => Promise<void>
  /** The account details are about to be shown in full: the event and the audit row, in one transaction. */
  noteRevealed: (payoutId: string, actor: Actor) => Promise<void>

  /** Takes up to `limit` due payouts, each for `leaseMs`, in one statement that no two workers can win twice. */
  claimDue: (
    workerId: string,
    limit: number,
    leaseMs: number,
  ) => Promise<{ leased: Leased[]; nextDueInMs: number | null }>
  /** Extends a lease and tells the database's time; null when the lease was lost. */
  renew: (lease: Lease, leaseMs: number) => Promise<Date | null>
  /** Gives a payout back, due again in `dueInMs` (null: no due work) unless somebody woke it meanwhile. Keeps `progress` and facts if given. */
  release: (lease: Lease, dueInMs: number | null, facts?: PayoutFacts) => Promise<void>
  /** Due now: a callback came, the receiver is back. */
  wake: (payoutId: string) => Promise<void>
  /** Due now, unless Cardzo was asked within this time or a worker has it in hand; false then. */
  wakeUnlessAsked: (payoutId: string, withinMs: number) => Promise<boolean>
  /** Has Cardzo answered a status request within this time, and since the payout came to the status it is in? */
  heardWithin: (payoutId: string, withinMs: number) => Promise<boolean>
  /** Payouts whose due work nobody has taken for this long, longest first: no worker is running, or none keeps up. */
  overdue: (byMs: number, limit: number) => Promise<Payout[]>
  /** Marks the receiver's return and wakes the payout at most once per `minIntervalMs`. */
  markReturned: (payoutId: string, minIntervalMs: number) => Promise<void>
  revokeLink: (payoutId: string, actor: Actor) => Promise<void>
}
