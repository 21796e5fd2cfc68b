// Questions that can move money. Each is asked of a person first, by itself.
import { payoutPayRequest, processPayoutPay } from '#lib/cardzo/index.ts'
import { check, finalStatuses, follow, orderOf } from './orders.ts'
import type { Order, Sighting } from './orders.ts'
import { describe } from './world.ts'
import type { World } from './world.ts'

const pay = (world: World, what: string, order: Order) =>
  world.exchange(what, () => payoutPayRequest(world.connection, order))

const isFinal = ({ status }: Sighting) => finalStatuses.includes(status)
const stagesOf = (seen: readonly Sighting[]) => seen.map(({ stage }) => stage ?? 'none').join(', ') || 'none'

/** payout-pay right after payout-check. Cardzo should refuse it; if it does not, the amount may be paid. */
export async function askTooEarly(world: World): Promise<void> {
  const sum = `${world.amount} ${world.currency}`
  const question = `Send payout-pay before the bank has confirmed? If Cardzo takes it, ${sum} may be paid.`
  if (!(await world.may('early-pay', question))) return
  const id = world.newId()
  const order = orderOf(await check(world, 'payout-check', id), id)
  if (order === null) return
  const raw = await pay(world, 'payout-pay before the bank has confirmed', order)
  const seen = await follow(
    world,
    order,
    ({ status, stage }) => isFinal({ status, stage } as Sighting) || stage === 'payout_check_validated',
  )
  world.find('oddPay', 'seen', `Too early: ${describe(raw)}. Stages after it: ${stagesOf(seen)}.`)
}

/** The payment itself, its end, and the callback about it. */
export async function askPaying(world: World, order: Order): Promise<void> {
  const sum = `${world.amount} ${world.currency}`
  if (!(await world.may('pay', `Send payout-pay for order ${order.orderId}? This pays ${sum}.`))) return
  const raw = await pay(world, 'payout-pay', order)
  const answered = raw === null ? 'silence' : processPayoutPay(raw, order).kind
  if (answered === 'validation_error' || answered === 'locked_out') {
    world.say('  It was refused. Ask for the status of this order before you send anything again.')
    world.find('payArrived', 'seen', describe(raw))
    return
  }
  if (answered !== 'accepted')
    world.say('  Nobody knows yet whether it arrived. It is not sent again; the status will tell.')
  const seen = await follow(world, order, isFinal)
  const past = seen.filter(({ stage }) => stage !== 'payout_check_validated')
  const stages = stagesOf(seen)
  world.find('otherStages', 'seen', `After payout-pay: ${stages}.`)
  world.find(
    'payArrived',
    past.length === 0
      ? 'no clear answer'
      : past.some(({ stage }) => stage?.toLowerCase().startsWith('payout_check_'))
        ? 'differs'
        : 'as assumed',
    `After payout-pay: ${stages}.`,
  )
  const end = seen.at(-1)
  const amounts = [
    ...new Set(seen.map(({ amount, currency }) => `${amount ?? 'none'} ${currency ?? ''}`.trim())),
  ]
  world.find(
    'fixedAmount',
    !seen.some(({ amount }) => amount !== null)
      ? 'no clear answer'
      : amounts.every((each) => each === 'none' || Number(each.split(' ', 1)[0]) === Number(world.amount))
        ? 'as assumed'
        : 'differs',
    `Asked for ${sum}; the status said ${amounts.join(', ') || 'nothing'}.`,
  )
  if (end?.errorCode != null) world.find('codes', 'seen', `The end had code ${end.errorCode}.`)
  await hearCallback(world, order)
  if (end !== undefined && isFinal(end)) await askTwice(world, order, end)
}

/** A second payout-pay for an order that has ended. */
async function askTwice(world: World, order: Order, end: Sighting): Promise<void> {
  const question = `Send payout-pay a second time for order ${order.orderId}, which is ${end.status}? If Cardzo does not refuse it, ${world.amount} ${world.currency} may be paid twice.`
  if (!(await world.may('second-pay', question))) return
  const raw = await pay(world, 'payout-pay a second time', order)
  const kind = raw === null ? 'no answer' : processPayoutPay(raw, order).kind.replaceAll('_', ' ')
  const when = end.status === 'approved' ? 'Twice' : `After ${end.status}`
  world.find('oddPay', 'seen', `${when}: ${describe(raw)}.`)
  world.find(
    'repeatedPay',
    'seen',
    `The second one: ${kind}. Look at the bank's statement for a second payment before you rely on it.`,
  )
}

/** What the callback about the end said, if one reached us. */
async function hearCallback(world: World, order: Order): Promise<void> {
  const { listener } = world
  if (!listener) {
    world.say('  Callbacks were not listened for: see --listen.')
    return
  }
  const until = Date.now() + Math.min(world.waitMs, 30_000)
  const heard = () => listener.deliveries.filter(({ kind }) => kind === 'callback')
  while (heard().length === 0 && Date.now() < until) await new Promise((go) => setTimeout(go, 100))
  const all = heard()
  if (all.length === 0) {
    world.say('  No callback came.')
    return
  }
  for (const { from, method, isGenuine, refusal, fields } of all)
    world.say(
      `  callback by ${method} from ${from}, control ${isGenuine ? 'right' : `not accepted: ${refusal ?? ''}`}; fields: ${Object.keys(fields).join(', ')}`,
    )
  const ours = all.filter(({ clientOrderId }) => clientOrderId === order.clientOrderId)
  const verdict = ours.length > 0 ? 'as assumed' : 'differs'
  const told =
    ours.length > 0
      ? 'The control of its callback fits our formula over status and ids.'
      : 'The control of its callback does not fit our formula.'
  world.find('uncovered', verdict, told)
  world.find('timeless', verdict, told)
  world.find('callbackAddresses', 'seen', [...new Set(all.map(({ from }) => from))].join(', '))
}
