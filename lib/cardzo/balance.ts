import { z } from 'zod'
import { readAnswer, readFields, readRejection, silence } from './answers.ts'
import type { CardzoConnection } from './connection.ts'
import { readRecords } from './records.ts'
import { post, type SendOptions } from './transport.ts'
import type { BalanceTold, BalanceVerdict, RawAnswer } from './verdicts.ts'

/**
 * Asks what the merchant has at Cardzo, all balances or the one with this name (v2 get-balance, signed by OAuth HMAC-SHA1). Moves nothing.
 * Throws `CardzoError` when the exchange fails.
 *
 * @see docs/protocol.md#balance
 */
export function balanceRequest(
  connection: CardzoConnection,
  query: { readonly name?: string | undefined } = {},
  options?: SendOptions,
): Promise<RawAnswer> {
  return post(
    connection,
    'get-balance',
    query.name === undefined ? {} : { 'balance-name': query.name },
    options,
  )
}

/** A decimal, with a sign if it is below zero, and small enough to count in minor units. JSON numbers were read as the text they were written in. */
const decimal = z.string().regex(/^-?\d{1,14}(\.\d{1,18})?$/)
const some = decimal.nullish().transform((text) => text ?? null)

const shape = z
  .object({
    name: z.string().max(128).nullish(),
    amount: decimal,
    currency: z.string().regex(/^[a-z]{3}$/i),
    'online-balance-live-amount': some,
    'total-short-term-hold-amount': some,
    'total-rolling-reserve-amount': some,
    'amount-buffer-hold': some,
  })
  .transform((told): BalanceTold => ({
    name: told.name ?? null,
    currency: told.currency.toUpperCase(),
    amount: told.amount,
    live: told['online-balance-live-amount'],
    shortTermHold: told['total-short-term-hold-amount'],
    rollingReserve: told['total-rolling-reserve-amount'],
    bufferHold: told['amount-buffer-hold'],
  }))

/**
 * Judges the answer to a balance request. Never throws. If one of several balances can't be read, none is believed: a balance that is
 * missing would look like money that is not there.
 */
export function processBalance(raw: RawAnswer): BalanceVerdict {
  const records = readRecords(raw)
  if (raw.status !== 200 || records === null) {
    const answer = readAnswer(raw)
    if (answer.kind !== 'fields') return answer
    return readRejection(answer.type, answer.fields) ?? silence(raw, 'unreadable', 'no balance can be read')
  }
  const only = records.length === 1 ? records[0] : undefined
  if (only && (only.has('error-message') || only.get('type')?.endsWith('error'))) {
    const read = readFields(raw)
    const rejection = read.ok && readRejection(read.fields.get('type')?.toLowerCase() ?? null, read.fields)
    return rejection || silence(raw, 'unreadable', 'a refusal that cannot be read')
  }
  const parsed = z.array(shape).safeParse(records.map((record) => Object.fromEntries(record)))
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    return silence(
      raw,
      'unreadable',
      `a balance cannot be read: ${String(issue?.path.at(-1) ?? 'its shape')}`,
    )
  }
  return { kind: 'balances', balances: parsed.data }
}
