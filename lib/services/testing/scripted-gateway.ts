/** For tests of the verbs: a Cardzo in memory with its own ledger and scripted faults. Shares none of the portal's rules. */
import { formatAmount } from '#lib/payouts/money.ts'
import type {
  BalanceAnswer,
  CheckAnswer,
  Exchange,
  Gateway,
  OrderState,
  PayAnswer,
  StatusAnswer,
} from '#lib/services/ports.ts'

export type ScriptedOrder = {
  orderId: string
  clientOrderId: string
  amount: string
  currency: string
  status: string
  stage: string | null
  redirect: string | null
  /** How many payout-pays reached Cardzo. */
  paysReceived: number
}

/** What happens to the next call of a command: whether it takes effect, and how it is answered. */
export type Fault =
  | { answer: 'silence'; effect: boolean }
  | { answer: 'not_sent' }
  | { answer: 'refused'; code: string }
  | { answer: 'error'; orderId?: boolean; effect: boolean }
  | { answer: 'locked_out'; effect: boolean }

/** A status answer other than the order's own: about a reversal, or a confirmation that the bank takes back once. */
export type StatusFault =
  | { answer: 'other_operation'; type: string; rawStatus: string }
  | { answer: 'validating' }

export type ScriptedGateway = Gateway & {
  orders: Map<string, ScriptedOrder[]>
  faults: Record<'check' | 'pay', Fault[]> & { status: (Fault | StatusFault)[] }
  /** By client_orderid, in order: `refused` payout-pays, and the verdicts of status answers. */
  told: Map<string, string[]>
  /** What a paid order becomes. */
  afterPay: (order: ScriptedOrder) => void
  calls: string[]
  /** What it says of the merchant's balance. */
  balanceAnswer: BalanceAnswer
  /** The first order of a client_orderid. */
  order: (clientOrderId: string) => ScriptedOrder
}

export function createScriptedGateway(): ScriptedGateway {
  const orders = new Map<string, ScriptedOrder[]>()
  const faults: ScriptedGateway['faults'] = { check: [], pay: [], status: [] }
  const calls: string[] = []
  const told: ScriptedGateway['told'] = new Map()
  const tell = (clientOrderId: string, what: string) =>
    told.set(clientOrderId, [...(told.get(clientOrderId) ?? []), what])
  let nextId = 1000

  const gateway: ScriptedGateway = {
    balanceAnswer: { kind: 'refused', code: '1', message: 'Not enabled' },
    orders,
    faults,
    told,
    calls,
    afterPay: (order) => Object.assign(order, { status: 'approved', stage: 'payout_approved' }),
    order: (clientOrderId) => {
      const [first] = orders.get(clientOrderId) ?? []
      if (!first) throw new Error(`no order ${clientOrderId}`)
      return first
    },

    check(ask, guard) {
      calls.push(`check ${ask.clientOrderId}`)
      const fault = faults.check.shift()
      const exchange = exchangeOf('payout-check')
      if (fault?.answer === 'not_sent' || !guard.mayStillSend())
        return answer<CheckAnswer>({ exchange, kind: 'not_sent', why: 'ECONNREFUSED' })
      if (fault?.answer === 'refused')
        return answer<CheckAnswer>({ exchange, kind: 'refused', code: fault.code, message: 'refused' })
      const open = (): ScriptedOrder => {
        const { clientOrderId, amountMinor, currency } = ask
        const order: ScriptedOrder = {
          orderId: String(nextId++),
          clientOrderId,
          amount: formatAmount(amountMinor, currency),
          currency,
          status: 'processing',
          stage: 'payout_check_validated',
          redirect: null,
          paysReceived: 0,
        }
        orders.set(clientOrderId, [...(orders.get(clientOrderId) ?? []), order])
        return order
      }
      if (!fault) return answer<CheckAnswer>({ exchange, kind: 'accepted', orderId: open().orderId })
      const orderId = fault.effect ? open().orderId : null
      if (fault.answer === 'silence')
        return answer<CheckAnswer>({ exchange, kind: 'silence', why: 'timeout' })
      if (fault.answer === 'locked_out')
        return answer<CheckAnswer>({ exchange, kind: 'locked_out', httpStatus: 401, gatewayDate: null })
      return answer<CheckAnswer>({
        exchange,
        kind: 'error',
        orderId: fault.orderId ? orderId : null,
        code: '9',
        message: 'error',
      })
    },

    pay(ask, guard) {
      calls.push(`pay ${ask.clientOrderId}`)
      const fault = faults.pay.shift()
      const exchange = exchangeOf('payout-pay')
      if (fault?.answer === 'not_sent' || !guard.mayStillSend())
        return answer<PayAnswer>({ exchange, kind: 'not_sent', why: 'ECONNREFUSED' })
      const order = orders.get(ask.clientOrderId)?.find(({ orderId }) => orderId === ask.orderId)
      if (!order) throw new Error('payout-pay for an order that does not exist')
      if (order.stage !== 'payout_check_validated')
        throw new Error('payout-pay before payout_check_validated')
      const arrives = !fault || (fault.answer !== 'refused' && fault.effect)
      if (arrives) {
        order.paysReceived += 1
        gateway.afterPay(order)
      }
      if (!fault) return answer<PayAnswer>({ exchange, kind: 'accepted' })
      if (fault.answer === 'refused') {
        tell(ask.clientOrderId, 'refused')
        return answer<PayAnswer>({ exchange, kind: 'refused', code: fault.code, message: 'refused' })
      }
      if (fault.answer === 'silence') return answer<PayAnswer>({ exchange, kind: 'silence', why: 'timeout' })
      if (fault.answer === 'locked_out')
        return answer<PayAnswer>({ exchange, kind: 'locked_out', httpStatus: 403, gatewayDate: null })
      return answer<PayAnswer>({ exchange, kind: 'error', code: '9', message: 'error' })
    },

    status(ask) {
      calls.push(`status ${ask.clientOrderId}`)
      const fault = faults.status.shift()
      const shared = { exchange: exchangeOf('status'), simulator: false }
      if (fault?.answer === 'locked_out')
        return answer<StatusAnswer>({ ...shared, kind: 'locked_out', httpStatus: 403, gatewayDate: null })
      const isOdd = fault?.answer === 'other_operation' || fault?.answer === 'validating'
      if (fault && !isOdd) return answer<StatusAnswer>({ ...shared, kind: 'silence', why: 'timeout' })
      const found = orders.get(ask.clientOrderId) ?? []
      const order = ask.orderId === null ? found.at(-1) : found.find(({ orderId }) => orderId === ask.orderId)
      if (!order) return answer<StatusAnswer>({ ...shared, kind: 'no_such_order', code: '1', message: null })
      const state = stateOf(order)
      if (fault?.answer === 'other_operation') {
        tell(ask.clientOrderId, 'other_operation')
        const { type, rawStatus } = fault
        return answer<StatusAnswer>({
          ...shared,
          kind: 'other_operation',
          operation: { ...state, type, rawStatus, rawStage: null },
        })
      }
      const isTakenBack = fault?.answer === 'validating' && state.verdict === 'validated'
      const said = isTakenBack ? stateOf({ ...order, stage: 'payout_check_validating' }) : state
      tell(ask.clientOrderId, said.verdict)
      return answer<StatusAnswer>({ ...shared, kind: 'known', order: said })
    },

    balance: () => answer(gateway.balanceAnswer),
    lacks: () => answer(null),
    readCallback: () => ({ ok: false, why: 'missing', what: 'nothing reads callbacks here' }),
  }
  return gateway
}

const answer = <T>(value: T): Promise<T> => Promise.resolve(value)

const exchangeOf = (command: Exchange['command']): Exchange => ({
  command,
  url: `memory:${command}`,
  sent: {},
  httpStatus: 200,
  answer: null,
  durationMs: 0,
  gatewayDate: null,
  serialNumber: null,
  error: null,
})

function stateOf(order: ScriptedOrder): OrderState {
  const finals = ['approved', 'declined', 'filtered', 'error', 'unknown'] as const
  const final = finals.find((word) => word === order.status)
  const stages = {
    payout_check_validating: 'validating',
    payout_check_validated: 'validated',
  } as const
  const checking = order.redirect === null ? stages[order.stage as keyof typeof stages] : undefined
  const saysNothing =
    order.redirect === null && (order.stage === null || order.stage.startsWith('payout_check_'))
  const processing = checking ?? (saysNothing ? 'inconclusive' : 'beyond')
  return {
    verdict: final ?? (order.status === 'processing' ? processing : 'inconclusive'),
    orderId: order.orderId,
    clientOrderId: order.clientOrderId,
    rawStatus: order.status,
    rawStage: order.stage,
    unlistedWord: order.status === 'surprising' ? order.status : null,
    amount: order.amount,
    currency: order.currency,
    redirect: order.redirect === null ? null : { ok: true, url: order.redirect },
    errorCode: null,
    errorMessage: null,
    serialNumber: null,
    references: {},
  }
}
