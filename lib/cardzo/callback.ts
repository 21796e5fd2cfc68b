import { timingSafeEqual } from 'node:crypto'
import { callbackControl } from './control.ts'
import { isPayoutsOwnType } from './operation-type.ts'

declare const verified: unique symbol

/**
 * A callback whose `control` was right. Only `verifyCallback` makes one. Compare its ids with the stored ones, because `control` has
 * no separators: 12+3X hashes like 123+X. It doesn't cover amount, currency, type and error fields at all: ask status for them.
 */
export type VerifiedCallback = {
  readonly [verified]: true
  /** Lower-cased. */
  readonly status: string
  readonly orderId: string
  readonly clientOrderId: string
  readonly type: string | null
  /** The operation it is about (from `type` or `transaction-type`) when that is not the payout itself: `reversal`, `chargeback` … */
  readonly otherOperation: string | null
  readonly amount: string | null
  readonly currency: string | null
  readonly errorCode: string | null
  readonly errorMessage: string | null
  /** Every parameter as received. */
  readonly raw: Readonly<Record<string, string>>
}

export type CallbackRefusal = {
  readonly ok: false
  readonly reason: 'missing' | 'duplicate_parameter' | 'ids_differ' | 'bad_shape' | 'bad_control'
  /** Which parameter, if it is about one. */
  readonly parameter: string | null
}

export type CallbackResult = { readonly ok: true; readonly callback: VerifiedCallback } | CallbackRefusal

/** Cardzo sends about twenty, all short. */
const parametersMax = 40
const nameMaxLength = 64
const valueMaxLength = 2048
/** Their possible shapes, by which it is clear where the status ends and the order id begins. */
const shapes: readonly (readonly [string, RegExp])[] = [
  ['status', /^[a-z_]{1,32}$/i],
  ['orderid', /^[0-9]{1,32}$/],
  ['client_orderid', /^[^]{1,128}$/],
  ['merchant_order', /^[^]{1,128}$/],
  ['type', /^[\w .-]{0,64}$/],
  ['transaction-type', /^[\w .-]{0,64}$/],
]

/**
 * Checks a callback (or the browser's final redirect, which is signed alike): blanks first, because empty fields have a
 * well-defined hash too, then the two spellings of our id and the shapes, then `control` in constant time.
 *
 * @param params decoded name-value pairs in the order received, e.g. a `URLSearchParams` or a `Map`
 * @see docs/protocol.md#callbacks
 */
export function verifyCallback(
  params: Iterable<readonly [string, string]>,
  merchantControl: string,
): CallbackResult {
  const given = new Map<string, string>()
  for (const [name, value] of params) {
    if (given.has(name)) return refuse('duplicate_parameter', name)
    given.set(name, value)
    if (given.size > parametersMax || name.length > nameMaxLength || value.length > valueMaxLength)
      return refuse('bad_shape', null)
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
  const misshapen = shapes.find(([name, shape]) => !shape.test(get(name) ?? '0'))
  if (misshapen) return refuse('bad_shape', misshapen[0])
  if (!sameDigest(control, callbackControl(status, orderId, clientOrderId, merchantControl))) {
    return refuse('bad_control', 'control')
  }
  const callback = {
    status: status.toLowerCase(),
    orderId,
    clientOrderId: clientOrderId.trim(),
    type: get('type'),
    otherOperation: otherOperation(get('type')) ?? otherOperation(get('transaction-type')),
    amount: get('amount'),
    currency: get('currency'),
    errorCode: notNullText(get('error_code')),
    errorMessage: notNullText(get('error_message')),
    raw: Object.fromEntries(given),
  }
  return { ok: true, callback: callback as VerifiedCallback }
}

function refuse(reason: CallbackRefusal['reason'], parameter: string | null): CallbackRefusal {
  return { ok: false, reason, parameter }
}

const otherOperation = (type: string | null) =>
  type === null || isPayoutsOwnType(type) ? null : type.trim().toLowerCase()

// Cardzo writes the word null when there is no error.
const notNullText = (value: string | null) => (value?.trim().toLowerCase() === 'null' ? null : value)

function sameDigest(given: string, right: string): boolean {
  // Cardzo writes lower-case hex; anything else is not from Cardzo.
  if (!/^[0-9a-f]{40}$/.test(given)) return false
  return timingSafeEqual(Buffer.from(given, 'hex'), Buffer.from(right, 'hex'))
}
