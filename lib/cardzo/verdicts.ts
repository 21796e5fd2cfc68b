/** The three commands of "payout with bank confirmation", and the merchant's balance. */
export type Command = 'payout-check' | 'payout-pay' | 'status' | 'get-balance'

/** One answer as it came over the wire, before anybody judged it. Safe to keep after `redactAnswer`. */
export type RawAnswer = {
  readonly command: Command
  /** HTTP status code. */
  readonly status: number
  readonly headers: {
    readonly date: string | null
    readonly contentType: string | null
    /** True when the answer says that it comes from a simulator. */
    readonly simulator: boolean
  }
  /** The body as text, decoded; bytes that are no UTF-8 became U+FFFD. Empty when it could not be decoded. */
  readonly body: string
  /** What is known about the body beside its text: see `ReceivedBody`. */
  readonly received: { readonly isWhole: boolean; readonly problem: string | null }
  /** From the call to the last byte of the body. */
  readonly durationMs: number
  /** Cardzo's `serial-number` of this very request, when the body could be read. */
  readonly serial: string | null
  /** What was asked, already redacted. */
  readonly request: { readonly url: string; readonly fields: Readonly<Record<string, string>> }
}

/**
 * Cardzo does not accept our key, login, endpoint, clock or control value: 401, 403 or 404, or a status error that says so. Says
 * nothing about the payout, and never proves that there is no order.
 */
export type LockedOut = {
  readonly kind: 'locked_out'
  readonly httpStatus: number
  /** The gateway's `Date` header as sent, to be shown beside our clock. */
  readonly gatewayDate: string | null
  /** The beginning of the body, as a hint for people. */
  readonly detail: string
}

/** An answer that proves nothing: the request may or may not have taken effect. */
export type Silence = {
  readonly kind: 'silence'
  readonly reason: 'http_status' | 'empty' | 'unreadable' | 'other_ids'
  /** One sentence for logs and timelines, without personal data. */
  readonly detail: string
  readonly httpStatus: number
}

/** Cardzo refused the request itself (HTTP 200 in form mode, 4xx in JSON mode). */
export type ValidationError = {
  readonly kind: 'validation_error'
  /** Opaque: no catalogue of codes is published. */
  readonly code: string | null
  readonly message: string | null
  readonly serial: string | null
  /** Not expected, but kept if it is there. */
  readonly orderId: string | null
}

/** `type=error`: the request failed. Not the order's final state. */
export type RequestError = {
  readonly kind: 'error'
  readonly orderId: string | null
  readonly code: string | null
  readonly message: string | null
  readonly serial: string | null
}

export type PayoutCheckVerdict =
  | { readonly kind: 'accepted'; readonly orderId: string; readonly serial: string | null }
  | ValidationError
  | RequestError
  | LockedOut
  | Silence

export type PayoutPayVerdict =
  | { readonly kind: 'accepted'; readonly orderId: string | null; readonly serial: string | null }
  | ValidationError
  | RequestError
  | LockedOut
  | Silence

/** What Cardzo says about an order now. Decide the end by `status`, the next step by `stage`. */
export type OrderStatus = {
  readonly kind: 'status'
  /** Lower-cased and trimmed; an open set. */
  readonly status: string
  /** Lower-cased and trimmed; an open set. */
  readonly stage: string | null
  /** Both as Cardzo wrote them. */
  readonly raw: { readonly status: string; readonly stage: string | null }
  readonly orderId: string
  readonly clientOrderId: string
  /** Decimal text in major units, as Cardzo wrote it. */
  readonly amount: string | null
  /** Upper-cased. */
  readonly currency: string | null
  /** Where Cardzo wants the receiver's browser to go, unchecked. */
  readonly redirectTo: string | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  readonly processorTxId: string | null
  /** Other references that a bank or the support asks for: `processor-rrn`, `receipt-id`, `approval-code`, `descriptor`. */
  readonly references: Readonly<Record<string, string>>
  readonly serial: string | null
}

/**
 * The status of another operation on the order, a reversal or a chargeback, in the same fields. It doesn't say that the payout is paid,
 * or that it may be.
 */
export type OtherOperation = Omit<OrderStatus, 'kind'> & {
  readonly kind: 'other_operation'
  /** The `transaction-type`, lower-cased and trimmed; an open set. */
  readonly type: string
}

type QueryComplaint = {
  readonly code: string | null
  readonly message: string | null
  readonly serial: string | null
}

export type StatusVerdict =
  | OrderStatus
  | OtherOperation
  /** Cardzo does not know such an order. */
  | ({ readonly kind: 'no_such_order' } & QueryComplaint)
  /** The query failed for another reason: login, endpoint, a missing parameter, trouble at Cardzo. */
  | ({ readonly kind: 'query_error' } & QueryComplaint)
  | LockedOut
  | Silence

/** One balance of the merchant, in decimal text of major units, as Cardzo wrote it. Null: Cardzo did not say. */
export type BalanceTold = {
  readonly name: string | null
  /** Upper-cased. */
  readonly currency: string
  /** With what is held and reserved. May be below zero. */
  readonly amount: string
  /** Without the short-term hold and the rolling reserve. */
  readonly live: string | null
  readonly shortTermHold: string | null
  readonly rollingReserve: string | null
  /** Of outgoing operations without a final status. */
  readonly bufferHold: string | null
}

export type BalanceVerdict =
  | { readonly kind: 'balances'; readonly balances: readonly BalanceTold[] }
  | ValidationError
  | RequestError
  | LockedOut
  | Silence
