// Questions that open orders. None of them sends payout-pay, so no money moves.
import { setTimeout as sleep } from 'node:timers/promises'
import {
  payoutCheckRequest,
  processPayoutCheck,
  processStatus,
  redactAnswer,
  statusRequest,
} from '#lib/cardzo/index.ts'
import type { CardzoConnection, OrderStatus, RawAnswer, StatusVerdict } from '#lib/cardzo/index.ts'
import { describe, fieldOf, isClear, judged } from './world.ts'
import type { World } from './world.ts'

/** An order at Cardzo. */
export type Order = { clientOrderId: string; orderId: string }
/** What an order was seen in, one after another. */
export type Sighting = Pick<
  OrderStatus,
  'status' | 'stage' | 'amount' | 'currency' | 'redirectTo' | 'errorCode'
>

/** How many orders `askWithOrders` opens at most, for the question before it. */
export const ordersOpened = 6

/** Returns the order that the bank has confirmed, or null. */
export async function askWithOrders(world: World): Promise<Order | null> {
  world.say('\nQuestions that open orders')
  const id = world.newId()
  const opened = await check(world, 'payout-check', id)
  const answered = orderOf(opened, id)
  const order = answered ?? (await recover(world, opened, id))
  world.find(
    'withoutOrderId',
    isClear(opened) ? 'seen' : 'no clear answer',
    answered !== null
      ? 'The accepted request had an order id.'
      : `${describe(opened)}. By client_orderid there was ${order === null ? 'no order' : `order ${order.orderId}`}.`,
  )
  if (order === null) {
    world.say('  There is no order to go on with, so the rest cannot be asked.')
    return null
  }
  await askAgain(world, order)
  await askByIds(world, order)
  const confirmed = await untilConfirmed(world, order)
  await askVariants(world)
  return confirmed ? order : null
}

export function check(
  world: World,
  what: string,
  clientOrderId: string,
  change: { connection?: CardzoConnection; without?: string; more?: Record<string, string> } = {},
): Promise<RawAnswer | null> {
  const { connection = world.connection, without = '', more = {} } = change
  const fields = {
    client_orderid: clientOrderId,
    amount: world.amount,
    currency: world.currency,
    order_desc: 'Proof of the connection',
    ...(world.listener && {
      server_callback_url: world.listener.callbackUrl,
      redirect_url: world.listener.returnUrl,
    }),
    ...world.fields,
    ...more,
  }
  const kept = Object.fromEntries(
    Object.entries(fields).filter(([name]) => name !== without),
  ) as typeof fields
  return world.exchange(what, () => payoutCheckRequest(connection, kept))
}

export function orderOf(raw: RawAnswer | null, clientOrderId: string): Order | null {
  if (raw === null) return null
  const verdict = processPayoutCheck(raw, { clientOrderId })
  return verdict.kind === 'accepted' ? { clientOrderId, orderId: verdict.orderId } : null
}

/** After an answer that names no order: is there one all the same? As the portal asks, by our own id. Null after a refusal, too. */
async function recover(world: World, opened: RawAnswer | null, clientOrderId: string): Promise<Order | null> {
  const kind = opened === null ? 'silence' : processPayoutCheck(opened, { clientOrderId }).kind
  if (kind === 'validation_error' || kind === 'locked_out') return null
  for (let time = 0; time < 3; time++) {
    await sleep(world.cardzo.pollIntervalMs)
    const raw = await status(world, 'status by client_orderid, because the answer named no order', {
      clientOrderId,
    })
    const verdict = raw && processStatus(raw, { clientOrderId })
    if (verdict?.kind === 'status') return { clientOrderId, orderId: verdict.orderId }
  }
  return null
}

/** The same payout-check once more: is it refused, answered as before, or does it open a second order? */
async function askAgain(world: World, order: Order): Promise<void> {
  const second = await check(world, 'the same payout-check again', order.clientOrderId)
  const orderId = fieldOf(second, 'paynet-order-id')
  const told =
    orderId === undefined || orderOf(second, order.clientOrderId) === null
      ? `It was refused: ${describe(second)}`
      : orderId === order.orderId
        ? 'It was answered with the same order.'
        : `It opened a second order, ${orderId}.`
  world.find('sameId', 'seen', told)
}

async function askByIds(world: World, order: Order): Promise<void> {
  const { clientOrderId, orderId } = order
  const alone = await status(world, 'status by client_orderid alone', { clientOrderId })
  const verdict = alone && processStatus(alone, { clientOrderId })
  world.find('emptyOrderId', judged(readable(alone, verdict), verdict?.kind === 'status'), describe(alone))

  // The first digit of Cardzo's id goes to the end of ours: glued together they read the same.
  const shifted = { clientOrderId: clientOrderId + orderId.slice(0, 1), orderId: orderId.slice(1) }
  const other = await status(world, 'status with a digit moved between the ids', shifted)
  const shiftedVerdict = other && processStatus(other, shifted)
  world.find(
    'noSeparators',
    judged(readable(other, shiftedVerdict), shiftedVerdict?.kind === 'no_such_order'),
    describe(other),
  )
  const both = await status(world, 'status by both ids', order)
  const names = Object.keys((both && redactAnswer(both).fields) ?? {})
  world.say(`  Its fields: ${names.join(', ')}`)
  const sums = names.filter((name) => /control|checksum|signature|digest|hash/i.test(name))
  world.find(
    'checksum',
    judged(both, sums.length === 0),
    !isClear(both)
      ? describe(both)
      : sums.length === 0
        ? `Its fields: ${names.join(', ')}.`
        : `There is ${sums.join(', ')}.`,
  )
}

/** Null where the portal could make nothing of the answer. */
const readable = (raw: RawAnswer | null, verdict: StatusVerdict | null) =>
  verdict?.kind === 'silence' ? null : raw

const status = (world: World, what: string, order: { clientOrderId: string; orderId?: string }) =>
  world.exchange(what, () => statusRequest(world.connection, order))

/** Orders that differ in one thing from the first. */
async function askVariants(world: World): Promise<void> {
  const json = world.newId()
  await check(world, 'payout-check in JSON mode', json, { connection: world.connect({ answers: 'json' }) })

  const [required] = Object.keys(world.fields)
  if (required !== undefined) {
    const refused = await check(world, `payout-check without ${required}`, world.newId(), {
      without: required,
    })
    const code = fieldOf(refused, 'error-code')
    world.find('codes', 'seen', `Without ${required}: code ${code ?? 'none'}. ${describe(refused)}`)
  }
  const more = { phone: '+442071234567', email: 'ada@example.com', document_number: 'X1234567' }
  const extra = Object.fromEntries(Object.entries(more).filter(([name]) => !(name in world.fields)))
  const taken = await check(world, `payout-check with ${Object.keys(extra).join(', ')}`, world.newId(), {
    more: extra,
  })
  world.find('receiverFields', 'seen', `With ${Object.keys(extra).join(', ')}: ${describe(taken)}`)

  const id = world.newId()
  const padded = await check(world, 'payout-check with blanks around client_orderid', ` ${id} `)
  const back = fieldOf(padded, 'merchant-order-id')
  world.find(
    'blanks',
    back === undefined ? 'no clear answer' : judged(padded, back === id),
    back === undefined ? describe(padded) : `It came back as ${JSON.stringify(back)}.`,
  )
}

/** Asks until `isOver`, or until the time is up; tells each change once. */
export async function follow(
  world: World,
  order: Order,
  isOver: (sighting: Sighting) => boolean,
): Promise<Sighting[]> {
  const seen: Sighting[] = []
  const begin = Date.now()
  while (Date.now() - begin < world.waitMs) {
    const raw = await statusRequest(world.connection, order).catch(() => null)
    const verdict = raw && processStatus(raw, order)
    if (verdict?.kind === 'status') {
      const last = seen.at(-1)
      if (
        last?.status !== verdict.status ||
        last.stage !== verdict.stage ||
        last.redirectTo !== verdict.redirectTo
      ) {
        seen.push(verdict)
        const seconds = ((Date.now() - begin) / 1000).toFixed(1)
        world.say(`  after ${seconds} s: status ${verdict.status}, stage ${verdict.stage ?? 'none'}`)
        if (verdict.redirectTo !== null && last?.redirectTo !== verdict.redirectTo)
          world.say(
            `  The receiver must fill in the bank's form. Open it in a browser: ${verdict.redirectTo}`,
          )
      }
      if (isOver(verdict)) return seen
    }
    await sleep(world.cardzo.pollIntervalMs)
  }
  world.say(`  Nothing more within ${Math.round(world.waitMs / 1000)} s.`)
  return seen
}

export const finalStatuses: readonly string[] = ['approved', 'declined', 'filtered', 'error']

async function untilConfirmed(world: World, order: Order): Promise<boolean> {
  world.say('  Waiting for the bank to confirm')
  const isOver = ({ status, stage }: Sighting) =>
    stage === 'payout_check_validated' || finalStatuses.includes(status)
  const seen = await follow(world, order, isOver)
  const last = seen.at(-1)
  const before = seen.map(({ stage }) => stage ?? 'none')
  const odd = before.filter((stage) => !stage.startsWith('payout_check_'))
  world.find(
    'stageShowsPay',
    seen.length === 0 ? 'no clear answer' : odd.length === 0 ? 'as assumed' : 'differs',
    `Before payout-pay: ${before.join(', ') || 'no stage'}.`,
  )
  if (last?.stage !== 'payout_check_validated') return false
  world.find(
    'validatedIsProcessing',
    last.status === 'processing' ? 'as assumed' : 'differs',
    `The status is ${last.status}.`,
  )
  return true
}
