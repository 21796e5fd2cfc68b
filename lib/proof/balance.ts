// The merchant's balance, where CARDZO_BALANCE asks for it. Moves nothing.
import { balanceRequest, processBalance } from '#lib/cardzo/index.ts'
import { describe } from './world.ts'
import type { World } from './world.ts'

export async function askBalances(world: World): Promise<void> {
  const { cardzo, connection, exchange, find } = world
  if (cardzo.balance === null) return
  const raw = await exchange('all balances of the merchant', () => balanceRequest(connection))
  if (raw === null) return
  const verdict = processBalance(raw)
  world.say(`  The portal reads this as: ${verdict.kind.replaceAll('_', ' ')}`)
  if (verdict.kind === 'locked_out') find('balanceHeader', 'differs', describe(raw))
  if (verdict.kind === 'silence') find('balanceSeveral', 'differs', verdict.detail)
  if (verdict.kind !== 'balances') return
  find('balanceHeader', 'as assumed', 'The figures came.')
  const names = verdict.balances.map(({ name, currency }) => `${name ?? 'without a name'} (${currency})`)
  find('balanceSeveral', names.length > 1 ? 'as assumed' : 'seen', `${names.length}: ${names.join(', ')}.`)
  const held = verdict.balances.map(({ amount, live, bufferHold }) => ({ amount, live, bufferHold }))
  find('balanceHeld', 'seen', held.map((one) => JSON.stringify(one)).join(' '))
}
