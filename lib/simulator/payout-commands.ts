import type { AnswerFields } from './answer-formats.ts'
import type { Order } from './ledger.ts'
import { startCheck, startPayment } from './order-moves.ts'
import { finalStatuses, scenarioOf } from './scenarios.ts'
import type { World } from './world.ts'

/** One request, with a right signature. */
export type Asked = {
  readonly form: ReadonlyMap<string, string>
  readonly serial: string
  /** Where the caller reached us. */
  readonly origin: string
  /** The form without what a log must not hold. */
  readonly fields: Readonly<Record<string, string>>
}

/** Opens an order, unless the request is wrong or the scenario refuses it. */
export function payoutCheck(world: World, asked: Asked): AnswerFields {
  const { ledger, choices, settings, merchant } = world
  const { form, serial } = asked
  const get = (name: string) => form.get(name)?.trim() ?? ''
  const wrong = findProblem(get, merchant.requiredFields)
  if (wrong) return refuse(asked, wrong)
  const clientOrderId = get('client_orderid')
  if (settings.duplicates === 'refuse' && ledger.byClientOrderId(clientOrderId)) {
    return refuse(asked, `Order with client_orderid ${clientOrderId} exists already`)
  }
  const accountNumber = form.get('account_number')
  const scenario = choices.pick({ clientOrderId, amount: get('amount'), accountNumber })
  if (scenarioOf(scenario).check === 'validation_error')
    return refuse(asked, 'The bank does not take this account')
  const order = ledger.open({
    clientOrderId,
    scenario,
    amount: get('amount'),
    currency: get('currency'),
    callbackUrl: get('server_callback_url') || get('notify_url') || null,
    redirectUrl: get('redirect_url') || null,
    accountLast4: accountNumber?.slice(-4) ?? null,
    receiverName: `${get('first_name')} ${get('last_name')}`.trim(),
    checkSerial: serial,
  })
  ledger.note(order, 'payout-check', `opened, scenario ${scenario}`, asked.fields)
  startCheck(world, order)
  const ids = idsOf(order, serial)
  if (scenarioOf(scenario).check === 'error') {
    return { type: 'error', ...ids, 'error-message': 'The answer of the bank was lost', 'error-code': '77' }
  }
  return { type: 'async-response', ...ids, 'end-point-id': endpointOf(world) }
}

// Lengths: docs/protocol.md#payout-check.
const lengths = {
  client_orderid: 128,
  amount: 10,
  currency: 3,
  order_desc: 64,
  server_callback_url: 128,
  redirect_url: 128,
}

function findProblem(get: (name: string) => string, requiredFields: readonly string[]): string | null {
  const missing = ['client_orderid', 'amount', 'currency', ...requiredFields].find((name) => get(name) === '')
  if (missing) return `Parameter ${missing} is required`
  const tooLong = Object.entries(lengths).find(([name, length]) => get(name).length > length)
  if (tooLong) return `Parameter ${tooLong[0]} is longer than ${tooLong[1]}`
  const amount = get('amount')
  if (!/^\d+(\.\d+)?$/.test(amount) || /^[0.]+$/.test(amount)) return 'Parameter amount is invalid'
  return /^[A-Z]{3}$/.test(get('currency')) ? null : 'Parameter currency is invalid'
}

/** Pays, once per order and only after the bank has confirmed it; a setting lets it pay twice. */
export function payoutPay(world: World, asked: Asked): AnswerFields {
  const { ledger, settings, merchant } = world
  const { form, serial } = asked
  const order = ledger.byOrderId(form.get('orderid') ?? '')
  if (form.get('login') !== merchant.login) return refuse(asked, 'Parameter login is wrong')
  if (!order || order.clientOrderId !== form.get('client_orderid')) return refuse(asked, 'Order not found')
  const isRepeat = order.payAccepted > 0
  const isReady = order.status === 'processing' && order.stage === 'payout_check_validated'
  if (isRepeat ? settings.secondPay === 'refuse' : !isReady) {
    const why = isRepeat
      ? 'was paid already'
      : `is not ready for payout-pay (${order.status}, ${order.stage})`
    ledger.note(order, 'payout-pay', `refused: the order ${why}`, asked.fields)
    return { ...refuse(asked, `Order ${why}`), 'paynet-order-id': order.orderId }
  }
  startPayment(world, order, serial)
  ledger.note(order, 'payout-pay', isRepeat ? 'accepted A SECOND TIME' : 'accepted', asked.fields)
  return { type: 'async-response', ...idsOf(order, serial) }
}

/** Where an order is: found by both ids or by ours alone, as of now or as of one of its requests (`by-request-sn`). */
export function status({ ledger }: World, asked: Asked): AnswerFields {
  const { form, serial, origin } = asked
  const clientOrderId = form.get('client_orderid') ?? ''
  const orderId = form.get('orderid') ?? ''
  const order = orderId === '' ? ledger.byClientOrderId(clientOrderId) : ledger.byOrderId(orderId)
  if (!order || order.clientOrderId !== clientOrderId) {
    return refuse(asked, `Order with merchant order id ${clientOrderId} not found`)
  }
  const bySerial = form.get('by-request-sn')
  if (bySerial !== undefined && bySerial !== order.checkSerial && bySerial !== order.paySerial) {
    return refuse(asked, `Order has no request with serial number ${bySerial}`)
  }
  const onlyCheck = bySerial === order.checkSerial && order.payAccepted > 0
  const view = onlyCheck ? { status: 'processing', stage: 'payout_check_validated' } : order
  ledger.note(order, 'status', `told ${view.status} / ${view.stage}`)
  return {
    type: 'status-response',
    ...idsOf(order, serial),
    status: view.status,
    amount: order.amount,
    currency: order.currency,
    'transaction-type': 'payout',
    'order-stage': view.stage,
    'by-request-sn': bySerial ?? order.paySerial ?? order.checkSerial,
    'processor-tx-id': `PNTEST-${order.orderId}`,
    ...(order.form === 'open' && {
      'redirect-to': order.formAddress ?? `${origin}/bank/${order.formToken}`,
    }),
    ...(isDone(order) && { 'receipt-id': receiptOf(order) }),
    ...(order.errorMessage !== null && { 'error-message': order.errorMessage }),
    ...(order.errorCode !== null && { 'error-code': order.errorCode }),
  }
}

const isDone = (order: Order) => finalStatuses.includes(order.status)
const receiptOf = (order: Order) =>
  `${order.checkSerial.slice(0, 24)}${order.orderId.slice(-12).padStart(12, '0')}`

const idsOf = (order: Order, serial: string) => ({
  'serial-number': serial,
  'merchant-order-id': order.clientOrderId,
  'paynet-order-id': order.orderId,
})

function endpointOf({ merchant }: World): string {
  if (merchant.endpoint === null) return '1'
  return 'id' in merchant.endpoint ? merchant.endpoint.id : merchant.endpoint.groupId
}

export function refuse({ form, serial }: Asked, message: string): AnswerFields {
  return {
    type: 'validation-error',
    'serial-number': serial,
    'merchant-order-id': form.get('client_orderid') ?? '',
    'error-message': message,
    'error-code': '1',
  }
}
