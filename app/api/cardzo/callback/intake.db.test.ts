/** The callback intake from outside: real requests, real rows. One file, because the cases are one table of what Cardzo may send. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { createAddTraffic } from '#lib/db/safety/traffic-store.ts'
import { signedCallback } from '#lib/cardzo/testing.ts'
import { createGateway } from '#lib/gateway/gateway.ts'
import { createTrafficLimit } from '#lib/runtime/traffic-limit.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import type { OpenItem, Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))
const { GET, POST } = await import('./route.ts')

const secret = 'test-merchant-control'
const url = 'http://portal.test/api/cardzo/callback'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let stopCounting: () => Promise<void>
beforeAll(async () => {
  portal = await createTestPortal({ pollIntervalMs: 4000 })
  // Cardzo is only used to read callbacks; nothing is sent to it.
  const { readCallback } = createGateway(null as never, {
    merchantControl: secret,
    redirects: null as never,
  })
  portal.deps.gateway.readCallback = readCallback
  const traffic = createTrafficLimit(createAddTraffic(portal.prisma.sql), portal.deps.log)
  portal.deps.allowsTraffic = traffic.allows
  stopCounting = traffic.stop
  world.getDeps.mockResolvedValue(portal.deps)
})
afterAll(async () => {
  await stopCounting()
  await portal.close()
})
beforeEach(async () => {
  await portal.prisma.openItem.deleteMany()
  await portal.prisma.callback.deleteMany()
  // Ignore what earlier tests left open.
  await portal.prisma
    .$executeRaw`UPDATE payout_work SET due_at = now() + interval '10 years' WHERE due_at IS NOT NULL`
})

type Ids = { status?: string; orderId: string; clientOrderId: string }
const signed = ({ status = 'approved', ...ids }: Ids, more: Record<string, string> = {}) =>
  signedCallback({ status, ...ids }, secret, { type: 'payout', amount: '100.50', ...more })

const get = async (params: Record<string, string>, ip = '203.0.113.1') =>
  (
    await GET(
      new Request(`${url}?${new URLSearchParams(params).toString()}`, { headers: { 'x-client-ip': ip } }),
    )
  ).status
const post = async (params: Record<string, string>) =>
  (await POST(new Request(url, { method: 'POST', body: new URLSearchParams(params) }))).status

/** A payout awaiting approval, with an order, and nothing due. */
async function awaiting(): Promise<Payout> {
  const id = await portal.ask()
  portal.deps.config.pollIntervalMs = 20
  const worker = portal.startWorker()
  await portal.until(id, 'awaiting_approval')
  await worker.stop()
  await eventually(async () =>
    (await portal.prisma.payoutWork.count({ where: { leaseUntil: { not: null } } })) === 0
      ? true
      : 'still in hand',
  )
  portal.deps.config.pollIntervalMs = 4000
  return portal.payout(id)
}
const idsOf = ({ orderId, clientOrderId }: Payout) => ({ orderId: orderId!, clientOrderId })
const rows = () => portal.prisma.callback.findMany({ orderBy: { receivedAt: 'asc' } })
const openItems = async (): Promise<OpenItem[]> => portal.deps.items.list()
const eventsOf = async (id: string) =>
  (await portal.deps.payouts.timeline(id)).filter(({ kind }) => kind === 'callback_received')

/** Takes due work as a worker would, and does nothing with it. */
async function claims(): Promise<number> {
  const { leased } = await portal.deps.payouts.claimDue('w', 50, 60_000)
  for (const { lease } of leased) await portal.deps.payouts.release(lease, 600_000)
  return leased.length
}

describe('a correctly signed message that is partly readable', () => {
  it.each([
    ['a byte that is not UTF-8', 'Odrzucono\xff', 'Odrzucono\ufffd'],
    ['a lone percent sign', '100% wrong', '100% wrong'],
  ])('is stored and answered with 200: %s', async (_what, sent, kept) => {
    const ids = { orderId: '900', clientOrderId: randomUUID() }
    const whole = new URLSearchParams(signed({ ...ids, status: 'declined' })).toString()
    const body = Buffer.from(`${whole}&error_message=${sent}`, 'latin1')
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expect((await POST(new Request(url, { method: 'POST', body, headers }))).status).toBe(200)
    const [stored] = await portal.prisma.callback.findMany({ where: { clientOrderId: ids.clientOrderId } })
    expect(stored?.params).toMatchObject({ error_message: kept })
  })
})

describe('one signed callback', () => {
  it('sent 200 times with other types and parameters makes nine rows at most, and one status request', async () => {
    const payout = await awaiting()
    await claims()
    const first = signed(idsOf(payout))
    expect(await get(first)).toBe(200)
    const replays = Array.from({ length: 200 }, (_, n) => ({
      ...first,
      [`extra-${n}`]: String(n),
      ...(n % 2 === 0 && { type: `reversal-${n}` }),
    }))
    const answers = await Promise.all(replays.map((one, n) => get(one, `203.0.113.${n}`)))
    expect(new Set(answers)).toEqual(new Set([200]))
    const kept = await rows()
    expect(kept).toHaveLength(9)
    expect(kept.filter(({ about }) => about === 'operation')).toHaveLength(8)
    expect(kept.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(201)
    expect(await eventsOf(payout.id)).toHaveLength(9)
    expect(await openItems()).toMatchObject([{ kind: 'other_operation', payoutId: payout.id }])
    let looks = 0
    for (let n = 0; n < 5; n++) {
      looks += await claims()
      await get(first)
    }
    expect(looks).toBe(1)
  })

  it('whose payout was just woken by another is late, not lost', async () => {
    const payout = await awaiting()
    await claims()
    await get(signed(idsOf(payout)))
    expect(await claims()).toBe(1)
    await get(signed({ ...idsOf(payout), status: 'declined' }))
    expect(await claims()).toBe(0)
    const due = (await portal.payout(payout.id)).dueAt!.getTime() - Date.now()
    expect(due).toBeGreaterThan(0)
    expect(due).toBeLessThan(4500)
    // A payout that a worker has taken is woken too.
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), woken_at = now() WHERE payout_id = ${payout.id}::uuid`
    const { leased } = await portal.deps.payouts.claimDue('w', 1, 500)
    await get(signed({ ...idsOf(payout), status: 'error' }))
    await portal.deps.payouts.release(leased[0]!.lease, 600_000)
    const after = (await portal.payout(payout.id)).dueAt!.getTime() - Date.now()
    expect(after).toBeLessThan(4500)
  })

  it('is refused with its ids split at any other place, a hundred times, without a row or an item', async () => {
    const payout = await awaiting()
    await portal.prisma
      .$executeRaw`UPDATE payout SET order_id = ${'9'.repeat(30)} WHERE id = ${payout.id}::uuid AND order_id IS NULL`
    const { orderId, clientOrderId } = idsOf(payout)
    const good = signed({ orderId, clientOrderId })
    expect(await get(good)).toBe(200)
    const before = (await rows()).length
    const shifted = Array.from({ length: 100 }, (_, n) => {
      const cut = 1 + (n % (orderId.length - 1))
      const client = orderId.slice(cut) + clientOrderId
      return {
        ...good,
        orderid: orderId.slice(0, cut),
        client_orderid: client,
        merchant_order: client,
        type: `x${n}`,
      }
    })
    expect(new Set(await Promise.all(shifted.map((one, n) => get(one, `198.51.100.${n}`))))).toEqual(
      new Set([403]),
    )
    expect(await rows()).toHaveLength(before)
    expect(await openItems()).toEqual([])
  })

  it('is accepted although somebody sent it before with its ids split at another place', async () => {
    const payout = await awaiting()
    const { orderId, clientOrderId } = idsOf(payout)
    const good = signed({ orderId, clientOrderId })
    const client = orderId.slice(-1) + clientOrderId
    const shifted = {
      ...good,
      orderid: orderId.slice(0, -1),
      client_orderid: client,
      merchant_order: client,
    }
    expect(await get(shifted)).toBe(200)
    expect(await post(good)).toBe(200)
    expect(await portal.deps.callbacks.uncompared(payout.id)).toHaveLength(1)
    // If two name no payout, neither is known to be right: the first stays.
    expect(await get(signed({ orderId: '12', clientOrderId: '3X' }))).toBe(200)
    expect(await get(signed({ orderId: '123', clientOrderId: 'X' }))).toBe(403)
  })

  it('is kept as the payout’s own even after eight others with the same control', async () => {
    const payout = await awaiting()
    for (let n = 0; n < 12; n++) await get(signed(idsOf(payout), { type: `chargeback ${n}` }))
    expect(await rows()).toHaveLength(8)
    expect(await get(signed(idsOf(payout), { type: '' }))).toBe(200)
    expect(await get(signed(idsOf(payout), { type: 'PAYOUT' }))).toBe(200)
    expect(await portal.deps.callbacks.uncompared(payout.id)).toMatchObject([{ deliveries: 2 }])
  })

  it('arriving twice at the same moment is one', async () => {
    const payout = await awaiting()
    await Promise.all(Array.from({ length: 30 }, () => get(signed(idsOf(payout)))))
    expect(await rows()).toMatchObject([{ deliveries: 30 }])
  })
})

describe('what has no possible shape', () => {
  const ids = { orderId: '77', clientOrderId: 'po-x' }
  it.each([
    ['a status with other letters', signed({ ...ids, status: 'approved1' })],
    ['a status with blanks', signed({ ...ids, status: ' approved' })],
    ['a status that is too long', signed({ ...ids, status: 'a'.repeat(33) })],
    ['an order id with letters', signed({ ...ids, orderId: '77a' })],
    ['an endless order id', signed({ ...ids, orderId: '7'.repeat(33) })],
    ['an endless id of ours', signed({ ...ids, clientOrderId: 'x'.repeat(129) })],
    ['a value that is too long', signed(ids, { comment: 'x'.repeat(2049) })],
    ['a name that is too long', signed(ids, { ['n'.repeat(65)]: 'x' })],
    ['a type that is no word', signed(ids, { type: '<b>' })],
    ['41 parameters', signed(ids, Object.fromEntries(Array.from({ length: 36 }, (_, n) => [`p${n}`, 'x'])))],
  ])('%s is 400, even rightly signed', async (_what, params) => {
    expect(await get(params)).toBe(400)
    // The shape is checked before the control.
    expect(await get({ ...params, control: 'f'.repeat(40) })).toBe(400)
    expect(await rows()).toEqual([])
  })

  it('but forty short parameters are accepted, and a status in capitals', async () => {
    const more = Object.fromEntries(
      Array.from({ length: 40 - Object.keys(signed(ids)).length }, (_, n) => [
        `p${n}`,
        'x'.repeat(n === 0 ? 2048 : 1000),
      ]),
    )
    expect(await post(signed(ids, more))).toBe(200)
    expect(await get(signed({ ...ids, status: 'DECLINED' }))).toBe(200)
    expect((await rows()).map(({ status }) => status)).toEqual(['approved', 'declined'])
  })
})

describe('a stranger', () => {
  it('is limited by address, but correctly signed messages from the same address are not', async () => {
    const bad = { ...signed({ orderId: '1', clientOrderId: 'x' }), control: 'f'.repeat(40) }
    const answers: number[] = []
    for (let n = 0; n < 620; n++) answers.push(await get(bad, '192.0.2.66'))
    expect(answers.slice(0, 600).every((one) => one === 403)).toBe(true)
    expect(answers.at(-1)).toBe(429)
    expect(await get(bad, '192.0.2.67')).toBe(403)
    expect(await get(signed({ orderId: '1', clientOrderId: 'x' }), '192.0.2.66')).toBe(200)
    expect(await rows()).toHaveLength(1)
  })
})

describe('messages that match no payout', () => {
  it('are one item together, and at most an hour’s number: beyond that Cardzo must send them again', async () => {
    const numbered = (n: number) => signed({ orderId: String(n), clientOrderId: `other-shop-${n}` })
    for (let n = 0; n < 20; n++) expect(await get(numbered(n))).toBe(200)
    expect(await openItems()).toMatchObject([{ kind: 'callback_unmatched', payoutId: null, seen: 20 }])
    // A repeat is no news: it doesn't open again what a person has closed.
    const [item] = await openItems()
    await portal.deps.items.close(item!.id, { kind: 'operator', name: 'test' }, 'The other shop')
    expect(await get(numbered(3))).toBe(200)
    expect(await openItems()).toEqual([])
    await portal.prisma.$executeRaw`
      INSERT INTO callback (id, digest, signed, status, order_id, client_order_id, params)
      SELECT gen_random_uuid(), 'd' || n, 's' || n, 'approved', n::text, 'x' || n, '{}' FROM generate_series(1000, 1479) AS n`
    expect(await get(numbered(999))).toBe(503)
    expect(await get(numbered(3))).toBe(200)
    const payout = await awaiting()
    expect(await get(signed(idsOf(payout)))).toBe(200)
    await portal.prisma.$executeRaw`UPDATE callback SET received_at = received_at - interval '61 minutes'`
    expect(await get(numbered(999))).toBe(200)
  })

  it('belong to their payout once it appears, even if both come at the same moment', async () => {
    for (let n = 0; n < 10; n++) {
      const key = randomUUID()
      const { deriveClientOrderId } = await import('#lib/services/payout/client-order-id.ts')
      const clientOrderId = deriveClientOrderId(`api:${key}`)
      const [made, answer] = await Promise.all([
        createPayout(portal.deps, system, { idempotencyKey: key, body: sampleRequest }),
        get(signed({ orderId: String(5000 + n), clientOrderId })),
      ])
      expect([made.ok, answer]).toEqual([true, 200])
      const payout = await portal.deps.payouts.findByClientOrderId(clientOrderId)
      expect(await portal.deps.callbacks.forPayout(payout!.id)).toHaveLength(1)
    }
    expect((await openItems()).filter(({ kind }) => kind === 'callback_unmatched')).toEqual([])
  })
})

describe('ids that do not belong together', () => {
  const grave = async (payoutId: string) =>
    (await openItems()).filter((one) => one.payoutId === payoutId && one.kind === 'other_order_id')

  it('are kept with a critical item and move nothing, whichever of the two is ours', async () => {
    const payout = await awaiting()
    await claims()
    const { orderId, clientOrderId } = idsOf(payout)
    expect(await get(signed({ orderId: '424242', clientOrderId }))).toBe(200)
    expect(await grave(payout.id)).toMatchObject([{ severity: 'critical', data: { orderId: '424242' } }])
    const [item] = await grave(payout.id)
    await portal.deps.items.close(item!.id, { kind: 'operator', name: 'test' }, 'Cardzo has ended it')
    // Fourteen days of repeats open nothing again, but another message does.
    expect(await get(signed({ orderId: '424242', clientOrderId }))).toBe(200)
    expect(await grave(payout.id)).toEqual([])
    expect(await get(signed({ orderId, clientOrderId: 'of-somebody-else' }))).toBe(200)
    expect(await grave(payout.id)).toHaveLength(1)
    expect(await portal.deps.callbacks.uncompared(payout.id)).toEqual([])
    expect(await eventsOf(payout.id)).toHaveLength(2)
    expect(await claims()).toBe(0)
    expect(await portal.payout(payout.id)).toMatchObject({
      status: 'awaiting_approval',
      version: payout.version,
      orderId,
    })
  })

  it('are noticed even if the payout’s order id comes later, or after its end', async () => {
    for (const ends of [false, true]) {
      const id = await portal.ask()
      const before = await portal.payout(id)
      const { clientOrderId } = before
      expect(await get(signed({ orderId: '11111', clientOrderId }))).toBe(200)
      expect(await get(signed({ orderId: '777000', clientOrderId: 'of-nobody', status: 'declined' }))).toBe(
        200,
      )
      expect(await grave(id)).toEqual([])
      if (ends) await cancelPayout(portal.deps, system, { id })
      const was = ends ? await portal.payout(id) : before
      const orderId = ends ? '777001' : '777000'
      await portal.deps.payouts.advance(
        was,
        { facts: { orderId } },
        { kind: 'worker', id: 'w' },
        { kind: 'check_answered' },
      )
      expect((await portal.payout(id)).orderId).toBe(orderId)
      expect(await grave(id)).toHaveLength(1)
      expect(await portal.deps.callbacks.uncompared(id)).toEqual([])
      const about = (await portal.deps.callbacks.forPayout(id)).map((one) => one.about)
      expect(about).toEqual(ends ? ['other_order'] : ['other_order', 'other_order'])
      await portal.prisma.openItem.deleteMany()
      await portal.prisma.callback.deleteMany()
    }
  })

  it('are noticed whichever is written first, order id or callback', async () => {
    for (let n = 0; n < 10; n++) {
      const id = await portal.ask()
      const was = await portal.payout(id)
      const orderId = String(880_000 + n)
      await Promise.all([
        portal.deps.payouts.advance(
          was,
          { move: 'find_order', facts: { orderId } },
          { kind: 'worker', id: 'w' },
          { kind: 'check_answered' },
        ),
        get(signed({ orderId: String(660_000 + n), clientOrderId: was.clientOrderId })),
        get(signed({ orderId, clientOrderId: 'of-nobody' })),
      ])
      expect(await grave(id)).toMatchObject([{ seen: 2 }])
      const kept = await portal.deps.callbacks.forPayout(id)
      expect(kept.map((one) => one.about)).toEqual(['other_order', 'other_order'])
    }
  })

  it('are one item, on the payout of the client_orderid, if the order belongs to another payout', async () => {
    const [a, b] = [await awaiting(), await awaiting()]
    expect(await get(signed({ orderId: b.orderId!, clientOrderId: a.clientOrderId }))).toBe(200)
    expect(await grave(a.id)).toHaveLength(1)
    const fresh = await portal.payout(await portal.ask())
    expect(await get(signed({ orderId: b.orderId!, clientOrderId: fresh.clientOrderId }))).toBe(200)
    expect(await grave(fresh.id)).toHaveLength(1)
  })
})

describe('a callback about another operation', () => {
  it.each([{ type: 'reversal' }, { type: 'Chargeback' }, { type: 'payout', 'transaction-type': 'reversal' }])(
    '%j is its own record and an item, before and after the end, and never the payout’s status',
    async (types) => {
      const payout = await awaiting()
      await claims()
      for (const status of ['approved', 'declined'])
        expect(await get(signed({ ...idsOf(payout), status }, types))).toBe(200)
      expect(await openItems()).toMatchObject([{ kind: 'other_operation', severity: 'high', seen: 2 }])
      expect(await claims()).toBe(0)
      await cancelPayout(portal.deps, system, { id: payout.id })
      expect((await portal.payout(payout.id)).dueAt).toBeNull()
      expect(await portal.deps.callbacks.uncompared(payout.id)).toEqual([])
      const kept = await portal.deps.callbacks.forPayout(payout.id)
      expect(kept).toMatchObject([
        { about: 'operation', comparedAt: null },
        { about: 'operation', comparedAt: null },
      ])
    },
  )

  it('neither agrees with a paid payout nor contradicts it, when its status is compared', async () => {
    const payout = await awaiting()
    await get(signed(idsOf(payout), { type: 'reversal' }))
    await get(signed({ ...idsOf(payout), status: 'declined' }, { type: 'reversal' }))
    Object.assign(portal.gateway.order(payout.clientOrderId), { status: 'approved', stage: null })
    await portal.wake(payout.id)
    const worker = portal.startWorker()
    await portal.until(payout.id, 'paid')
    await worker.stop()
    const kinds = (await portal.deps.items.list({ payoutId: payout.id })).map(({ kind }) => kind)
    expect(kinds).not.toContain('callback_disagrees')
    expect(kinds).toContain('other_operation')
  })

  it('that came before its payout is reported when the payout appears', async () => {
    const key = randomUUID()
    const { deriveClientOrderId } = await import('#lib/services/payout/client-order-id.ts')
    const clientOrderId = deriveClientOrderId(`api:${key}`)
    expect(await get(signed({ orderId: '31337', clientOrderId }, { type: 'reversal' }))).toBe(200)
    await createPayout(portal.deps, system, { idempotencyKey: key, body: sampleRequest })
    expect(await openItems()).toMatchObject([{ kind: 'other_operation' }])
  })
})
