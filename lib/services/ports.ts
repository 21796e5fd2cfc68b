/** How the verbs meet the world: persistence and the gateway, in our own words. Implemented in lib/db and lib/gateway. */
import type { Actor, ApiScope, Role } from '#lib/payouts/permissions.ts'
import type { Demand, PayoutSource } from '#lib/payouts/policy.ts'
import type { Waiting } from '#lib/payouts/holding.ts'
import type { RiskAssessment } from '#lib/payouts/risk.ts'
import type { PayoutMove, PayoutStatus } from '#lib/payouts/transitions.ts'
import type { AccessStore, SecondFactor } from './ports/access.ts'
import type { ApprovalStore, PolicyStore, RiskStore, Settings } from './ports/control.ts'
import type { DestinationDraft, DestinationStore, SealTrouble } from './ports/destinations.ts'
import type { LedgerStore } from './ports/ledger.ts'

export type * from './ports/access.ts'
export type * from './ports/control.ts'
export type * from './ports/destinations.ts'
export type * from './ports/ledger.ts'

// ---------------------------------------------------------------------------------------------- payouts

export type Receiver = {
  id: string
  externalId: string
  email: string | null
  firstName: string | null
  lastName: string | null
}

export type { PayoutSource }

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
  /** What the latest status answer said; an equal one costs no event. */
  lastAnswer?: string
  /** When Cardzo was last asked for the status, answered or not. */
  lastAskedAt?: string
  /** When Cardzo was last asked and did answer, and what that meant. */
  lastAnsweredAt?: string
  lastVerdict?: GatewayVerdict | 'no_such_order'
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
  /** Hash of all that people approve: lib/services/content-hash.ts. */
  contentHash: string
  ipAddress: string | null
  source: PayoutSource
  requestedById: string | null
  apiKeyId: string | null
  apiKeyOwnerId: string | null
  idempotencyKey: string
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
  holdUntil: Date | null
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
  /** Happens with the change or not at all; when another settlement was in the way, the change is stale. */
  settlement?:
    | { do: 'propose'; draft: Pick<Settlement, 'id' | 'outcome' | 'reason' | 'evidence'> }
    | { do: 'confirm' | 'withdraw'; id: string }
}

/** A worker's right to one payout, until it expires or somebody with a higher fence takes over. */
export type Lease = { payoutId: string; fence: bigint; workerId: string }

export type Leased = { payout: Payout; lease: Lease; /** The database's clock at the claim. */ now: Date }

export type PayoutFilter = {
  statuses?: PayoutStatus[]
  /** Our id, either gateway id, the receiver's external id, name or e-mail, or the last four characters of the account. */
  search?: string
  receiverExternalId?: string
  receiverId?: string
}

export type Page<T> = { rows: T[]; nextCursor: string | null }

export type PayoutStore = {
  /**
   * One row for one idempotency key, also when asked twenty times in parallel. Reserves the money in the same transaction if the draft
   * says so, and refuses what limits or balance do not allow; then nothing is stored.
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
   * Every account of every person behind these payouts: who asked, entered, owns the API key, entered the destination, or is paid.
   * None of them decides on it. By payout id.
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

  /** Takes up to `limit` due payouts, each for `leaseMs`, in one statement that no two workers can win twice. */
  claimDue: (
    workerId: string,
    limit: number,
    leaseMs: number,
  ) => Promise<{ leased: Leased[]; nextDueInMs: number | null }>
  /** Extends a lease; false when it was lost. */
  renew: (lease: Lease, leaseMs: number) => Promise<boolean>
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

// ---------------------------------------------------------------------------------------------- open items

export const itemKinds = [
  'check_unresolved',
  'order_moved_without_us',
  'other_order_id',
  'amount_differs',
  'outcome_unknown',
  'gateway_status_unknown',
  'gateway_refuses_us',
  'unlisted_word',
  'redirect_refused',
  'paid_after_end',
  'callback_disagrees',
  'callback_unmatched',
  'final_contradicted',
  'form_not_filled',
  'stuck',
  'gateway_error',
  'worker_failed',
  'mail_failed',
  'approval_blocked',
  'content_changed',
  'money_equation',
  'destination_unreadable',
] as const
export type ItemKind = (typeof itemKinds)[number]
export type Severity = 'info' | 'warning' | 'high' | 'critical'

export type ItemDraft = {
  kind: ItemKind
  severity: Severity
  what: string
  why: string
  /** Distinguishes items of one kind that are not about a payout (an unlisted word, an unmatched callback). */
  subject?: string
  data?: Record<string, unknown>
}

export type OpenItem = Omit<ItemDraft, 'subject'> & {
  id: string
  payoutId: string | null
  openedAt: Date
  lastSeenAt: Date
  seen: number
  closedAt: Date | null
  closeReason: string | null
  /** Whoever has taken it on. */
  ownerId: string | null
  ownerName: string | null
  ownedAt: Date | null
}

export type ItemStore = {
  list: (filter?: { payoutId?: string }) => Promise<OpenItem[]>
  /** Outside a payout's change; seen again, it stays one item. */
  open: (draft: ItemDraft, payoutId?: string) => Promise<void>
  /** By a person, with a reason; false when it was already closed. */
  close: (id: string, actor: Actor, reason: string) => Promise<boolean>
  /** By the system: the cause is gone. */
  closeByKind: (kind: ItemKind, subject: string | undefined, reason: string) => Promise<void>
  /** The item is this person's now, if it is open and its owner is still the one that was seen (null: nobody). */
  take: (id: string, person: Actor & { kind: 'user' }, seenOwnerId: string | null) => Promise<boolean>
  /** The item is nobody's again, if it was this person's. */
  drop: (id: string, person: Actor & { kind: 'user' }) => Promise<boolean>
}

// ---------------------------------------------------------------------------------------------- settlements

/** What two people may end an unknown outcome as. */
export type SettlementOutcome = 'paid' | 'failed'

/** One person proposes how an unknown outcome ended, another confirms. At most one waits per payout. */
export type Settlement = {
  id: string
  payoutId: string
  outcome: SettlementOutcome
  reason: string
  evidence: string
  /** The payout's version that the proposer saw. */
  version: number
  proposedById: string
  proposedByName: string
  proposedAt: Date
  decidedById: string | null
  decidedByName: string | null
  decidedAt: Date | null
  /** `overtaken`: Cardzo answered first. Null while it waits. */
  decision: 'confirmed' | 'withdrawn' | 'overtaken' | null
}

/** Written by `PayoutStore.advance` alone, in the transaction of what it does to the payout. */
export type SettlementStore = {
  /** All of them, oldest first. */
  forPayouts: (payoutIds: string[]) => Promise<Settlement[]>
}

// ---------------------------------------------------------------------------------------------- history and comparison

/** A hash over the whole history up to an event: one a day (UTC), to be kept outside the database too. */
export type HistoryAnchor = {
  /** As in 2026-11-23. */
  day: string
  lastEventId: bigint
  events: bigint
  hash: string
  madeAt: Date
}

export type HistoryBreak = {
  /** `inserted` and `missing` show in the links between events; `status`: the payout is not where its history left it. */
  wrong: 'changed' | 'missing' | 'inserted' | 'status' | 'anchor'
  eventId: bigint | null
  payoutId: string | null
  /** The day of the anchor that does not hold. */
  day: string | null
  why: string
}

export type HistoryProof = {
  events: number
  payouts: number
  anchors: number
  /** The broken row with the lowest number; null: everything holds. */
  firstBroken: HistoryBreak | null
  brokenPayouts: number
}

export type HistoryStore = {
  /** Every event against its hash, every hash against the one before, every payout against its last move, every anchor. */
  verify: (kept?: Pick<HistoryAnchor, 'lastEventId' | 'hash'>) => Promise<HistoryProof>
  /** The same for one payout, without the anchors. */
  verifyPayout: (payoutId: string) => Promise<HistoryProof>
  /** Today's anchor, made once however many ask. Null while there is nothing to anchor, or a writer is still at it. */
  anchor: () => Promise<{ made: boolean; anchor: HistoryAnchor } | null>
  /** Oldest first. */
  anchors: () => Promise<HistoryAnchor[]>
}

/** What Cardzo said of an order after it had ended here. Never an edit of the payout. */
export type GatewayChange = {
  seenAt: Date
  /** Where a payout that is not over would stand by this word. */
  status: PayoutStatus
  gatewayStatus: string
  gatewayStage: string | null
  amount: string | null
  currency: string | null
}

/** One round of asking Cardzo again about everything that ended in the last `days` days. */
export type Comparison = {
  id: string
  days: number
  startedAt: Date
  finishedAt: Date | null
  /** Payouts that were its turn so far; those without an answer are among them. */
  asked: number
  unanswered: number
  differences: number
}

/** A worker's right to ask the next question of a comparison. */
export type ComparisonTurn = {
  comparisonId: string
  workerId: string
  payoutId: string
  seq: bigint
  /** How often asking about this payout has failed so far. */
  failures: number
  /** The database's clock. */
  now: Date
}

export type ComparisonStore = {
  /** Starts the day's (UTC) from this hour on, once however many workers ask; null when there is nothing to start. */
  startDaily: (fromHour: number) => Promise<Comparison | null>
  /** Starts one now, unless one is running. */
  start: () => Promise<{ started: boolean; comparison: Comparison }>
  /** The next question, this worker's alone for `leaseMs`. Null: none is running, or another worker is at it. */
  takeTurn: (
    workerId: string,
    leaseMs: number,
  ) => Promise<{ kind: 'ask'; turn: ComparisonTurn } | { kind: 'finished'; comparison: Comparison } | null>
  /** Counts an answer and goes on to the next payout; nothing when another worker has taken over. */
  count: (turn: ComparisonTurn, answer: 'equal' | 'differs' | 'none') => Promise<void>
  /** The same question again, by whichever worker, in `ms`. */
  postpone: (turn: ComparisonTurn, ms: number) => Promise<void>
  /** The one that is running and the one that finished last. */
  latest: () => Promise<{ running: Comparison | null; finished: Comparison | null }>
  /** Oldest first. */
  changesOf: (payoutId: string) => Promise<GatewayChange[]>
}

// ---------------------------------------------------------------------------------------------- callbacks

export type CallbackMessage = {
  status: string
  orderId: string
  clientOrderId: string
  type: string | null
  params: Record<string, string>
}

export type StoredCallback = CallbackMessage & {
  id: string
  deliveries: number
  receivedAt: Date
  lastReceivedAt: Date
  payoutId: string | null
  comparedAt: Date | null
}

export type CallbackStore = {
  /** Durable when it returns. A repeat only counts. With a payout: also its event, and it is woken. Without: an open item. */
  store: (message: CallbackMessage, payoutId: string | null) => Promise<{ repeated: boolean }>
  /** Callbacks of a payout that were not yet compared with Cardzo's status answer. */
  uncompared: (payoutId: string) => Promise<StoredCallback[]>
  markCompared: (ids: string[]) => Promise<void>
  /** Unmatched callbacks that bear this payout's ids now belong to it. */
  adopt: (payout: Pick<Payout, 'id' | 'clientOrderId'>) => Promise<number>
  forPayout: (payoutId: string) => Promise<StoredCallback[]>
  unmatched: () => Promise<StoredCallback[]>
}

// ---------------------------------------------------------------------------------------------- mail

/** `to`: an address, or `approvers` (no address, it has no @): everybody who may decide. Sent once per `dedupeKey` (and person). */
export type MailDraft = { to: string; dedupeKey: string; subject: string; text: string }

export type StoredMail = {
  id: string
  recipient: string
  subject: string
  text: string
  createdAt: Date
  sentAt: Date | null
  attempts: number
  payoutId: string | null
}

export type MailStore = {
  /** Outside a payout's change: sign-in links. */
  enqueue: (draft: MailDraft) => Promise<void>
  find: (id: string) => Promise<StoredMail | null>
  latest: (limit: number) => Promise<StoredMail[]>
  /** True for exactly one caller while unsent: whoever gets it sends it. */
  markSent: (id: string) => Promise<boolean>
  markFailed: (id: string, error: string) => Promise<void>
}

// ---------------------------------------------------------------------------------------------- people

export type User = {
  id: string
  email: string
  name: string
  role: Role
  receiverId: string | null
  hasPassword: boolean
  /** The human being behind the account: two accounts of one person count once where different people are asked for. */
  personId: string
  /** Is a second factor set up? */
  hasFactor: boolean
  disabledAt: Date | null
}

export type Session = {
  id: string
  userId: string
  createdAt: Date
  lastSeenAt: Date
  expiresAt: Date
  ip: string | null
  userAgent: string | null
}

export type ApiKey = {
  id: string
  name: string
  ownerId: string | null
  createdAt: Date
  revokedAt: Date | null
  lastUsedAt: Date | null
  scopes: readonly ApiScope[]
  expiresAt: Date | null
}

export type PeopleStore = {
  /** A receiver gets a receiver record with the user's e-mail as external id, unless one is named. */
  createUser: (
    draft: {
      id: string
      email: string
      name: string
      role: Role
      passwordHash: string | null
      totpSecret: string | null
      receiverExternalId?: string
    },
    actor: Actor,
  ) => Promise<User | 'email_taken'>
  findUser: (id: string) => Promise<User | null>
  findUserByEmail: (email: string) => Promise<(User & { passwordHash: string | null }) | null>
  listUsers: () => Promise<User[]>
  findReceiver: (id: string) => Promise<Receiver | null>
  setPassword: (userId: string, passwordHash: string, actor: Actor) => Promise<void>
  /** Of the account and of the receiver's record behind it; ends every session and link, and sends the mails, all at once. */
  changeEmail: (
    userId: string,
    email: string,
    actor: Actor,
    mails: (changedAt: Date) => MailDraft[],
  ) => Promise<'changed' | 'email_taken'>
  /** Ends every session in the same transaction. */
  disableUser: (userId: string, actor: Actor) => Promise<void>
  createSession: (draft: {
    id: string
    tokenHash: string
    userId: string
    lifetimeMs: number
    ip: string | null
    userAgent: string | null
  }) => Promise<void>
  /** The session and its user, if it is neither ended, expired, idle for longer than `idleMs`, nor its user disabled. Touches lastSeenAt. */
  useSession: (tokenHash: string, idleMs: number) => Promise<{ session: Session; user: User } | null>
  endSession: (id: string) => Promise<void>
  endSessionsOf: (userId: string) => Promise<void>
  createSignInLink: (draft: { tokenHash: string; userId: string; lifetimeMs: number }) => Promise<void>
  /** The user of an unused, unexpired link, without using it up. */
  peekSignInLink: (tokenHash: string) => Promise<User | null>
  /** Uses the link up; null when it was used, is too old or unknown. Exactly one caller wins. */
  useSignInLink: (tokenHash: string) => Promise<User | null>
  createApiKey: (
    draft: {
      id: string
      name: string
      keyHash: string
      ownerId: string | null
      /** All of them when absent. */
      scopes?: readonly ApiScope[]
      expiresInMs?: number | null
    },
    actor: Actor,
  ) => Promise<void>
  revokeApiKey: (id: string, actor: Actor) => Promise<boolean>
  /** The live key of this hash; marks it used. */
  useApiKey: (keyHash: string) => Promise<ApiKey | null>
  listApiKeys: () => Promise<ApiKey[]>
  audit: (kind: string, actor: Actor, subject: string | null, data: Record<string, unknown>) => Promise<void>
}

// ---------------------------------------------------------------------------------------------- settings and health

export type GatewayCondition = {
  refusedAt: Date | null
  refusal: { httpStatus: number; gatewayDate: string | null; ourDate: string; command: string } | null
  simulator: boolean
  lastOkAt: Date | null
}

export type SettingsStore = {
  read: () => Promise<Settings>
  /** Changes those that are given; audited with what was before. */
  change: (settings: Partial<Settings>, actor: Actor) => Promise<Settings>
  /** Do receivers of API payouts get mails when an e-mail is given? */
  mailApiReceivers: () => Promise<boolean>
  gatewayCondition: () => Promise<GatewayCondition>
  recordGatewayRefusal: (refusal: NonNullable<GatewayCondition['refusal']>) => Promise<void>
  /** A status request worked: sending is allowed again. Cheap when nothing changes. */
  recordGatewayOk: (simulator: boolean) => Promise<void>
}

export type HealthStore = {
  beat: (workerId: string) => Promise<void>
  goodbye: (workerId: string) => Promise<void>
  /** Rejects when the database can not be reached. */
  ping: () => Promise<void>
  workerSeenWithinMs: (ms: number) => Promise<boolean>
  /** The latest sign of life of any worker that did not stop in good order; null when there is none. */
  workerLastSeen: () => Promise<Date | null>
  migrationsPending: () => Promise<boolean>
  counts: () => Promise<{
    byStatus: Record<PayoutStatus, number>
    openItems: number
    dueNow: number
    oldestDueAgeMs: number
    mailsWaiting: number
  }>
}

// ---------------------------------------------------------------------------------------------- stop switch and asking first

/** A payout that was already claimed for payout-pay when sending was stopped. */
export type InFlight = { payoutId: string; amountMinor: bigint; currency: string; since: Date }

export type SendStop = {
  id: string
  reason: string
  stoppedByName: string
  stoppedAt: Date
  inFlight: InFlight[]
  releasedByName: string | null
  releasedAt: Date | null
  releaseReason: string | null
}

export type BrakeStore = {
  /** The stop that is in force, if any. */
  active: () => Promise<SendStop | null>
  /** Active and past ones, the latest first. */
  latest: (limit: number) => Promise<SendStop[]>
  /** When it returns, no claim for payout-pay commits any more; those that had are listed. */
  pull: (actor: Actor, reason: string) => Promise<SendStop | 'stopped_already'>
  /** Approved payouts become due at `perSecond`, so that nothing bursts. Null when nothing was stopped. */
  release: (
    actor: Actor,
    reason: string,
    perSecond: number,
  ) => Promise<{ stop: SendStop; waiting: number } | null>
}

/** After a restore from backup: Cardzo is asked before anything is sent, until a person ends it. */
export type AskFirst = {
  id: string
  why: string
  startedBy: string
  startedAt: Date
  endedBy: string | null
  endedAt: Date | null
}

/** One row of the history, recognisable: after a restore its number comes again, its hash does not. */
export type EventMark = { id: bigint; hash: string }

export type AskFirstStore = {
  active: () => Promise<AskFirst | null>
  /** Once however many start it; open payouts become due at `perSecond`, so that Cardzo is asked for every one. */
  start: (why: string, actor: Actor, perSecond: number) => Promise<{ askFirst: AskFirst; started: boolean }>
  /** Null when it was not active. `by`: the person who answers for it. */
  end: (actor: Actor, by: string) => Promise<AskFirst | null>
  /**
   * Which database this is (cluster, number, name), whether no worker ever worked on it, the hash its history begins with, and the
   * newest row of it.
   */
  whereWeAre: () => Promise<{
    database: string
    isUnused: boolean
    genesis: string | null
    newest: EventMark | null
  }>
  newestOf: (payoutId: string) => Promise<EventMark | null>
  /** Those of the marks that this database's history does not hold. */
  missing: (marks: EventMark[]) => Promise<EventMark[]>
}

/** What workers here have seen the database hold, kept outside it. */
export type Marker = {
  /** What this worker, or one before it, has seen and the database does not hold; null when nothing is missing. */
  missing: () => Promise<{ why: string } | null>
  /** Remembers the newest row there is and forgets what is missing: only once that has been acted upon. */
  renew: () => Promise<void>
  /**
   * Before payout-check or payout-pay leaves: remembers its intent. False when the database has lost something that this worker
   * had seen, so that nothing may leave. Rejects when it can't be written.
   */
  remember: (payoutId: string) => Promise<boolean>
}

// ---------------------------------------------------------------------------------------------- the gateway

/** What was sent and what came back, redacted: evidence for the timeline. */
export type Exchange = {
  command: 'payout-check' | 'payout-pay' | 'status'
  url: string
  sent: Record<string, string>
  httpStatus: number | null
  answer: string | null
  durationMs: number
  serialNumber: string | null
  error: string | null
}

type Broken =
  /** Not one byte left: trying again is safe. */
  | { kind: 'not_sent'; why: string }
  /** Cardzo does not accept our credentials or address (401, 403, 404). */
  | { kind: 'locked_out'; httpStatus: number; gatewayDate: string | null }
  /** No answer, or none that can be believed: it may or may not have arrived. */
  | { kind: 'silence'; why: string }

export type CheckAnswer = { exchange: Exchange } & (
  | { kind: 'accepted'; orderId: string }
  | { kind: 'refused'; code: string | null; message: string | null }
  | { kind: 'error'; orderId: string | null; code: string | null; message: string | null }
  | Broken
)

export type PayAnswer = { exchange: Exchange } & (
  | { kind: 'accepted' }
  | { kind: 'refused'; code: string | null; message: string | null }
  | { kind: 'error'; code: string | null; message: string | null }
  | Broken
)

/** Cardzo's status and stage in one word of ours. `beyond`: processing at a stage past payout-check, or with a redirect. */
export type GatewayVerdict =
  | 'validating'
  | 'validated'
  | 'beyond'
  | 'approved'
  | 'declined'
  | 'filtered'
  | 'error'
  | 'unknown'
  /** chain_declined, or a word or stage we do not know: nothing to conclude, ask again. */
  | 'inconclusive'

export type OrderState = {
  verdict: GatewayVerdict
  orderId: string
  clientOrderId: string
  rawStatus: string
  rawStage: string | null
  /** A status or stage that no list knows, to be reported once. */
  unlistedWord: string | null
  amount: string | null
  currency: string | null
  redirect: { ok: true; url: string } | { ok: false; why: string; url: string } | null
  errorCode: string | null
  errorMessage: string | null
  serialNumber: string | null
  /** Bank references (processor-tx-id, processor-rrn, receipt-id …) for the receiver's and support's use. */
  references: Record<string, string>
}

export type StatusAnswer = { exchange: Exchange; simulator: boolean } & (
  | { kind: 'known'; order: OrderState }
  | { kind: 'no_such_order'; code: string | null; message: string | null }
  | Broken
)

export type CheckOrder = {
  clientOrderId: string
  amount: string
  currency: string
  description: string
  fields: Record<string, string>
  callbackUrl: string
  redirectUrl: string
}

/** `mayStillSend` is asked right before the first byte; false means: give up, nothing was sent. */
export type Guard = { mayStillSend: () => boolean }

export type Gateway = {
  check: (order: CheckOrder, guard: Guard) => Promise<CheckAnswer>
  pay: (order: { clientOrderId: string; orderId: string }, guard: Guard) => Promise<PayAnswer>
  status: (order: { clientOrderId: string; orderId: string | null }) => Promise<StatusAnswer>
  /** Verifies before anything is looked up. */
  readCallback: (
    params: readonly (readonly [string, string])[],
  ) => { ok: true; message: CallbackMessage } | { ok: false; why: 'missing' | 'wrong_control'; what: string }
}

// ---------------------------------------------------------------------------------------------- all of it

export type Config = {
  appUrl: string
  currencies: readonly string[]
  requiredFields: readonly string[]
  endpoint: string
  pollIntervalMs: number
  timeoutMs: number
  /** How long a lease outlives two whole exchanges with Cardzo; 30 s, scaled down in the fault lab. */
  leaseMarginMs: number
  /** A bank's validation older than this is shown as old. */
  validationOldAfterMs: number
  /** Derives link tokens from a payout's id; lib/services/links.ts. */
  linkSecret: string
  /** Mails go to the demo mailbox. */
  demoMailbox: boolean
}

export type Log = {
  info: (facts: Record<string, unknown>, message: string) => void
  warn: (facts: Record<string, unknown>, message: string) => void
  error: (facts: Record<string, unknown>, message: string) => void
}

/** Milliseconds that never run backwards, and wall-clock milliseconds: a frozen process shows on one of them. */
export type Clock = { monotonicMs: () => number; wallMs: () => number }

export type Deps = {
  payouts: PayoutStore
  items: ItemStore
  settlements: SettlementStore
  approvals: ApprovalStore
  policy: PolicyStore
  risk: RiskStore
  ledger: LedgerStore
  destinations: DestinationStore
  access: AccessStore
  secondFactor: SecondFactor
  callbacks: CallbackStore
  history: HistoryStore
  comparisons: ComparisonStore
  mails: MailStore
  people: PeopleStore
  settings: SettingsStore
  health: HealthStore
  brake: BrakeStore
  askFirst: AskFirstStore
  marker: Marker
  gateway: Gateway
  passwords: {
    hash: (password: string) => Promise<string>
    verify: (hash: string, password: string) => Promise<boolean>
    /** Is it on the packaged list of passwords that everybody tries first? Compared without case. */
    isCommon: (password: string) => Promise<boolean>
  }
  /** True when the attempt is allowed. Counted in the database, so that any number of web servers share it. Cost 0 only looks. */
  rateLimit: (
    bucket: 'sign_in' | 'sign_in_link' | 'second_factor' | 'wrong_code' | 'api' | 'callback',
    key: string,
    cost?: number,
  ) => Promise<boolean>
  config: Config
  clock: Clock
  log: Log
}
