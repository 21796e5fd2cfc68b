import { redactFields, signedCallback } from '#lib/cardzo/testing.ts'
import type { Ledger, Order } from './ledger.ts'
import type { Settings } from './settings.ts'
import type { Timers } from './timers.ts'

/** Cardzo tries up to thirty times within fourteen days. The gaps grow; how long they are it does not say. */
const maxDeliveries = 30
// From 1 unit, growing by 1.3, the 29 gaps add up to about 6,700 units: with 180 s as the unit that is fourteen days.
const growth = 1.3
const answerTimeoutMs = 10_000

export const callbackKinds = [
  'plain',
  'doubled',
  'forged',
  'boundary_shifted',
  'contradictory',
  'early',
  'late',
  'reversal',
  'other_params',
  'other_order',
] as const
export type CallbackKind = (typeof callbackKinds)[number]

export type CallbackOrder = {
  kind: CallbackKind
  /** The status to report. Without it: the order's own, or one that fits `early` and `contradictory`. */
  status?: string | undefined
  /** For `late`: how long to wait. */
  delayMs?: number | undefined
}

export type CallbackDeps = { ledger: Ledger; settings: Settings; timers: Timers; merchantControl: string }

/** Sends a callback about this order, at once or after `delayMs`; retries follow by themselves. False when there is no URL to call. */
export function pushCallback(deps: CallbackDeps, order: Order, wanted: CallbackOrder): boolean {
  if (order.callbackUrl === null) {
    deps.ledger.note(order, 'callback', 'not sent: payout-check named no server_callback_url')
    return false
  }
  const fields = callbackFields(order, wanted, deps.merchantControl)
  const send = () => {
    void deliver(deps, order, wanted.kind, fields, 1)
    if (wanted.kind === 'doubled') void deliver(deps, order, wanted.kind, fields, 1)
  }
  if (wanted.delayMs) deps.timers.after(wanted.delayMs, send)
  else send()
  return true
}

/** The parameters of a callback about this order. A merchant must be able to take every kind. */
function callbackFields(
  order: Order,
  { kind, status }: CallbackOrder,
  secret: string,
): Record<string, string> {
  // One more digit, rightly signed: a second order under one client_orderid.
  const orderId = kind === 'other_order' ? `${order.orderId}7` : order.orderId
  const ids = { orderId, clientOrderId: order.clientOrderId }
  const word = status ?? wordFor(order, kind)
  const fields = signedCallback({ ...ids, status: word }, secret, {
    ...outcomeFields(order),
    // `control` is right and does not cover these.
    ...(kind === 'reversal' && { type: 'reversal' }),
    ...(kind === 'other_params' && { amount: '0.01', 'card-type': 'other', descriptor: 'Somebody else' }),
  })
  if (kind === 'forged') return { ...fields, control: fields['control']?.replaceAll(/./g, 'f') ?? '' }
  if (kind !== 'boundary_shifted') return fields
  // The last digit of the order id moves to the front of ours. The hash has no separators, so it stays right.
  const shifted = order.orderId.slice(-1) + order.clientOrderId
  return { ...fields, orderid: order.orderId.slice(0, -1), client_orderid: shifted, merchant_order: shifted }
}

function wordFor(order: Order, kind: CallbackKind): string {
  if (kind === 'early' || kind === 'reversal' || kind === 'other_order') return 'approved'
  if (kind === 'contradictory') return order.status === 'approved' ? 'declined' : 'approved'
  return order.status
}

/** What callback and final redirect carry besides the signed fields. Without an error Cardzo writes the word null. */
export function outcomeFields(order: Order): Record<string, string> {
  return {
    type: 'payout',
    amount: order.amount,
    currency: order.currency,
    error_message: order.errorMessage ?? 'null',
    ...(order.errorCode !== null && { error_code: order.errorCode }),
    'processor-tx-id': `PNTEST-${order.orderId}`,
    descriptor: 'Cardzo simulator',
  }
}

async function deliver(
  deps: CallbackDeps,
  order: Order,
  kind: CallbackKind,
  fields: Record<string, string>,
  attempt: number,
): Promise<void> {
  const { ledger, settings, timers } = deps
  const answer = await get(order.callbackUrl ?? '', fields)
  const acknowledged = answer === '200'
  const status = fields['status'] ?? ''
  order.deliveries.push({ at: new Date().toISOString(), kind, attempt, status, answer, acknowledged })
  ledger.note(
    order,
    'callback',
    `${kind} callback "${status}", delivery ${attempt}: ${answer}`,
    redactFields(fields),
  )
  if (acknowledged || attempt >= maxDeliveries) return
  timers.after(settings.retryMs * growth ** (attempt - 1), () => {
    void deliver(deps, order, kind, fields, attempt + 1)
  })
}

async function get(address: string, fields: Record<string, string>): Promise<string> {
  try {
    const url = new URL(address)
    for (const [name, value] of Object.entries(fields)) url.searchParams.append(name, value)
    const signal = AbortSignal.timeout(answerTimeoutMs)
    const response = await fetch(url, {
      redirect: 'manual',
      signal,
      headers: { 'X-Cardzo-Simulator': 'true' },
    })
    await response.body?.cancel()
    return String(response.status)
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
    return cause instanceof Error ? cause.message : 'failed'
  }
}
