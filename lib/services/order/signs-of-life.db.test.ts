/**
 * Cardzo may still work on an order that has ended here. People must see any sign of it, and until then nothing is paid in its place.
 * Whole, because every part starts from the same payouts.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { payoutStatuses, isFinal } from '#lib/payouts/transitions.ts'
import type { PayoutMove } from '#lib/payouts/transitions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { requestWithdrawal } from '#lib/services/payout/request-withdrawal.ts'
import { retryPayout } from '#lib/services/payout/retry-payout.ts'
import type { Exchange, GatewayVerdict, OrderState, Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, seen, system } from '#lib/services/testing/portal.ts'
import { samplePayout } from '#lib/services/testing/samples.ts'
import { moverOf } from '#lib/services/testing/movers.ts'
import { judgeAfterEnd } from './judge-after-end.ts'

type User = Actor & { kind: 'user' }
const operator = { kind: 'operator', name: 'test' } as const
const worker = { kind: 'worker', id: 'w' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: User
beforeAll(async () => {
  portal = await createTestPortal()
  clerk = await person('clerk')
})
afterAll(() => portal.close())

async function person(role: 'clerk' | 'receiver'): Promise<User> {
  const id = randomUUID()
  const draft = { id, email: `${id}@example.com`, name: 'Clara', role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error('taken')
  return { kind: 'user', id, role, name: 'Clara', receiverId: made.receiverId }
}

const exchange: Exchange = {
  command: 'status',
  url: 'memory:status',
  sent: {},
  httpStatus: 200,
  answer: null,
  durationMs: 0,
  gatewayDate: null,
  serialNumber: null,
  error: null,
}

const order = (
  verdict: GatewayVerdict,
  rawStatus: string,
  rawStage: string | null,
  redirect = false,
): OrderState => ({
  verdict,
  rawStatus,
  rawStage,
  orderId: '6768788',
  clientOrderId: 'po-sample',
  unlistedWord: null,
  amount: '100.50',
  currency: 'EUR',
  redirect: redirect ? { ok: true, url: 'https://bank.example/form' } : null,
  errorCode: null,
  errorMessage: null,
  serialNumber: null,
  references: {},
})
const signs = [
  order('beyond', 'processing', 'payout_processing'),
  order('beyond', 'processing', 'payout_check_validated', true),
  order('unknown', 'unknown', null),
  order('inconclusive', 'chain_declined', null),
  order('inconclusive', 'surprising', null),
]
const idle = [
  order('validated', 'processing', 'payout_check_validated'),
  order('validating', 'processing', 'payout_check_validating'),
  order('inconclusive', 'processing', null),
  order('inconclusive', 'processing', 'payout_check_something'),
]
const judged = (payout: Payout, one: OrderState) =>
  judgeAfterEnd(payout, { kind: 'known', order: one, exchange, simulator: false }).change.items ?? []

describe('whatever a payout ended as', () => {
  const ends = payoutStatuses.filter(isFinal)
  it.each(ends)('%s: each sign of life is an item that prevents a retry', (status) => {
    for (const gatewayStatus of [null, 'processing', 'approved', 'declined'])
      for (const settledBy of [null, [{ id: '1', name: 'Ana', at: '2026-03-01T12:00:00Z' }]])
        for (const sign of signs) {
          const items = judged(samplePayout({ status, gatewayStatus, settledBy }), sign)
          expect(items, JSON.stringify([gatewayStatus, sign.rawStatus])).toMatchObject([
            { kind: 'final_contradicted', severity: status === 'paid' ? 'high' : 'critical' },
          ])
        }
  })

  it.each(ends)('%s: an order that stays at payout-check is none, unless Cardzo had ended it', (status) => {
    for (const one of idle) {
      expect(judged(samplePayout({ status, gatewayStatus: 'processing' }), one)).toEqual([])
      expect(judged(samplePayout({ status, gatewayStatus: null }), one)).toEqual([])
      expect(judged(samplePayout({ status, gatewayStatus: 'Declined' }), one)).toMatchObject([
        { kind: 'final_contradicted' },
      ])
    }
  })

  it('settled because Cardzo does not know: the same "unknown" again is no news', () => {
    const settledBy = [{ id: '1', name: 'Ana', at: '2026-03-01T12:00:00Z' }]
    const payout = samplePayout({ status: 'failed', gatewayStatus: 'unknown', settledBy })
    expect(judged(payout, order('unknown', 'unknown', null))).toEqual([])
  })
})

/** Ended here while the order still waits at Cardzo; no worker runs. */
const endings = {
  async cancelled() {
    const id = await portal.ask()
    const stopped = portal.startWorker()
    await portal.until(id, 'awaiting_approval')
    await cancelPayout(portal.deps, system, { id })
    await stopped.stop()
    return id
  },
  async 'failed by a refused payout-pay'() {
    const id = await portal.ask()
    const stopped = portal.startWorker()
    portal.gateway.faults.pay.push({ answer: 'refused', code: '1' })
    await approvePayout(
      portal.deps,
      await portal.approver(),
      seen(await portal.until(id, 'awaiting_approval')),
    )
    await portal.until(id, 'failed')
    await eventually(async () => (await portal.payout(id)).dueAt === null || 'still due')
    await stopped.stop()
    return id
  },
}
const orderOf = async (id: string) => portal.gateway.order((await portal.payout(id)).clientOrderId)

async function lookedAt(id: string): Promise<void> {
  await portal.wake(id)
  const stopped = portal.startWorker()
  await eventually(async () => (await portal.payout(id)).dueAt === null || 'still due')
  await stopped.stop()
}

describe('a retry', () => {
  it.each(Object.keys(endings) as (keyof typeof endings)[])(
    'for one that was %s is refused while its order is alive, until a person has closed the item',
    async (ending) => {
      const id = await endings[ending]()
      await lookedAt(id)
      // The ordinary case: the order waits there, and nothing is in the way.
      expect(await portal.items(id)).toEqual([])
      Object.assign(await orderOf(id), { stage: 'payout_processing' })
      await lookedAt(id)
      expect(await portal.items(id)).toEqual(['final_contradicted'])
      expect(await retryPayout(portal.deps, clerk, { id })).toMatchObject({ code: 'cardzo_contradicts' })
      // Once a person has closed it, the same word does not bring it back.
      const [item] = await portal.deps.items.list({ payoutId: id })
      await closeItem(portal.deps, await portal.approver(), { id: item!.id, reason: 'Cardzo will end it' })
      await lookedAt(id)
      expect(await portal.items(id)).toEqual([])
    },
  )

  it('is refused from the moment a callback says approved, before anybody has looked', async () => {
    const id = await endings.cancelled()
    const { clientOrderId, orderId } = await portal.payout(id)
    const message = { status: 'approved', orderId: orderId!, clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    expect(await retryPayout(portal.deps, clerk, { id })).toMatchObject({ code: 'cardzo_contradicts' })
  })

  it('is refused while a second order under the same id is not explained', async () => {
    const id = await endings.cancelled()
    const { clientOrderId } = await portal.payout(id)
    const message = { status: 'approved', orderId: '31313131', clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    expect(await portal.items(id)).toEqual(['other_order_id'])
    expect(await retryPayout(portal.deps, clerk, { id })).toMatchObject({ code: 'cardzo_contradicts' })
  })

  it('that was made before the sign of life is not sent, nor is a retry of that one', async () => {
    const id = await endings.cancelled()
    const first = await retryPayout(portal.deps, clerk, { id })
    if (!first.ok) throw new Error(first.code)
    await move(first.payoutId, 'reject')
    const second = await retryPayout(portal.deps, clerk, { id: first.payoutId })
    if (!second.ok) throw new Error(second.code)
    const stopped = portal.startWorker()
    const shown = await portal.until(second.payoutId, 'awaiting_approval')
    await stopped.stop()
    await portal.deps.items.open(
      { kind: 'paid_after_end', severity: 'critical', what: 'paid', why: 'says Cardzo' },
      id,
    )
    await approvePayout(portal.deps, await portal.approver(), seen(shown))
    const { leased } = await portal.deps.payouts.claimDue('w', 50, 60_000)
    // The database stops a worker that does not look first.
    const mine = leased.find(({ payout }) => payout.id === second.payoutId)!
    expect(
      await portal.deps.payouts.advance(
        mine.payout,
        { move: 'claim', facts: { claimedNow: true } },
        worker,
        { kind: 'pay_claimed' },
        mine.lease,
      ),
    ).toBe('stale')
    for (const { lease } of leased) await portal.deps.payouts.release(lease, 0)
    portal.startWorker()
    await eventually(async () => (await portal.items(second.payoutId)).includes('stuck') || 'nobody was told')
    expect((await portal.payout(second.payoutId)).status).toBe('approved')
    expect((await orderOf(second.payoutId)).paysReceived).toBe(0)
    const [item] = await portal.deps.items.list({ payoutId: id })
    await portal.deps.items.close(item!.id, operator, 'It was not paid')
    await portal.wake(second.payoutId)
    await portal.until(second.payoutId, 'paid')
  })
})

describe('money that a payout gave back to a balance', () => {
  it.each(['an item, before the end', 'a callback, before the end', 'an item, after the end'] as const)(
    'stays held while the payout may have been paid (%s), for every way to ask, and is free once that is settled',
    async (how) => {
      await portal.deps.settings.change({ requireBalance: true }, operator)
      const ada = await person('receiver')
      const { externalId } = (await portal.deps.people.findReceiver(ada.receiverId!))!
      await portal.deps.ledger.grant(
        {
          id: randomUUID(),
          receiver: { externalId },
          currency: 'EUR',
          amountMinor: 10_000n,
          reference: randomUUID(),
          idempotencyKey: null,
          source: 'operator',
        },
        operator,
      )
      const ask = (amount: string) =>
        requestWithdrawal(portal.deps, ada, {
          formId: randomUUID(),
          amount,
          currency: 'EUR',
          destination: { account_number: 'DE89370400440532013000', first_name: 'Ada' },
          ipAddress: null,
        })
      const asked = await ask('60.00')
      if (!asked.ok) throw new Error(asked.code)
      const id = asked.payoutId
      const doubt = async () => {
        const { clientOrderId } = await portal.payout(id)
        const message = { status: 'approved', orderId: '4711', clientOrderId, type: null, params: {} }
        if (how.startsWith('a callback')) await portal.deps.callbacks.store(message, id)
        else
          await portal.deps.items.open(
            { kind: 'order_moved_without_us', severity: 'critical', what: 'moved', why: 'says Cardzo' },
            id,
          )
      }
      if (how.endsWith('before the end')) await doubt()
      await move(id, 'reject')
      if (how.endsWith('after the end')) await doubt()
      const [balance] = await portal.deps.ledger.balances(ada.receiverId!)
      expect(balance).toMatchObject({ availableMinor: 10_000n, heldMinor: 6_000n, reservedMinor: 0n })
      expect(await ask('40.01')).toMatchObject({
        code: 'insufficient_balance',
        detail: { code: 'available', amount: '40.00 EUR' },
      })
      // The database doesn't let it go either, whatever the code believed.
      const rest = await ask('40.00')
      expect(rest).toMatchObject({ ok: true })
      await expect(reserveByHand(ada.receiverId!, id)).rejects.toThrow('available')
      expect((await portal.deps.ledger.check()).wrong).toEqual([])
      for (const item of await portal.deps.items.list({ payoutId: id }))
        await portal.deps.items.close(item.id, operator, 'It was not paid')
      await portal.deps.callbacks.markCompared(
        (await portal.deps.callbacks.uncompared(id)).map((one) => one.id),
        [],
      )
      expect(await ask('60.00')).toMatchObject({ ok: true })
    },
  )
})

/** A payout with a reserve, written past the verbs. */
const reserveByHand = (receiverId: string, like: string) =>
  portal.prisma.$transaction(async (tx) => {
    const id = randomUUID()
    await tx.$executeRaw`
      INSERT INTO payout (id, amount_minor, currency, receiver_id, destination_sealed, content_hash, source, idempotency_key,
        request_hash, client_order_id, status_token_hash, return_token_hash, reserves)
      SELECT ${id}::uuid, 1000, currency, receiver_id, destination_sealed, content_hash, source, ${id}, request_hash, ${id}, ${id}, ${id}, true
      FROM payout WHERE id = ${like}::uuid`
    await tx.$executeRaw`
      INSERT INTO ledger_transfer (receiver_id, currency, amount_minor, debit, credit, kind, payout_id, actor_name)
      VALUES (${receiverId}::uuid, 'EUR', 1000, 'available', 'reserved', 'reserve', ${id}::uuid, 'test')`
  })

/** Again when a worker that another test started moves it at the same moment. */
async function move(id: string, one: PayoutMove): Promise<void> {
  await eventually(async () => {
    const change = { move: one, dueInMs: null }
    const happening = { kind: 'decided' } as const
    const moved = await portal.deps.payouts.advance(await portal.payout(id), change, moverOf(one), happening)
    return moved === 'stale' ? moved : true
  })
}
