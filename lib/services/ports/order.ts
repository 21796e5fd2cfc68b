/** The work at Cardzo: its answers in our own words, leases on the work, and the inbox of callbacks. */
import type { MerchantBalance } from '#lib/payouts/merchant-balance.ts'
import type { Money } from '#lib/payouts/money.ts'
import type { ItemDraft } from './desk.ts'
import type { Payout } from './payout.ts'

/** What was sent and what came back, redacted: evidence for the timeline. */
export type Exchange = {
  command: 'payout-check' | 'payout-pay' | 'status'
  url: string
  sent: Record<string, string>
  httpStatus: number | null
  answer: string | null
  durationMs: number
  /** Cardzo's own clock as it answered: the `Date` of the answer, as it was written. */
  gatewayDate: string | null
  serialNumber: string | null
  error: string | null
}

type Broken =
  /** Not one byte left: trying again is safe. */
  | { kind: 'not_sent'; why: string }
  /** Cardzo does not accept our credentials or address (401, 403, 404). */
  | { kind: 'locked_out'; httpStatus: number; gatewayDate: string | null }
  /** No believable answer: the request may or may not have arrived. */
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
  /** chain_declined, or a word or stage that we don't know: proves nothing, ask again. */
  | 'inconclusive'

export type OrderState = {
  verdict: GatewayVerdict
  orderId: string
  clientOrderId: string
  rawStatus: string
  rawStage: string | null
  /** A status or stage that no list has, to be reported once. */
  unlistedWord: string | null
  amount: string | null
  currency: string | null
  redirect: { ok: true; url: string } | { ok: false; why: string; url: string } | null
  errorCode: string | null
  errorMessage: string | null
  serialNumber: string | null
  /** Bank references for the receiver and the support: processor-tx-id, processor-rrn, receipt-id … */
  references: Record<string, string>
}

/** An operation on the order other than the payout: a reversal, a chargeback. Never the payout's own status. */
export type OtherOperation = Pick<
  OrderState,
  'orderId' | 'rawStatus' | 'rawStage' | 'amount' | 'currency' | 'serialNumber'
> & { type: string }

export type StatusAnswer = { exchange: Exchange; simulator: boolean } & (
  | { kind: 'known'; order: OrderState }
  | { kind: 'other_operation'; operation: OtherOperation }
  | { kind: 'no_such_order'; code: string | null; message: string | null }
  | Broken
)

/** `busy`: all places under the endpoint's ceiling are for payouts now, or the endpoint is silent. Nothing was sent. */
export type BalanceAnswer =
  | { kind: 'told'; balances: MerchantBalance[] }
  | { kind: 'refused'; code: string | null; message: string | null }
  | { kind: 'busy' }
  | Broken

export type CheckOrder = Money & {
  endpointId: number
  clientOrderId: string
  description: string
  fields: Record<string, string>
  callbackUrl: string
  redirectUrl: string
}

/** `mayStillSend` is asked right before the first byte leaves. False: give up, nothing was sent. */
export type Guard = { mayStillSend: () => boolean }

/** Cardzo, by the endpoint that the order names and by no other. Without that endpoint the answer is `not_sent`. */
export type Gateway = {
  check: (order: CheckOrder, guard: Guard) => Promise<CheckAnswer>
  pay: (
    order: { endpointId: number; clientOrderId: string; orderId: string },
    guard: Guard,
  ) => Promise<PayAnswer>
  status: (order: {
    endpointId: number
    clientOrderId: string
    orderId: string | null
    /** Asked by a request signed with the key instead of the control value, to learn whether Cardzo takes the key. */
    signed?: true
  }) => Promise<StatusAnswer>
  /** The merchant's balances there, all or the one with this name. It never waits for a place that a payout could have. */
  balance: (query: { endpointId: number; name: string | null }) => Promise<BalanceAnswer>
  /** Why nothing can be sent by this endpoint now; null: it can. */
  lacks: (endpointId: number) => Promise<EndpointTrouble | null>
  /** Verifies before anything is looked up. */
  readCallback: (params: readonly (readonly [string, string])[]) => CallbackRead | Promise<CallbackRead>
}

/**
 * `unknown`: this process knows no such endpoint. `unreadable`: its key or control can't be opened. `moved`: the environment names another
 * gateway than the one where payouts are on their way.
 */
export type EndpointTrouble = 'unknown' | 'unreadable' | 'moved'

export type CallbackRead =
  | { ok: true; message: CallbackMessage }
  | { ok: false; why: 'missing' | 'wrong_control'; what: string }

/** The way to each endpoint that all workers share. Times in milliseconds, by the database's clock. */
export type Gate = {
  /** Takes the next place under the endpoint's ceiling of requests, and says how long to wait for it. */
  turn: (endpoint: { id: number; maxRequestsPerS: number }) => Promise<number>
  /** A place under the ceiling if one is free this moment and the endpoint is not silent; false: there is none, and none was taken. */
  spare: (endpoint: { id: number; maxRequestsPerS: number }) => Promise<boolean>
  /** While an endpoint is silent one step at a time may ask there, for at most `probeMs`; the others try again in `retryMs`. */
  pass: (
    endpointId: number,
    probeMs: number,
  ) => Promise<{ passes: true } | { passes: false; retryMs: number }>
  /** A call got no believable answer. True when this made the endpoint count as silent. The next probe may leave in `probeAgainMs`. */
  missed: (endpointId: number, probeAgainMs: number) => Promise<boolean>
  /** It answered; true when it had been silent. */
  answered: (endpointId: number) => Promise<boolean>
}

export type CallbackMessage = {
  status: string
  orderId: string
  clientOrderId: string
  type: string | null
  /** The operation that it is about, if not the payout itself: reversal, chargeback … */
  operation?: string
  params: Record<string, string>
  /** The endpoints whose control it was signed with. It says nothing about payouts of others. Absent: that of the environment. */
  signedBy?: readonly number[]
}

/** The `status` of its payout, another `operation` on the order, or an `other_order` than the payout's. */
export type CallbackAbout = 'status' | 'operation' | 'other_order'

export type StoredCallback = Omit<CallbackMessage, 'operation'> & {
  id: string
  about: CallbackAbout
  deliveries: number
  receivedAt: Date
  lastReceivedAt: Date
  payoutId: string | null
  comparedAt: Date | null
}

/**
 * `shifted`: the same control came with other ids. `foreign`: another endpoint's control than the payout's. `full`: too many wait to be
 * stored, or match no payout. `payoutId`: the payout that it was stored with.
 */
export type CallbackAnswer = { answer: 'stored' | 'shifted' | 'foreign' | 'full'; payoutId?: string }

export type CallbackStore = {
  /**
   * Stores a usual message (the status of a payout with exactly these ids) in one statement with the others that come now, and anything
   * else by `alone`, a few at a time. Durable when it says `stored`. At most a thousand wait; beyond that it is `full`. Throws when the
   * message could not be stored within ten seconds or so.
   */
  take: (
    message: CallbackMessage,
    wakeEveryMs: number,
    alone: () => Promise<CallbackAnswer>,
  ) => Promise<CallbackAnswer>
  /**
   * Durable when it returns. A repeat is only counted: the same control with the same ids is the same message, whatever else it says.
   * `payoutId`: the payout of its client_orderid, if the caller knows it. A message about the payout's status makes the payout due now,
   * at most once per `wakeEveryMs`.
   */
  store: (
    message: CallbackMessage,
    payoutId: string | null,
    wakeEveryMs?: number,
  ) => Promise<CallbackAnswer & { repeated: boolean }>
  /** Callbacks about a payout's status that were not compared with Cardzo's answer yet, oldest first. */
  uncompared: (payoutId: string) => Promise<StoredCallback[]>
  /**
   * Shows an uncompared one to people, once, as its own open item. It stays uncompared until a status answer settles it or a person
   * closes that item, which marks it compared in the same transaction.
   */
  raise: (callback: StoredCallback, payoutId: string, item: ItemDraft) => Promise<void>
  /** `disagreed`: those of them that said something else than Cardzo's status. */
  markCompared: (ids: string[], disagreed: string[]) => Promise<void>
  forPayout: (payoutId: string) => Promise<StoredCallback[]>
  /** Is there one with this client_orderid that belongs to no payout? */
  isUnmatched: (clientOrderId: string) => Promise<boolean>
}

/** A worker's right to work on one payout, until it expires or a worker with a higher fence takes over. */
export type Lease = { payoutId: string; fence: bigint; workerId: string }

export type Leased = {
  payout: Payout
  lease: Lease
  /** The database's clock at the claim. */
  now: Date
  /** Its endpoint is silent: the gate says who may ask. */
  silent?: true
  seen: SeenAtClaim
}

/**
 * What else a step needs to know, as it was at the claim. What comes later makes the payout due again (a callback), or is seen by the
 * claim for payout-pay itself (a stop, the quiet time after a restore).
 */
export type SeenAtClaim = {
  /** Are payments stopped, all of them or those of its endpoint? */
  stopped: boolean
  /** Since when Cardzo is asked first, after a restore; null: it isn't. */
  askFirstSince: Date | null
  /** Of its endpoint. */
  condition: GatewayCondition
  /** Does a callback wait to be compared with Cardzo's status? */
  callbackWaits: boolean
}

/** `nextDueInMs`: when there is more to claim, 0 for now; null: nothing is due at any time. */
export type Claimed = { leased: Leased[]; nextDueInMs: number | null }

/** What we know of an endpoint as a whole. */
export type GatewayCondition = {
  lockedOutAt: Date | null
  lockOut: { httpStatus: number; gatewayDate: string | null; ourDate: string; command: string } | null
  simulator: boolean
  lastOkAt: Date | null
  /** Cardzo as a whole does not answer: since its last good answer, or since it was first asked in vain. */
  silentSince: Date | null
}

export type GatewayConditionStore = {
  /** The worst of all endpoints: locked out or silent if one is. */
  read: () => Promise<GatewayCondition>
  /** Of each endpoint that was ever asked, by number. */
  readEach: () => Promise<(GatewayCondition & { endpointId: number })[]>
  /** The endpoint locks us out: an open item until a request works again. */
  recordLockedOut: (endpointId: number, lockOut: NonNullable<GatewayCondition['lockOut']>) => Promise<void>
  /** A status request worked: sending is allowed again. Cheap when nothing changes. */
  recordOk: (endpointId: number, simulator: boolean) => Promise<void>
}
