import { contradiction, readAnswer, readRejection, silence } from './answers.ts'
import type { CardzoConnection } from './connection.ts'
import { post, type SendOptions } from './transport.ts'
import type { PayoutCheckVerdict, RawAnswer } from './verdicts.ts'

/** The fields of a payout-check; which of the rest a bank needs differs by endpoint. */
export type PayoutCheckFields = {
  readonly client_orderid: string
  /** Decimal text in major units. */
  readonly amount: string
  /** ISO 4217 letters. */
  readonly currency: string
  readonly [field: string]: string
}

/**
 * Asks Cardzo to open an order and have the bank confirm it. Sends exactly the given fields.
 * Throws `CardzoError` when the exchange fails.
 *
 * @see docs/protocol.md#payout-check
 */
export function payoutCheckRequest(
  connection: CardzoConnection,
  fields: PayoutCheckFields,
  options?: SendOptions,
): Promise<RawAnswer> {
  return post(connection, 'payout-check', fields, options)
}

/** Judges the answer to a payout-check. Never throws; an answer that proves nothing is `silence`. */
export function processPayoutCheck(
  raw: RawAnswer,
  expected: { readonly clientOrderId: string },
): PayoutCheckVerdict {
  const answer = readAnswer(raw)
  if (answer.kind !== 'fields') return answer
  const { type, fields } = answer
  const contradicted = contradiction(fields, { clientOrderId: expected.clientOrderId })
  if (contradicted) return silence(raw, 'other_ids', contradicted)
  const rejection = readRejection(type, fields)
  if (rejection) return rejection
  if (type !== 'async-response')
    return silence(raw, 'unreadable', `an answer of type ${String(type)} was not expected`)
  const orderId = fields.get('paynet-order-id')
  if (orderId === undefined) return silence(raw, 'unreadable', 'accepted, but without paynet-order-id')
  return { kind: 'accepted', orderId, serial: raw.serial }
}
