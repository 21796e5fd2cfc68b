/** The small world's Cardzo: what is on its way to it, what arrives, what it says. */
import { formatAmount } from '#lib/payouts/money.ts'
import type {
  CheckAnswer,
  Exchange,
  Guard,
  OrderState,
  PayAnswer,
  StatusAnswer,
  StoredCallback,
} from '#lib/services/ports.ts'
import { orderId } from './small-world.ts'
import type { Effect, Keeps, Message, World } from './small-world.ts'

/** A worker dies. Nobody waits for its answer any more. */
export function died(world: World, keeps: Keeps, worker: string): World {
  const left = unheard(world, worker)
  const { row } = left
  if (keeps('intent_first') || row.status !== 'paying') return left
  return { ...left, row: { ...row, status: 'approved', version: row.version - 1, payClaimedAt: null } }
}

/** The answer to this worker's request was heard, or never will be. */
export const unheard = (world: World, worker: string): World => ({
  ...world,
  cardzo: {
    ...world.cardzo,
    wire: world.cardzo.wire.flatMap((one) =>
      one.from !== worker ? [one] : one.at === 'flying' ? [{ ...one, from: null }] : [],
    ),
  },
})

const exchange = (command: Exchange['command']): Exchange => ({
  ...{
    command,
    url: '',
    sent: {},
    httpStatus: 200,
    answer: '',
    durationMs: 0,
    gatewayDate: null,
    serialNumber: null,
    error: null,
  },
})

export function statusAnswer({ cardzo, row }: World, keeps: Keeps): StatusAnswer {
  const isBlind = row.status === 'approved' && !keeps('asks_status')
  const said = isBlind ? 'validated' : cardzo.order
  const shared = { exchange: exchange('status'), simulator: false }
  if (said === 'none') return { ...shared, kind: 'no_such_order', code: '1', message: null }
  const word = {
    validating: 'processing',
    validated: 'processing',
    beyond: 'processing',
    approved: 'approved',
    declined: 'declined',
  }
  const stage = {
    validating: 'payout_check_validating',
    validated: 'payout_check_validated',
    beyond: 'payout_processing',
    approved: 'payout_approved',
    declined: 'payout_declined',
  }
  const order: OrderState = {
    verdict: said,
    orderId,
    clientOrderId: row.clientOrderId,
    rawStatus: word[said],
    rawStage: stage[said],
    unlistedWord: null,
    amount: formatAmount(row.amountMinor, row.currency),
    currency: row.currency,
    redirect: null,
    errorCode: null,
    errorMessage: null,
    serialNumber: null,
    references: {},
  }
  return { ...shared, kind: 'known', order }
}

export const silence = {
  status: {
    exchange: exchange('status'),
    simulator: false,
    kind: 'silence',
    why: 'timeout',
  } satisfies StatusAnswer,
  pay: { exchange: exchange('payout-pay'), kind: 'silence', why: 'timeout' } satisfies PayAnswer,
  check: { exchange: exchange('payout-check'), kind: 'silence', why: 'timeout' } satisfies CheckAnswer,
}
export const accepted = {
  pay: { exchange: exchange('payout-pay'), kind: 'accepted' } satisfies PayAnswer,
  check: { exchange: exchange('payout-check'), kind: 'accepted', orderId } satisfies CheckAnswer,
}
const notSent = {
  pay: { exchange: exchange('payout-pay'), kind: 'not_sent', why: 'guard' } satisfies PayAnswer,
  check: { exchange: exchange('payout-check'), kind: 'not_sent', why: 'guard' } satisfies CheckAnswer,
}

/** The bytes leave, unless the guard says that it is too late. Whether they arrive is another matter. */
export function send(
  world: World,
  keeps: Keeps,
  command: 'check' | 'pay',
  guard: Guard,
  from: string,
): Effect {
  if (keeps('guard') && !guard.mayStillSend()) return { world, result: notSent[command] }
  const { cardzo, row } = world
  const wire = [...cardzo.wire, { command, from, at: 'flying' as const, sentAt: world.now }]
  const checksUnasked = cardzo.checksUnasked + (command === 'check' ? 1 : 0)
  const wrong = row.finalAt === null ? world.wrong : `${command} left after the payout had ended`
  return { world: { ...world, cardzo: { ...cardzo, wire, checksUnasked }, wrong }, wait: true }
}

/** After a restore the portal counts on this: nothing is on its way for longer than two whole exchanges. */
export const mayArrive = (
  { now, askFirstSince }: World,
  { at, sentAt }: Message,
  timeoutMs: number,
): boolean => at === 'flying' && (askFirstSince === null || now < sentAt + 2 * timeoutMs)

/** A message reaches Cardzo. Only a validated order can be paid; whatever it does with a second one, it has received it. */
export function arrive(world: World, index: number): World {
  const { cardzo } = world
  const message = cardzo.wire[index]
  const wire = cardzo.wire.map((one, at) => (at === index ? { ...one, at: 'arrived' as const } : one))
  if (message?.command === 'check')
    return {
      ...world,
      cardzo: { ...cardzo, wire, order: cardzo.order === 'none' ? 'validated' : cardzo.order },
    }
  const order = cardzo.order === 'validated' ? 'beyond' : cardzo.order
  return { ...world, cardzo: { ...cardzo, wire, order, pays: cardzo.pays + 1 } }
}

export const waitingCallback = (world: World): StoredCallback[] =>
  world.callback === 'waits'
    ? [
        {
          id: 'callback',
          about: 'status',
          status: world.cardzo.order,
          orderId,
          clientOrderId: world.row.clientOrderId,
          type: null,
          params: {},
          deliveries: 1,
          receivedAt: new Date(world.now),
          lastReceivedAt: new Date(world.now),
          payoutId: world.row.id,
          comparedAt: null,
        },
      ]
    : []
