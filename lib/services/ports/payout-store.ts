/** Creating, finding and changing payouts, and the work that is due on them. */
import type { Waiting } from '#lib/payouts/holding.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ListedSource, Policy } from '#lib/payouts/policy.ts'
import type { RiskLevel } from '#lib/payouts/risk.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { DestinationDraft } from './destination.ts'
import type { MailDraft } from './message.ts'
import type { ReceiverNote } from './note.ts'
import type { Claimed, Lease } from './order.ts'
import type { Change, Happening, PayoutFacts, TimelineEvent } from './payout-change.ts'
import type { ApiPayout, LinkPayout, Payout, Receiver } from './payout.ts'
import type { Settings } from './policy.ts'

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
  | 'endpointId'
  | 'clientOrderId'
  | 'replacesId'
  | 'destinationId'
  | 'payAt'
  | 'contentHash'
  | 'policyVersion'
  | 'reserves'
> & {
  receiver: NewReceiver
  statusTokenHash: string
  returnTokenHash: string
  /** A destination to save with the payout, which then comes from it. */
  saves?: DestinationDraft | null
}

/** Minor units; null: no limit. Days and months are UTC. What ended unpaid does not count. */
export type ReceiverLimits = { dayMinor: bigint | null; monthMinor: bigint | null }

/** How much of a currency's limits a receiver has used up today and this month. */
export type ReceiverUse = { currency: string; dayMinor: bigint; monthMinor: bigint }

/** Why nothing was stored, with what is left. */
export type NotCreated =
  | { kind: 'receiver_mismatch' }
  | { kind: 'limit_exceeded'; which: 'receiver_day' | 'receiver_month'; leftMinor: bigint }
  | ({ kind: 'insufficient_balance'; availableMinor: bigint } & Waiting)

/** Null fields say nothing about the receiver. Of a known receiver only the language changes: the latest that was named counts. */
export type NewReceiver = Omit<Receiver, 'id'>

export type CreatePayouts = {
  /** What a request is judged by, in one statement: the payout made under its key, if any, and policy and settings as they are now. */
  opening: (
    key: string,
  ) => Promise<{ earlier: Payout | null; policy: { version: number; body: Policy }; settings: Settings }>
  /**
   * Makes one row for one idempotency key, even when called twenty times in parallel. Reserves the money in the same transaction if the
   * draft says so or the payout that it replaces did. Stores nothing when limits or balance don't allow it.
   */
  create: (
    draft: NewPayout,
    actor: Actor,
    mails: MailDraft[],
    limits: ReceiverLimits,
  ) => Promise<{ kind: 'created' | 'existing'; payout: Payout } | NotCreated>
}

/** All parts must hold. */
export type PayoutFilter = {
  /** Only these; the others are left out as well. */
  ids?: readonly string[]
  statuses?: readonly PayoutStatus[]
  /**
   * The beginning of our id, the client order id or the order id, a part of the description or of a metadata value, the bank's name, the
   * amount, the whole account number or its last four characters, or the receiver's external id, name or e-mail.
   */
  search?: string
  receiverExternalId?: string
  receiverId?: string
  /** Only what came through a key of this user's. */
  apiKeyOwnerId?: string
  /** Made from this moment on, and before that one. */
  createdFrom?: Date
  createdBefore?: Date
  currency?: string
  /** Minor units, both included; only with a currency. */
  minMinor?: bigint
  maxMinor?: bigint
  sources?: readonly ListedSource[]
  /** Its whole name; case, accents and punctuation don't matter. */
  bank?: string
  accountLast4?: string
  /** Somebody whose approval of it counts. */
  approvedById?: string
  /** The level when it was judged. */
  risks?: readonly RiskLevel[]
  /** Cardzo's error code. */
  code?: string
  /** People approved it, and this rule of the policy asked them to. */
  rule?: string
  /** The number of the endpoint it goes to. */
  endpointId?: number
  /** Not over, and in its status since this moment or longer. */
  waitingSince?: Date
}

/** `largest` and `smallest` need a currency; `waiting` shows what is not over, the longest in its status first. */
export type PayoutSort = 'newest' | 'oldest' | 'largest' | 'smallest' | 'waiting'

/** How many payouts of one currency are in one status, and what they come to. */
export type PayoutSum = { currency: string; status: PayoutStatus; count: number; amountMinor: bigint }

export type Page<T> = { rows: T[]; nextCursor: string | null }

export type FindPayouts = {
  find: (id: string) => Promise<Payout | null>
  findMany: (ids: string[]) => Promise<Payout[]>
  /** By creation number, which is short enough that hundreds fit into an address. */
  findNumbered: (seqs: bigint[]) => Promise<Payout[]>
  /** What this receiver has asked for, as the policy's limits count it. */
  usedByReceiver: (receiverId: string) => Promise<ReceiverUse[]>
  /**
   * By payout id, every account of every person behind it: who asked for it, entered it, owns the API key, entered the destination, is
   * paid, or asked for one that it replaces. None of them may decide on it.
   */
  accountsBehind: (ids: string[]) => Promise<Map<string, string[]>>
  findByIdempotencyKey: (key: string) => Promise<Payout | null>
  /** The id of the payout that has this order. */
  holderOfOrder: (orderId: string) => Promise<string | null>
  findByClientOrderId: (clientOrderId: string) => Promise<Payout | null>
  /**
   * What an open page of the link asks for, in one statement: the payout, whether all payments are stopped, whether Cardzo as a whole does
   * not answer, and the latest notes to the receiver, oldest first. Links end 90 days after the final status, or when revoked.
   */
  findForLink: (tokenHash: string) => Promise<{
    payout: LinkPayout
    /** First and last name as far as they are known; empty: neither. */
    receiverName: string
    /** The language they are written to. */
    receiverLocale: Receiver['locale']
    isStopped: boolean
    isSilent: boolean
    notes: ReceiverNote[]
  } | null>
  findByReturnToken: (tokenHash: string) => Promise<Payout | null>
  /** A page may be short and have a next one all the same, where few of many fit. */
  list: (
    filter: PayoutFilter,
    page: { limit: number; cursor?: string | undefined; sort?: PayoutSort },
  ) => Promise<Page<Payout>>
  /** Newest first, in one statement, with no more of a payout than other systems see. */
  listForApi: (
    filter: Pick<PayoutFilter, 'statuses' | 'receiverExternalId' | 'apiKeyOwnerId'>,
    page: { limit: number; cursor?: string | undefined },
  ) => Promise<Page<ApiPayout>>
  /**
   * Of everything that a filter finds; null when that may be more than two thousand payouts. By status and currency alone they are kept,
   * not counted, so never null.
   */
  sums: (filter: PayoutFilter) => Promise<PayoutSum[] | null>
  /** Writes what searches look up for payouts that lack it. A search does so itself where a few are missing. */
  keepSearch: (signal?: AbortSignal) => Promise<void>
  timeline: (payoutId: string) => Promise<TimelineEvent[]>
}

export type ChangePayouts = {
  /**
   * The only way a payout changes. One transaction writes the row (only if `was.version`, and the lease if given, still hold), the
   * event, the items and the mails. A stale change still keeps its event (marked so), and an order id where there was none. Throws
   * when the status doesn't allow the move, or the move isn't one for this kind of actor.
   */
  advance: (
    was: Payout,
    change: Change,
    actor: Actor,
    happening: Happening,
    lease?: Lease,
  ) => Promise<Payout | 'stale'>
  /** Account details are about to be shown in full: writes the event and the audit row in one transaction. */
  noteRevealed: (payoutId: string, actor: Actor) => Promise<void>
  revokeLink: (payoutId: string, actor: Actor) => Promise<void>
}

/** Work on payouts that are due. One worker at a time has a payout in hand, by a lease. */
export type DueWork = {
  /**
   * Leases up to `limit` due payouts for `leaseMs`: news first, but some of the places are for polls. One statement, so that two workers
   * never get the same payout.
   */
  claimDue: (workerId: string, limit: number, leaseMs: number) => Promise<Claimed>
  /** Extends all of these leases that still hold, except for a row that another transaction has locked at this moment. */
  renewAll: (leases: readonly Lease[], leaseMs: number) => Promise<void>
  /**
   * Gives a payout back, due again in `dueInMs` (null: never) or earlier if there was news. Writes the facts, if given. Answers in how many
   * milliseconds it is due; null: never, or the lease was lost. Many at once cost one statement.
   */
  release: (lease: Lease, dueInMs: number | null, facts?: PayoutFacts) => Promise<number | null>
  /** Makes it due now and returns true, unless Cardzo was asked within this time or a worker has it. */
  wakeUnlessAsked: (payoutId: string, withinMs: number) => Promise<boolean>
  /** Has Cardzo answered a status request within this time, and since the payout reached its present status? */
  heardWithin: (payoutId: string, withinMs: number) => Promise<boolean>
  /** Payouts that have been due for this long, longest first: no worker is running, or none keeps up. */
  overdue: (byMs: number, limit: number) => Promise<Payout[]>
  /**
   * Of the next 500 payouts that are not over, after this creation number: those that nobody would look at again. `upTo` is the number to go
   * on from; null: there are none behind it.
   */
  lost: (after: bigint) => Promise<{ ids: string[]; upTo: bigint | null }>
  /** Makes these due now, even without a row of due work. */
  putBack: (payoutIds: readonly string[]) => Promise<void>
  /** Marks the receiver's return and wakes the payout at most once per `minIntervalMs`. */
  markReturned: (payoutId: string, minIntervalMs: number) => Promise<void>
}

export type PayoutStore = CreatePayouts & FindPayouts & ChangePayouts & DueWork
