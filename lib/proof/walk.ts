// The whole walk: what is harmless first, what opens orders next, what can move money last and only after a yes.
import { askBalances } from './balance.ts'
import { askPaying, askTooEarly } from './paying.ts'
import { askWithOrders, ordersOpened } from './orders.ts'
import { askWithoutOrders } from './without-orders.ts'
import type { World } from './world.ts'

/** Asks everything that may be asked. What it found is in the world's `findings` and `exchanges`. */
export async function walk(world: World): Promise<void> {
  if (await askWithoutOrders(world)) {
    await askBalances(world)
    const sum = `${world.amount} ${world.currency}`
    const question = `Open up to ${ordersOpened} orders of ${sum}? None is paid without another question.`
    if (await world.may('orders', question)) {
      const order = await askWithOrders(world)
      await askTooEarly(world)
      if (order !== null) await askPaying(world, order)
    }
  }
  const answers = world.exchanges.flatMap(({ answer }) => (answer === null ? [] : [answer]))
  const slowest = Math.max(0, ...answers.map(({ durationMs }) => durationMs))
  const failed = answers.filter(({ status }) => status >= 500).length
  const silent = world.exchanges.length - answers.length
  world.find(
    'waits',
    failed + silent === 0 ? 'as assumed' : 'seen',
    `${answers.length} answers, the slowest after ${slowest} ms; ${failed} with HTTP 5xx, ${silent} requests without an answer.`,
  )
}
