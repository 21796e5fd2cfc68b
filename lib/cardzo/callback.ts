import { timingSafeEqual } from 'node:crypto'
import { callbackControl } from './control.ts'

declare const verified: unique symbol

/**
 * A callback whose `control` was right. Only `verifyCallback` makes one. Its ids must still be compared with the stored
 * ones, because `control` has no separators: 12+3X hashes like 123+X. Amount, currency, type and error fields are not
 * covered by it at all: ask status for them.
 */
export type VerifiedCallback = {
  readonly [verified]: true
  /** Lower-cased and trimmed. */
  readonly status: string
  readonly orderId: string
  readonly clientOrderId: string
  readonly type: string | null
  readonly amount: string | null
  readonly currency: string | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** Every parameter as received. */
  readonly raw: Readonly<Record<string, string>>
}

export type CallbackRefusal = {
  readonly ok: false
  readonly reason: 'missing' | 'duplicate_parameter' | 'ids_differ' | 'bad_control'
  /** Which parameter, where one can be named. */
  readonly parameter: string | null
}

export type CallbackResult = { readonly ok: true; readonly callback: VerifiedCallback } | CallbackRefusal

/**
 * Checks a callback (or the browser's final redirect, which is signed alike): blanks first, because empty fields have a
 * well-defined hash too, then the two spellings of our id, then `control` in constant time.
 *
 * @param params decoded name-value pairs in the order received, e.g. a `URLSearchParams` or a `Map`
 * @see merchant callback parameters
 */
export function verifyCallback(
  params: Iterable<readonly [string, string]>,
  merchantControl: string,
): CallbackResult {
  const given = new Map<string, string>()
  for (const [name, value] of params) {
    if (given.has(name)) return refuse('duplicate_parameter', name)
    given.set(name, value)
  }
  const get = (name: string) => {
    const value = given.get(name)
    return value === undefined || value.trim() === '' ? null : value
  }
  const status = get('status')
  const orderId = get('orderid')
  const control = get('control')
  const spellings = [get('client_orderid'), get('merchant_order')].filter((id) => id !== null)
  const [clientOrderId, secondSpelling] = spellings
  if (status === null) return refuse('missing', 'status')
  if (orderId === null) return refuse('missing', 'orderid')
  if (clientOrderId === undefined) return refuse('missing', 'client_orderid')
  if (control === null) return refuse('missing', 'control')
  if (secondSpelling !== undefined && secondSpelling !== clientOrderId)
    return refuse('ids_differ', 'merchant_order')
  if (!sameDigest(control, callbackControl(status, orderId, clientOrderId, merchantControl))) {
    return refuse('bad_control', 'control')
  }
  const callback = {
    status: status.trim().toLowerCase(),
    orderId: orderId.trim(),
    clientOrderId: clientOrderId.trim(),
    type: get('type'),
    amount: get('amount'),
    currency: get('currency'),
    errorCode: notNullText(get('error_code')),
    errorMessage: notNullText(get('error_message')),
    raw: Object.fromEntries(given),
  }
  return { ok: true, callback: callback as VerifiedCallback }
}

function refuse(reason: CallbackRefusal['reason'], parameter: string): CallbackRefusal {
  return { ok: false, reason, parameter }
}

// Cardzo writes the word null where there is no error.
const notNullText = (value: string | null) => (value?.trim().toLowerCase() === 'null' ? null : value)

function sameDigest(given: string, right: string): boolean {
  // Cardzo writes lower-case hex; anything else was not written by Cardzo.
  if (!/^[0-9a-f]{40}$/.test(given)) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(right, 'hex'))
}
