/**
 * The Cardzo protocol client, a package in all but name. Every command is a pair: `…Request` sends and returns the raw
 * answer or throws `CardzoError`, `process…` judges it without touching the network.
 */
export {
  createCardzoConnection,
  findConnectionProblems,
  isLoopbackHost,
  type CardzoConnection,
  type CardzoConnectionOptions,
  type Endpoint,
} from './connection.ts'
export { assertPrivateKey } from './key.ts'
export {
  CardzoConfigError,
  CardzoError,
  type CardzoErrorCode,
  type ConfigProblem,
  type ConfigProblemCode,
  type NotSentReason,
} from './errors.ts'
export { payoutCheckRequest, processPayoutCheck, type PayoutCheckFields } from './payout-check.ts'
export { payoutPayRequest, processPayoutPay, type OrderIds } from './payout-pay.ts'
export { balanceRequest, processBalance } from './balance.ts'
export { processStatus, signedStatusRequest, statusRequest, type StatusQuery } from './status.ts'
export {
  verifyCallback,
  type CallbackRefusal,
  type CallbackResult,
  type VerifiedCallback,
} from './callback.ts'
export { isPayoutsOwnType } from './operation-type.ts'
export { hideValues, maskNumbers, redactAnswer, redactFields, type RedactedAnswer } from './redaction.ts'
export type { SendOptions } from './transport.ts'
export type {
  BalanceTold,
  BalanceVerdict,
  Command,
  OrderStatus,
  OtherOperation,
  PayoutCheckVerdict,
  PayoutPayVerdict,
  RawAnswer,
  LockedOut,
  RequestError,
  Silence,
  StatusVerdict,
  ValidationError,
} from './verdicts.ts'
