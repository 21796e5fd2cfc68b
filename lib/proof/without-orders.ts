// Questions that can't open an order: they are about none, or lack what an order needs.
import { payoutCheckRequest, processStatus, statusRequest } from '#lib/cardzo/index.ts'
import type { CardzoConnection, RawAnswer } from '#lib/cardzo/index.ts'
import { describe, fieldOf, isClear, isLockedOut } from './world.ts'
import type { World } from './world.ts'

/** How many status requests are sent at once to see whether any is turned away. */
const burst = 20

export async function askWithoutOrders(world: World): Promise<boolean> {
  world.say('\nQuestions that open no order')
  const { connection, exchange, find } = world
  const nobody = { clientOrderId: world.newId() }
  const unknown = await exchange('status of an order that does not exist', () =>
    statusRequest(connection, nobody),
  )
  if (unknown === null) {
    find('hosts', 'no clear answer', 'No answer came from this address.')
    return false
  }
  const verdict = processStatus(unknown, nobody)
  find(
    'hosts',
    unknown.status === 404
      ? 'differs'
      : isClear(unknown) || isLockedOut(unknown)
        ? 'as assumed'
        : 'no clear answer',
    describe(unknown),
  )
  world.say(`  The portal reads this as: ${verdict.kind.replaceAll('_', ' ')}`)
  if (verdict.kind === 'locked_out') {
    world.say(
      unknown.status === 404
        ? '  There is nothing at this address: the path in CARDZO_API_URL or the number of the endpoint is wrong. Nothing else can be tried.'
        : '  Cardzo does not accept our login, control key, endpoint or address. Nothing else can be tried.',
    )
    return false
  }
  await exchange('status with a wrong control key', () =>
    statusRequest(world.connect({ merchantControl: 'not the control key' }), nobody),
  )
  await exchange('status in JSON mode', () => statusRequest(world.connect({ answers: 'json' }), nobody))
  await askAboutClocks(world)
  await askAboutSpeed(world)
  return true
}

/** A payout-check without an amount: a wrong signature is refused as such, a right one for the amount. */
const incomplete = (world: World, connection: CardzoConnection): Promise<RawAnswer> =>
  payoutCheckRequest(connection, { client_orderid: world.newId(), amount: '', currency: world.currency })

async function askAboutClocks(world: World): Promise<void> {
  const { exchange, find } = world
  const right = await exchange('payout-check without an amount', () => incomplete(world, world.connection))
  const wrongKey = await exchange('payout-check under another login', () =>
    incomplete(world, world.connect({ login: 'nobody-of-this-name' })),
  )
  if (!isClear(right)) {
    find('clock', 'no clear answer', `Even with the right time: ${describe(right)}`)
    if (isLockedOut(right))
      world.say(
        '  Cardzo does not accept our signature: does it have your public key, and is your clock right?',
      )
    return
  }
  const heard: string[] = [`another login: ${describe(wrongKey)}`]
  for (const [name, seconds] of [
    ['a minute', 60],
    ['ten minutes', 600],
    ['a day', 86_400],
  ] as const)
    for (const sign of [-1, 1]) {
      const what = `our clock ${name} ${sign < 0 ? 'slow' : 'fast'}`
      const clock = () => Date.now() + sign * seconds * 1000
      const raw = await exchange(what, () => incomplete(world, world.connect({ clock })))
      heard.push(`${what}: ${isRefusedBySignature(raw, right) ? 'refused' : 'accepted'}`)
    }
  const fixed = Date.now()
  const again = world.connect({ clock: () => fixed, nonce: () => 'proof0123456789abcdef0123456789ab' })
  await exchange('a nonce', () => incomplete(world, again))
  const second = await exchange('the same nonce and time again', () => incomplete(world, again))
  heard.push(`a nonce twice: ${isRefusedBySignature(second, right) ? 'refused' : 'accepted'}`)
  find('clock', 'seen', `${heard.join('; ')}.`)
}

/** Another answer than the complaint about the amount. */
const isRefusedBySignature = (raw: RawAnswer | null, right: RawAnswer) =>
  raw === null || isLockedOut(raw) || fieldOf(raw, 'error-code') !== fieldOf(right, 'error-code')

async function askAboutSpeed(world: World): Promise<void> {
  const answers: { status: number; durationMs: number }[] = []
  await Promise.all(
    Array.from({ length: burst }, async () => {
      const raw = await statusRequest(world.connection, { clientOrderId: world.newId() }).catch(() => null)
      answers.push({ status: raw?.status ?? 0, durationMs: raw?.durationMs ?? world.cardzo.timeoutMs })
    }),
  )
  const times = answers.map(({ durationMs }) => durationMs).sort((a, b) => a - b)
  const turnedAway = answers.filter(({ status }) => status === 429 || status === 503 || status === 0).length
  const text = `${burst} status requests at once: the median took ${times[burst / 2] ?? 0} ms, the slowest ${times.at(-1) ?? 0} ms, ${turnedAway} were turned away`
  world.say(`  ${text}`)
  world.find(
    'limits',
    turnedAway === 0 ? 'as assumed' : turnedAway === burst ? 'no clear answer' : 'differs',
    `${text}.`,
  )
}
