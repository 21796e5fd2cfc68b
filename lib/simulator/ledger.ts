import { randomBytes } from 'node:crypto'
import type { Move, ScenarioName } from './scenarios.ts'

export type LogEntry = {
  readonly at: string
  /** `payout-check`, `payout-pay`, `status`, `callback`, `form`, `move`, `control`. */
  readonly what: string
  readonly detail: string
  readonly fields?: Readonly<Record<string, string>>
  /** The same status was told again and again, with nothing between: how often in all, and when last. */
  readonly repeated?: { readonly times: number; readonly lastAt: string }
}

export type Delivery = {
  readonly at: string
  readonly kind: string
  readonly attempt: number
  readonly status: string
  /** The merchant's HTTP status, or what went wrong on the way. */
  readonly answer: string
  readonly acknowledged: boolean
}

/** One order as the bank sees it. Mutable: the ledger is the simulator's only record. */
export type Order = {
  readonly orderId: string
  readonly clientOrderId: string
  readonly scenario: ScenarioName
  readonly amountAsked: string
  amount: string
  readonly currency: string
  status: string
  stage: string
  errorCode: string | null
  errorMessage: string | null
  /** Names the bank's form in its URL. Nobody can guess it. */
  readonly formToken: string
  form: 'none' | 'open' | 'confirmed' | 'declined'
  /** Where `redirect-to` leads instead of to our own form. Only ever set by hand. */
  formAddress: string | null
  readonly callbackUrl: string | null
  readonly redirectUrl: string | null
  readonly accountLast4: string | null
  readonly receiverName: string
  /** Serial numbers of the requests that changed the order. */
  readonly checkSerial: string
  paySerial: string | null
  /** Every payout-pay that arrived for this order, accepted or not. */
  payReceived: number
  payAccepted: number
  /** How often money left for this order; more than once only when a second payout-pay is accepted. */
  timesPaid: number
  /** What will happen by itself, earliest first. */
  plan: { dueAt: number; move: Move }[]
  readonly log: LogEntry[]
  readonly deliveries: Delivery[]
  readonly createdAt: string
  updatedAt: string
}

export type NewOrder = Pick<
  Order,
  | 'clientOrderId'
  | 'scenario'
  | 'amount'
  | 'currency'
  | 'callbackUrl'
  | 'redirectUrl'
  | 'accountLast4'
  | 'receiverName'
  | 'checkSerial'
>

/** How many this process has made. */
let ledgers = 0

/** All orders since the start or the last reset, and every request about them. */
export class Ledger {
  readonly #orders = new Map<string, Order>()
  readonly #byClientOrderId = new Map<string, Order>()
  readonly #byFormToken = new Map<string, Order>()
  // Ids count up from the clock, so that a restarted simulator does not give out the same ones again, nor does another that began with it.
  #lastOrderId = (Date.now() + ++ledgers) * 1000
  #lastSerial = 0
  /** How many payout-pays named no order of ours. */
  strayPays = 0
  /** Called at every change, so that the orders can be written to a file. */
  onChange: () => void = () => undefined

  /** Gives it the next id, unless it had one in an earlier life. */
  open(order: NewOrder, orderId = String(++this.#lastOrderId)): Order {
    const now = new Date().toISOString()
    const opened: Order = {
      ...order,
      orderId,
      amountAsked: order.amount,
      status: 'processing',
      stage: 'payout_check_validating',
      errorCode: null,
      errorMessage: null,
      formToken: randomBytes(16).toString('hex'),
      form: 'none',
      formAddress: null,
      paySerial: null,
      payReceived: 0,
      payAccepted: 0,
      timesPaid: 0,
      plan: [],
      log: [],
      deliveries: [],
      createdAt: now,
      updatedAt: now,
    }
    this.#add(opened)
    return opened
  }

  /** Puts back the orders of an earlier run. */
  restore(orders: readonly Order[]): void {
    for (const order of orders) this.#add(order)
  }

  #add(order: Order): void {
    this.#orders.set(order.orderId, order)
    this.#byClientOrderId.set(order.clientOrderId, order)
    this.#byFormToken.set(order.formToken, order)
  }

  /** Newest first. */
  all(): Order[] {
    return [...this.#orders.values()].reverse()
  }

  byOrderId(orderId: string): Order | undefined {
    return this.#orders.get(orderId)
  }

  /** The newest with this id: Cardzo does not promise that a `client_orderid` is unique. */
  byClientOrderId(clientOrderId: string): Order | undefined {
    return this.#byClientOrderId.get(clientOrderId)
  }

  byFormToken(token: string): Order | undefined {
    return this.#byFormToken.get(token)
  }

  /** The id of one request: UUID-shaped with a hexadecimal counter at its end. */
  nextSerial(): string {
    return `00000000-0000-0000-0000-${(++this.#lastSerial).toString(16).padStart(12, '0')}`
  }

  note(order: Order, what: string, detail: string, fields?: Readonly<Record<string, string>>): void {
    order.updatedAt = new Date().toISOString()
    const last = order.log.at(-1)
    if (what === 'status' && last?.what === what && last.detail === detail) {
      // It is asked for every few seconds: one line is enough, and the file can wait.
      const times = (last.repeated?.times ?? 1) + 1
      order.log[order.log.length - 1] = { ...last, repeated: { times, lastAt: order.updatedAt } }
      return
    }
    order.log.push({ at: order.updatedAt, what, detail, ...(fields && { fields }) })
    this.onChange()
  }

  clear(): void {
    this.#orders.clear()
    this.#byClientOrderId.clear()
    this.#byFormToken.clear()
    this.strayPays = 0
    this.onChange()
  }
}

/** An order for people and tests, with the money that moved for it as decimal text. */
export function describeOrder(order: Order) {
  const { plan, formToken, ...facts } = order
  return {
    ...facts,
    formPath: `/bank/${formToken}`,
    moneyMoved: times(order.amount, order.timesPaid),
    planned: plan.length,
  }
}

export type DescribedOrder = ReturnType<typeof describeOrder>

/** Decimal text times a small whole number, exactly. */
export function times(amount: string, factor: number): string {
  return scale(amount, BigInt(factor), 1n)
}

/** Decimal text in percent, rounded down to the digits it has. */
export function percentOf(amount: string, percent: number): string {
  return scale(amount, BigInt(percent), 100n)
}

function scale(amount: string, factor: bigint, divisor: bigint): string {
  const [whole = '0', fraction = ''] = amount.split('.')
  const minor = ((BigInt(whole + fraction) * factor) / divisor).toString().padStart(fraction.length + 1, '0')
  return fraction === '' ? minor : `${minor.slice(0, -fraction.length)}.${minor.slice(-fraction.length)}`
}
