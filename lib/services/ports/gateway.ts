/** Cardzo, in our own words. */
import type { CallbackMessage } from './messages.ts'

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

/** Another operation on the order than the payout itself: a reversal, a chargeback. Never the payout's own status. */
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

/** The way to Cardzo that all workers share. Times in milliseconds, by the database's clock. */
export type Gate = {
  /** Takes the next place under the ceiling of requests; how long to wait for it. */
  turn: () => Promise<number>
  /** While Cardzo as a whole is silent, one step at a time may ask, for at most `probeMs`; the others come back in `retryMs`. */
  pass: (probeMs: number) => Promise<{ passes: true } | { passes: false; retryMs: number }>
  /** A call had no answer that can be believed; true when this one made Cardzo silent. The next probe may leave in `probeAgainMs`. */
  missed: (probeAgainMs: number) => Promise<boolean>
  /** Cardzo answered; true when it had been silent. */
  answered: () => Promise<boolean>
}
