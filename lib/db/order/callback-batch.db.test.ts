/** Batches leave what one message after the other leaves, and two web servers store the same storm side by side. */
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { deriveClientOrderId } from '#lib/services/payout/client-order-id.ts'
import type { CallbackAnswer, CallbackMessage } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import { storeBatch } from './callback-batch.ts'
import { createIntake } from './callback-intake.ts'

type Portal = Awaited<ReturnType<typeof createTestPortal>>
const wakeEveryMs = 60_000
let [single, batched]: [Portal?, Portal?] = []
beforeAll(async () => {
  single = await createTestPortal()
  batched = await createTestPortal()
})
afterAll(async () => {
  await single?.close()
  await batched?.close()
})

const keyOf = (run: number, name: string) => `run-${run}-${name}`
const clientOf = (run: number, name: string) => deriveClientOrderId(`api:${keyOf(run, name)}`)
const orderOf = (run: number, n: number) => String(700_000 + run * 10 + n)

/** A payout with these ids, nothing due; without an order it is still to be checked. */
async function make({ deps, prisma }: Portal, run: number, name: string, orderId: string | null) {
  const made = await createPayout(deps, system, { idempotencyKey: keyOf(run, name), body: sampleRequest })
  expect(made.ok).toBe(true)
  const payout = await deps.payouts.findByClientOrderId(clientOf(run, name))
  if (orderId !== null) await giveOrder({ deps }, run, name, orderId)
  await prisma.$executeRaw`
    UPDATE payout_work SET due_at = now() + interval '1 day', news_at = NULL WHERE payout_id = ${payout!.id}::uuid`
}

async function giveOrder({ deps }: Pick<Portal, 'deps'>, run: number, name: string, orderId: string) {
  const payout = await deps.payouts.findByClientOrderId(clientOf(run, name))
  const worker = { kind: 'worker', id: 'w' } as const
  const moved = await deps.payouts.advance(payout!, { facts: { orderId } }, worker, {
    kind: 'status_answered',
  })
  expect(moved).toMatchObject({ orderId })
}

type Step =
  | { kind: 'message'; status: number; order: number; client: number; operation: string | null; cut: boolean }
  | { kind: 'late payout' }
  | { kind: 'its order' }
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 12,
    arbitrary: fc.record({
      kind: fc.constant('message' as const),
      status: fc.integer({ min: 0, max: 2 }),
      // Mostly ids that belong together.
      order: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
      client: fc.constantFrom(0, 0, 0, 1, 1, 2, 3, 4),
      operation: fc.constantFrom(null, null, null, null, null, null, 'reversal', 'chargeback'),
      cut: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'late payout' as const }) },
  { weight: 1, arbitrary: fc.constant({ kind: 'its order' as const }) },
)
/** Half of the messages name an order by its own client id. */
const stream = fc.array(
  fc
    .tuple(step, fc.boolean())
    .map(([one, fits]) => (one.kind === 'message' && fits ? { ...one, client: one.order } : one)),
  { minLength: 10, maxLength: 40 },
)

function messageOf(
  run: number,
  { status, order, client, operation, cut }: Step & { kind: 'message' },
): CallbackMessage {
  const names = ['a', 'b', 'no-order', 'late', 'nobody']
  const orderId = orderOf(run, order)
  // "nobody" is another shop's; the others have the form of ours.
  const clientOrderId = client === 4 ? `shop-${run}` : clientOf(run, names[client]!)
  const ids = cut
    ? { orderId: orderId.slice(0, -1), clientOrderId: orderId.slice(-1) + clientOrderId }
    : { orderId, clientOrderId }
  return {
    ...{
      status: ['approved', 'declined', 'processing'][status]!,
      ...ids,
      type: operation,
      params: { status: 'x' },
    },
    ...(operation !== null && { operation }),
  }
}

/** As recordCallback does, for a message that was verified. */
const verified = (portal: Portal, message: CallbackMessage) => {
  const gateway = { ...portal.deps.gateway, readCallback: () => ({ ok: true as const, message }) }
  return { ...portal.deps, gateway }
}

/** What is there, without what differs between two databases: ids, times, and how often a wait was begun. */
async function rowsOf({ prisma }: Portal) {
  const name = `(SELECT client_order_id FROM payout WHERE payout.id = payout_id)`
  const select = (text: string) => prisma.$queryRawUnsafe<object[]>(text)
  return {
    callbacks:
      await select(`SELECT digest, signed, about, status, type, order_id, client_order_id, params, deliveries, ${name} AS payout
      FROM callback ORDER BY digest`),
    events: await select(`SELECT ${name} AS payout, version, actor_kind, actor_id, actor_name, data
      FROM payout_event WHERE kind = 'callback_received' ORDER BY 1, id`),
    items:
      await select(`SELECT kind, severity, ${name} AS payout, what, why, data, seen, closed_at IS NULL AS open
      FROM open_item ORDER BY kind, payout, data::text`),
    work: await select(`SELECT ${name} AS payout, priority, woken_at IS NULL AS asleep,
        -- What nothing woke may be due at another time: asking first after a lost order spreads the looks.
        woken_at IS NOT NULL AND due_at <= now() AS due, woken_at IS NOT NULL AND news_at <= now() AS news
      FROM payout_work ORDER BY 1`),
    askFirst: await select(`SELECT count(*)::int FROM ask_first`),
  }
}

describe('callbacks in batches', () => {
  it('leave the rows, events, items and answers that they leave one by one', async () => {
    if (!single || !batched) throw new Error('not started')
    let run = 0
    const seen = { inBatch: 0, alone: 0, repeated: 0 }
    await fc.assert(
      fc.asyncProperty(
        stream,
        fc.array(fc.integer({ min: 1, max: 12 }), { minLength: 1 }),
        async (steps, sizes) => {
          const now = run++
          for (const portal of [single!, batched!]) {
            await make(portal, now, 'a', orderOf(now, 0))
            await make(portal, now, 'b', orderOf(now, 1))
            await make(portal, now, 'no-order', null)
          }
          let had = { late: false, order: false }
          const other = async (what: 'late payout' | 'its order') => {
            if (what === 'late payout' && !had.late) {
              had = { ...had, late: true }
              for (const portal of [single!, batched!]) await make(portal, now, 'late', null)
            }
            if (what === 'its order' && had.late && !had.order) {
              had = { ...had, order: true }
              for (const portal of [single!, batched!]) await giveOrder(portal, now, 'late', orderOf(now, 3))
            }
          }
          const queue = [...steps]
          for (let turn = 0; queue.length > 0; turn++) {
            const next = queue[0]!
            if (next.kind !== 'message') {
              queue.shift()
              await other(next.kind)
              continue
            }
            const together: CallbackMessage[] = []
            const size = sizes[turn % sizes.length]!
            while (together.length < size && queue[0]?.kind === 'message')
              together.push(messageOf(now, queue.shift() as Step & { kind: 'message' }))

            // One thing at a time, so that the order is known in which they were decided.
            const decided: number[] = []
            const answers = new Map<number, unknown>()
            let turnOf = Promise.resolve<unknown>(undefined)
            const inTurn = <T>(act: () => Promise<T>): Promise<T> => {
              const mine = turnOf.then(act)
              turnOf = mine.catch(() => undefined)
              return mine
            }
            const intake = createIntake(
              (batch) =>
                inTurn(async () => {
                  const stored = await storeBatch(batched!.prisma.sql, batch)
                  seen.inBatch += stored.size
                  return stored
                }),
              { atOnce: 1, batchesAtOnce: 1 },
            )
            await Promise.all(
              together.map(async (message, n) => {
                const deps = verified(batched!, message)
                const take = (one: CallbackMessage, every: number, alone: () => Promise<CallbackAnswer>) =>
                  intake.take(one, every, () => {
                    seen.alone++
                    return inTurn(alone)
                  })
                const config = { ...deps.config, pollIntervalMs: wakeEveryMs }
                answers.set(
                  n,
                  await recordCallback({ ...deps, config, callbacks: { ...deps.callbacks, take } }, []),
                )
                decided.push(n)
              }),
            )
            for (const n of decided) {
              const deps = verified(single!, together[n]!)
              const take = (_one: CallbackMessage, _every: number, alone: () => Promise<CallbackAnswer>) =>
                alone()
              const config = { ...deps.config, pollIntervalMs: wakeEveryMs }
              const answer = await recordCallback(
                { ...deps, config, callbacks: { ...deps.callbacks, take } },
                [],
              )
              expect(answers.get(n)).toEqual(answer)
            }
          }
          expect(await rowsOf(batched!)).toEqual(await rowsOf(single!))
        },
      ),
      { numRuns: 15, endOnFailure: true },
    )
    // Both ways were taken.
    expect(seen.inBatch).toBeGreaterThan(20)
    expect(seen.alone).toBeGreaterThan(20)
  }, 240_000)

  it('come to two web servers at once about the same payouts, and nobody waits for somebody who waits for them', async () => {
    if (!batched) throw new Error('not started')
    const portal = batched
    const run = 900
    const names = ['p0', 'p1', 'p2', 'p3', 'p4', 'p5']
    for (const [n, name] of names.entries()) await make(portal, run, name, orderOf(run, n))
    const other = createPrisma(await urlOf(portal), { poolWaitMs: 20_000 })
    try {
      const stores = [portal.prisma, other].map((prisma) =>
        createIntake((batch) => storeBatch(prisma.sql, batch)),
      )
      const sent = Array.from({ length: 600 }, (_, n) => {
        const at = (n * 7) % names.length
        const status = ['approved', 'declined', 'processing', 'error'][(n * 5) % 4]!
        return {
          status,
          orderId: orderOf(run, at),
          clientOrderId: clientOf(run, names[at]!),
          type: null,
          params: {},
        }
      })
      const answers = await Promise.all(
        sent.map((message, n) =>
          stores[n % 2]!.take(message, 0, async () => {
            const payout = await portal.deps.payouts.findByClientOrderId(message.clientOrderId)
            return portal.deps.callbacks.store(message, payout!.id)
          }),
        ),
      )
      expect(new Set(answers.map(({ answer }) => answer))).toEqual(new Set(['stored']))
      const ids = names.map((name) => clientOf(run, name))
      const stored = await portal.prisma.callback.findMany({ where: { clientOrderId: { in: ids } } })
      expect(stored.reduce((sum, { deliveries }) => sum + deliveries, 0)).toBe(sent.length)
      expect(stored).toHaveLength(new Set(sent.map(({ status, orderId }) => status + orderId)).size)
      const events = await portal.prisma.payoutEvent.count({
        where: { kind: 'callback_received', payout: { clientOrderId: { in: ids } } },
      })
      expect(events).toBe(stored.length)
    } finally {
      await other.$disconnect()
    }
  }, 120_000)
})

const urlOf = async ({ prisma }: Portal): Promise<string> => {
  const [row] = await prisma.$queryRaw<{ name: string }[]>`SELECT current_database() AS name`
  const url = new URL(inject('testServer').adminUrl)
  url.pathname = `/${row!.name}`
  return url.href
}
