/** The gateway port on top of the Cardzo client: sends, judges and redacts, and turns every failure into one of ours. */
import {
  CardzoError,
  hideValues,
  maskNumbers,
  payoutCheckRequest,
  payoutPayRequest,
  processPayoutCheck,
  processPayoutPay,
  processStatus,
  redactAnswer,
  redactFields,
  signedStatusRequest,
  statusRequest,
  verifyCallback,
} from '#lib/cardzo/index.ts'
import type {
  CardzoConnection,
  OrderStatus,
  PayoutCheckVerdict,
  PayoutPayVerdict,
  RawAnswer,
  StatusVerdict,
} from '#lib/cardzo/index.ts'
import { environmentEndpoint } from '#lib/payouts/endpoints.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type {
  CallbackRead,
  CheckAnswer,
  Exchange,
  Gateway,
  OrderState,
  PayAnswer,
  StatusAnswer,
} from '#lib/services/ports.ts'
import { askBalance } from './balance.ts'
import { checkRedirect } from './redirect.ts'
import type { RedirectPolicy } from './redirect.ts'
import { verdictOf } from './verdict.ts'

export function createGateway(
  connection: CardzoConnection,
  options: { merchantControl: string; redirects: RedirectPolicy },
): Gateway {
  return {
    async check(order, guard) {
      const fields = {
        ...order.fields,
        client_orderid: order.clientOrderId,
        amount: formatAmount(order.amountMinor, order.currency),
        currency: order.currency,
        order_desc: order.description,
        server_callback_url: order.callbackUrl,
        redirect_url: order.redirectUrl,
      }
      const sent = await attempt(connection, 'payout-check', fields, () =>
        payoutCheckRequest(connection, fields, { beforeFirstByte: guard.mayStillSend }),
      )
      if (!sent.ok) return sent.broken
      const verdict = processPayoutCheck(sent.raw, { clientOrderId: order.clientOrderId })
      return checkAnswer(sent.exchange, verdict, (text) => fitToShow(text, fields))
    },

    async pay(order, guard) {
      const fields = { client_orderid: order.clientOrderId, orderid: order.orderId, login: connection.login }
      const sent = await attempt(connection, 'payout-pay', fields, () =>
        payoutPayRequest(connection, order, { beforeFirstByte: guard.mayStillSend }),
      )
      if (!sent.ok) return sent.broken
      return payAnswer(sent.exchange, processPayoutPay(sent.raw, order))
    },

    async status(order) {
      const fields = {
        client_orderid: order.clientOrderId,
        ...(order.orderId !== null && { orderid: order.orderId }),
      }
      const request = order.signed ? signedStatusRequest : statusRequest
      const sent = await attempt(connection, 'status', fields, () => request(connection, order))
      if (!sent.ok) return { ...sent.broken, simulator: false }
      const { simulator } = sent.raw.headers
      return { ...statusAnswer(sent.exchange, processStatus(sent.raw, order), options.redirects), simulator }
    },

    balance: ({ name }) => askBalance(connection, name),

    // Which endpoints there are is not known here: lib/runtime/endpoint-gateways.ts.
    lacks: () => Promise.resolve(null),
    readCallback: (params) =>
      readCallback(params, [{ endpointId: environmentEndpoint, value: options.merchantControl }]),
  }
}

/** A callback is believed if one of these control values signed it; the message says whose. The first tells what is wrong with another. */
export function readCallback(
  params: readonly (readonly [string, string])[],
  controls: readonly { endpointId: number; value: string }[],
): CallbackRead {
  const reads = controls.map(({ endpointId, value }) => ({ endpointId, read: verifyCallback(params, value) }))
  const signedBy = [...new Set(reads.flatMap(({ endpointId, read }) => (read.ok ? [endpointId] : [])))]
  const read = (reads.find((one) => one.read.ok) ?? reads[0])?.read
  if (!read) throw new Error('Bug: no control value to verify callbacks with')
  if (!read.ok) {
    const what = read.parameter ?? 'a parameter'
    if (read.reason === 'bad_control') return { ok: false, why: 'wrong_control', what }
    const problem = {
      missing: 'is missing',
      duplicate_parameter: 'is there twice',
      ids_differ: 'differs',
      bad_shape: 'has no possible shape',
    }[read.reason]
    return { ok: false, why: 'missing', what: `${what} ${problem}` }
  }
  const { status, orderId, clientOrderId, type, otherOperation, raw } = read.callback
  const about = otherOperation === null ? {} : { operation: otherOperation }
  return {
    ok: true,
    message: { status, orderId, clientOrderId, type, ...about, params: redactFields(raw), signedBy },
  }
}

/** The same endpoint with its next control value: a status or balance that the present one may not ask for is asked for with that. */
export function withNextControl(gateway: Gateway, next: Gateway): Gateway {
  return {
    ...gateway,
    async status(order) {
      const answer = await gateway.status(order)
      // Both have the same key.
      if (answer.kind !== 'locked_out' || order.signed) return answer
      const again = await next.status(order)
      return again.kind === 'locked_out' ? answer : again
    },
    async balance(query) {
      const answer = await gateway.balance(query)
      if (answer.kind !== 'locked_out') return answer
      const again = await next.balance(query)
      return again.kind === 'told' ? again : answer
    },
  }
}

type Sent = { ok: true; raw: RawAnswer; exchange: Exchange } | { ok: false; broken: Broken }
type Broken = { exchange: Exchange } & ({ kind: 'not_sent'; why: string } | { kind: 'silence'; why: string })

async function attempt(
  connection: CardzoConnection,
  command: Exchange['command'],
  fields: Record<string, string>,
  send: () => Promise<RawAnswer>,
): Promise<Sent> {
  const asked = { command, url: connection.url(command), sent: redactFields(fields) }
  try {
    const raw = await send()
    const answer = redactAnswer(raw)
    return {
      ok: true,
      raw,
      exchange: {
        ...asked,
        httpStatus: raw.status,
        answer: hideValues(answer.bodyStart ?? JSON.stringify(answer.fields), fields),
        durationMs: raw.durationMs,
        gatewayDate: raw.headers.date?.slice(0, 64) ?? null,
        serialNumber: raw.serial,
        error: null,
      },
    }
  } catch (error) {
    if (!(error instanceof CardzoError)) throw error
    const exchange: Exchange = {
      ...asked,
      httpStatus: null,
      answer: null,
      durationMs: error.durationMs,
      gatewayDate: null,
      serialNumber: null,
      error: `${error.code}: ${error.message}`,
    }
    const why = error.systemCode ?? error.message
    return { ok: false, broken: { exchange, kind: error.code === 'not_sent' ? 'not_sent' : 'silence', why } }
  }
}

/** Cardzo's words, which may quote an account number. */
const fitToShow = (text: string | null, fields: Record<string, string> = {}): string | null =>
  text === null ? null : maskNumbers(hideValues(text, fields))

function checkAnswer(
  exchange: Exchange,
  verdict: PayoutCheckVerdict,
  fit: (text: string | null) => string | null,
): CheckAnswer {
  switch (verdict.kind) {
    case 'accepted':
      return { exchange, kind: 'accepted', orderId: verdict.orderId }
    case 'validation_error':
      return { exchange, kind: 'refused', code: verdict.code, message: fit(verdict.message) }
    case 'error':
      return {
        exchange,
        kind: 'error',
        orderId: verdict.orderId,
        code: verdict.code,
        message: fit(verdict.message),
      }
    case 'locked_out':
      return {
        exchange,
        kind: 'locked_out',
        httpStatus: verdict.httpStatus,
        gatewayDate: verdict.gatewayDate,
      }
    case 'silence':
      return { exchange, kind: 'silence', why: verdict.detail }
  }
}

function payAnswer(exchange: Exchange, verdict: PayoutPayVerdict): PayAnswer {
  switch (verdict.kind) {
    case 'accepted':
      return { exchange, kind: 'accepted' }
    case 'validation_error':
      return { exchange, kind: 'refused', code: verdict.code, message: fitToShow(verdict.message) }
    case 'error':
      return { exchange, kind: 'error', code: verdict.code, message: fitToShow(verdict.message) }
    case 'locked_out':
      return {
        exchange,
        kind: 'locked_out',
        httpStatus: verdict.httpStatus,
        gatewayDate: verdict.gatewayDate,
      }
    case 'silence':
      return { exchange, kind: 'silence', why: verdict.detail }
  }
}

function statusAnswer(
  exchange: Exchange,
  verdict: StatusVerdict,
  redirects: RedirectPolicy,
): { exchange: Exchange } & DistributiveOmit<StatusAnswer, 'exchange' | 'simulator'> {
  switch (verdict.kind) {
    case 'status':
      return { exchange, kind: 'known', order: orderState(verdict, redirects) }
    case 'other_operation': {
      const { type, orderId, status, stage, amount, currency, serial } = verdict
      const told = { orderId, rawStatus: status, rawStage: stage, amount, currency, serialNumber: serial }
      return { exchange, kind: 'other_operation', operation: { type, ...told } }
    }
    case 'no_such_order':
      return { exchange, kind: 'no_such_order', code: verdict.code, message: fitToShow(verdict.message) }
    case 'query_error':
      return {
        exchange,
        kind: 'silence',
        why: fitToShow(verdict.message) ?? verdict.code ?? 'the status request failed',
      }
    case 'locked_out':
      return {
        exchange,
        kind: 'locked_out',
        httpStatus: verdict.httpStatus,
        gatewayDate: verdict.gatewayDate,
      }
    case 'silence':
      return { exchange, kind: 'silence', why: verdict.detail }
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never

function orderState(told: OrderStatus, redirects: RedirectPolicy): OrderState {
  return {
    ...verdictOf(told.status, told.stage, told.redirectTo !== null),
    orderId: told.orderId,
    clientOrderId: told.clientOrderId,
    rawStatus: told.status,
    rawStage: told.stage,
    amount: told.amount,
    currency: told.currency,
    redirect: told.redirectTo === null ? null : checkRedirect(told.redirectTo, redirects),
    errorCode: told.errorCode,
    errorMessage: fitToShow(told.errorMessage),
    serialNumber: told.serial,
    references: {
      ...told.references,
      ...(told.processorTxId !== null && { 'processor-tx-id': told.processorTxId }),
    },
  }
}
