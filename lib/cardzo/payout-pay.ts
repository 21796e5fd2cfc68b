import { contradiction, readAnswer, readRejection, silence } from './answers.ts'
import type { CardzoConnection } from './connection.ts'
import { post, type SendOptions } from './transport.ts'
import type { PayoutPayVerdict, RawAnswer } from './verdicts.ts'

export type OrderIds = { readonly clientOrderId: string; readonly orderId: string }

/**
 * Releases the money of an order the bank has confirmed. Sends exactly `client_orderid`, `orderid` and `login`.
 * Throws `CardzoError` when the exchange fails; only its `not_sent` proves that no money can have moved.
 *
 * @see docs/protocol.md#payout-pay
 */
export function payoutPayRequest(
  connection: CardzoConnection,
  ids: OrderIds,
  options?: SendOptions,
): Promise<RawAnswer> {
  const fields = { client_orderid: ids.clientOrderId, orderid: ids.orderId, login: connection.login }
  return post(connection, 'payout-pay', fields, options)
}

/** Judges the answer to a payout-pay. Never throws; an answer that proves nothing is `silence`. */
export function processPayoutPay(raw: RawAnswer, expected: OrderIds): PayoutPayVerdict {
  const answer = readAnswer(raw)
  if (answer.kind !== 'fields') return answer
  const { type, fields } = answer
  const contradicted = contradiction(fields, expected)
  if (contradicted) return silence(raw, 'other_ids', contradicted)
  const rejection = readRejection(type, fields)
  if (rejection) return rejection
  if (type !== 'async-response')
    return silence(raw, 'unreadable', `an answer of type ${String(type)} was not expected`)
  return { kind: 'accepted', orderId: fields.get('paynet-order-id') ?? null, serial: raw.serial }
}
