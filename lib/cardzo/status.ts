import { complaint, contradiction, readAnswer, silence, type Fields } from './answers.ts'
import type { CardzoConnection } from './connection.ts'
import { classifyStatusComplaint } from './status-complaints.ts'
import { post, type SendOptions } from './transport.ts'
import { isPayoutsOwnType } from './operation-type.ts'
import type { OrderStatus, OtherOperation, RawAnswer, StatusVerdict } from './verdicts.ts'

/** Which order: by both ids, or by ours alone while Cardzo's is unknown. */
export type StatusQuery = { readonly clientOrderId: string; readonly orderId?: string | null | undefined }

/**
 * Asks what has become of an order (v2 status, signed by the SHA-1 control).
 * Throws `CardzoError` when the exchange fails.
 *
 * @see docs/protocol.md#status
 */
export function statusRequest(
  connection: CardzoConnection,
  query: StatusQuery,
  options?: SendOptions,
): Promise<RawAnswer> {
  const orderId = query.orderId ?? ''
  const fields = {
    login: connection.login,
    client_orderid: query.clientOrderId,
    ...(orderId !== '' && { orderid: orderId }),
    control: connection.statusControl(query.clientOrderId, orderId),
  }
  return post(connection, 'status', fields, options)
}

/**
 * The same as a v4 request, signed by the key instead of the control. The portal asks this way only to learn whether Cardzo takes the key.
 * Throws `CardzoError` when the exchange fails.
 */
export function signedStatusRequest(connection: CardzoConnection, query: StatusQuery): Promise<RawAnswer> {
  const orderId = query.orderId ?? ''
  const fields = {
    client_orderid: query.clientOrderId,
    ...(orderId !== '' && { orderid: orderId }),
    login: connection.login,
  }
  return post(connection, 'status', fields, { signed: true })
}

/** Judges the answer to a status request. Never throws; an answer that proves nothing is `silence`. */
export function processStatus(raw: RawAnswer, expected: StatusQuery): StatusVerdict {
  const answer = readAnswer(raw)
  if (answer.kind !== 'fields') return answer
  const { type, fields } = answer
  const contradicted = contradiction(fields, expected)
  if (contradicted) return silence(raw, 'other_ids', contradicted)
  if (type === 'status-response') return readStatus(raw, fields)
  if (type !== 'error' && type !== 'validation-error' && type !== null) {
    return silence(raw, 'unreadable', `an answer of type ${type} was not expected`)
  }
  const said = complaint(fields)
  const kind = classifyStatusComplaint(said, expected, knowsOrder(fields))
  if (kind !== 'locked_out') return { kind, ...said }
  return { kind, httpStatus: raw.status, gatewayDate: null, detail: said.message ?? said.code ?? '' }
}

/** An answer that names an order's id, or how it is doing, knows that order. (`status=error` may mean the query.) */
const knowsOrder = (fields: Fields) =>
  orderFields.some((name) => fields.has(name)) ||
  (fields.has('status') && fields.get('status')?.toLowerCase() !== 'error')
const orderFields = [
  'paynet-order-id',
  'orderid',
  'order-id',
  'order-stage',
  'processor-tx-id',
  'processor-rrn',
  'redirect-to',
]

const referenceNames = ['processor-rrn', 'receipt-id', 'approval-code', 'descriptor']

function readStatus(
  raw: RawAnswer,
  fields: Fields,
): OrderStatus | OtherOperation | ReturnType<typeof silence> {
  const get = (name: string) => fields.get(name) ?? null
  const orderId = get('paynet-order-id')
  const clientOrderId = get('merchant-order-id')
  // Without both ids it is unclear which order this is about. Cardzo's own client also insists on them.
  if (orderId === null || clientOrderId === null)
    return silence(raw, 'unreadable', 'a status without both order ids')
  // Cardzo's own client reads a missing status as `processing`. Here that could let a payment leave.
  const status = get('status')
  if (status === null) return silence(raw, 'unreadable', 'a status answer without a status')
  const told = {
    status: status.toLowerCase(),
    stage: get('order-stage')?.toLowerCase() ?? null,
    raw: { status, stage: get('order-stage') },
    orderId,
    clientOrderId,
    amount: get('amount'),
    currency: get('currency')?.toUpperCase() ?? null,
    redirectTo: get('redirect-to'),
    errorCode: get('error-code'),
    errorMessage: get('error-message'),
    processorTxId: get('processor-tx-id'),
    references: Object.fromEntries(
      referenceNames.flatMap((name) => (fields.has(name) ? [[name, fields.get(name) ?? '']] : [])),
    ),
    serial: raw.serial,
  }
  const type = get('transaction-type')
  if (isPayoutsOwnType(type) || (isBankCheck(type) && isBeingChecked(told)))
    return { kind: 'status', ...told }
  return { kind: 'other_operation', type: type?.toLowerCase() ?? '', ...told }
}

// While the bank checks, the operation may carry the check's name. Then only the check's own stages are read from it.
const isBankCheck = (type: string | null) => /^payout[-_ ]check$/i.test(type ?? '')
const isBeingChecked = ({ status, stage }: Pick<OrderStatus, 'status' | 'stage'>) =>
  status === 'processing' && stage !== null && stage.startsWith('payout_check_')
