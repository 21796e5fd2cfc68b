/** A callback is never lost: not through a move, not through an end, not because Cardzo's status knows no such order. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { closeItem } from '#lib/services/desk/close-item.ts'
import type { ItemKind, OpenItem } from '#lib/services/ports.ts'
import { createTestPortal, eventually, seen, system } from '#lib/services/testing/portal.ts'
import { workPayout } from './work-payout.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeEach(async () => {
  portal = await createTestPortal()
})
afterEach(() => portal.close())

/** Stores a callback as the intake does. */
async function callBack(id: string, status: string, orderId = '4711'): Promise<void> {
  const payout = await portal.payout(id)
  const message = { status, clientOrderId: payout.clientOrderId, type: null, params: {} }
  await portal.deps.callbacks.store({ ...message, orderId: payout.orderId ?? orderId }, id)
}

const itemsOf = async (id: string, kind: ItemKind): Promise<OpenItem[]> =>
  (await portal.deps.items.list({ payoutId: id })).filter(
    (item) => item.kind === kind && item.closedAt === null,
  )

const grave = (id: string) =>
  eventually(async () => (await itemsOf(id, 'paid_after_end'))[0] ?? 'nobody was told')

/** One look by a worker, if anything is due. */
async function look(): Promise<number> {
  const { leased } = await portal.deps.payouts.claimDue('w', 10, 60_000)
  for (const one of leased) await workPayout(portal.deps, one)
  return leased.length
}

const dueInMs = async (id: string): Promise<number | null> => {
  const [row] = await portal.prisma.$queryRaw<{ ms: number | null }[]>`
    SELECT (extract(epoch FROM due_at - now()) * 1000)::float8 AS ms FROM payout_work WHERE payout_id = ${id}::uuid`
  return row?.ms ?? null
}

/** Payouts that ended before Cardzo gave them an order. */
const orderless = {
  'refused by Cardzo': async () => {
    portal.gateway.faults.check.push({ answer: 'refused', code: '1' })
    const id = await portal.ask()
    await look()
    return id
  },
  'cancelled before anything was sent': async () => {
    const id = await portal.ask()
    await cancelPayout(portal.deps, system, { id })
    return id
  },
  'cancelled after a lost answer': async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: false })
    const id = await portal.ask()
    await look()
    await cancelPayout(portal.deps, system, { id })
    return id
  },
}
const answers = {
  'knows no such order': () => undefined,
  'does not answer': () =>
    portal.gateway.faults.status.push(
      ...Array.from({ length: 50 }, () => ({ answer: 'silence', effect: false }) as const),
    ),
  'refuses us': () =>
    portal.gateway.faults.status.push(
      ...Array.from({ length: 50 }, () => ({ answer: 'locked_out', effect: false }) as const),
    ),
}

describe('a callback that says approved, for a payout that ended without an order', () => {
  const cases = Object.keys(orderless).flatMap((end) =>
    Object.keys(answers).map((answer) => [end, answer] as const),
  )
  it.each(cases)('%s, while the status %s: a critical item', async (end, answer) => {
    const id = await orderless[end as keyof typeof orderless]()
    await eventually(async () => (await look()) === 0 || 'still due')
    answers[answer as keyof typeof answers]()
    await callBack(id, 'approved')
    portal.startWorker()
    const item = await grave(id)
    expect(item).toMatchObject({ severity: 'critical', data: { orderId: '4711' } })
    // It waits for a person, and the portal goes on asking Cardzo.
    expect(await portal.deps.callbacks.uncompared(id)).toHaveLength(1)
    expect((await portal.payout(id)).dueAt).not.toBeNull()
    const before = portal.gateway.calls.length
    await eventually(() => Promise.resolve(portal.gateway.calls.length > before + 2 || 'not asked again'))
    expect(await itemsOf(id, 'paid_after_end')).toMatchObject([{ seen: 1 }])
  })

  it('is also shown when it came before the end', async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: false })
    const id = await portal.ask()
    await look()
    await callBack(id, 'approved')
    await eventually(async () => (await look()) > 0 || 'not looked at')
    await cancelPayout(portal.deps, system, { id })
    portal.startWorker()
    await grave(id)
    expect(await portal.deps.callbacks.uncompared(id)).toHaveLength(1)
  })

  it('is also shown when a refusal that came after it ended the payout', async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: false }, { answer: 'refused', code: '1' })
    const id = await portal.ask()
    await look()
    await callBack(id, 'approved')
    portal.startWorker()
    await portal.until(id, 'failed')
    await grave(id)
  })

  it('counts as compared once a person has closed the item, and nobody is asked or told any more', async () => {
    const id = await orderless['refused by Cardzo']()
    await callBack(id, 'approved')
    const worker = portal.startWorker()
    const item = await grave(id)
    const approver = await portal.approver()
    expect(await closeItem(portal.deps, approver, { id: item.id, reason: 'Cardzo says: a test' })).toEqual({
      ok: true,
    })
    expect(await portal.deps.callbacks.uncompared(id)).toEqual([])
    await eventually(async () => (await portal.payout(id)).dueAt === null || 'still due')
    await worker.stop()
    expect(await itemsOf(id, 'paid_after_end')).toEqual([])
  })

  it('costs no row for further looks, and is settled by the first final status', async () => {
    const id = await orderless['cancelled after a lost answer']()
    await callBack(id, 'approved')
    portal.startWorker()
    await grave(id)
    const events = (await portal.deps.payouts.timeline(id)).length
    const before = portal.gateway.calls.length
    await eventually(() => Promise.resolve(portal.gateway.calls.length > before + 5 || 'not asked again'))
    expect(await portal.deps.payouts.timeline(id)).toHaveLength(events)
    const { clientOrderId } = await portal.payout(id)
    portal.gateway.orders.set(clientOrderId, [
      { ...sampleOrder, orderId: '4711', clientOrderId, status: 'declined', stage: null },
    ])
    await eventually(async () => (await portal.payout(id)).dueAt === null || 'still due')
    expect(await itemsOf(id, 'callback_disagrees')).toMatchObject([{ severity: 'critical' }])
  })

  it('is shown by the next worker when one dies at any step', async () => {
    for (const [port, name] of [
      ['callbacks', 'uncompared'],
      ['callbacks', 'raise'],
      ['payouts', 'release'],
    ] as const) {
      const id = await orderless['refused by Cardzo']()
      await callBack(id, 'approved', randomUUID().replace(/\D/g, ''))
      const [leased] = (await portal.deps.payouts.claimDue('dies', 1, 50)).leased
      const killed = () => Promise.reject(new Error('killed'))
      // Nothing is written after the kill, not even the report of the failure.
      const payouts = { ...portal.deps.payouts, advance: killed, release: killed }
      const callbacks = { ...portal.deps.callbacks, ...(port === 'callbacks' && { [name]: killed }) }
      await workPayout({ ...portal.deps, payouts, callbacks }, leased!)
      const worker = portal.startWorker()
      await grave(id)
      await worker.stop()
    }
  })
})

const sampleOrder = { amount: '100.50', currency: 'EUR', redirect: null, paysReceived: 0 }

describe('an uncompared callback makes its payout due now', () => {
  it('even when a worker that was asking plans the next look for later', async () => {
    const id = await portal.ask()
    await look()
    await eventually(async () => (await portal.payout(id)).status === 'checking' || 'not checking')
    const { leased } = await eventually(async () => {
      const claimed = await portal.deps.payouts.claimDue('w', 1, 60_000)
      return claimed.leased.length === 1 ? claimed : 'not due'
    })
    // Cardzo has answered "validated"; before that is written, the callback comes.
    const { status } = portal.gateway
    portal.gateway.status = async (ask) => {
      const answer = await status(ask)
      await callBack(id, 'declined')
      return answer
    }
    await workPayout(portal.deps, leased[0]!)
    portal.gateway.status = status
    expect((await portal.payout(id)).status).toBe('awaiting_approval')
    expect(await dueInMs(id)).toBeLessThanOrEqual(0)
  })

  it('even when a person moves it, with a day of send delay, while the worker that has it dies', async () => {
    await portal.deps.settings.change({ sendDelayS: { '*': 86_400 } }, operator)
    const id = await portal.ask()
    await eventually(async () => {
      await look()
      return (await portal.payout(id)).status === 'awaiting_approval' || 'not awaiting'
    })
    await callBack(id, 'declined')
    const { leased } = await portal.deps.payouts.claimDue('dies', 1, 200)
    expect(leased).toHaveLength(1)
    const approver = await portal.approver()
    expect(await approvePayout(portal.deps, approver, seen(await portal.payout(id)))).toMatchObject({
      ok: true,
    })
    const { clientOrderId } = await portal.payout(id)
    Object.assign(portal.gateway.order(clientOrderId), { status: 'declined', stage: null })
    portal.startWorker()
    await portal.until(id, 'declined')
  })

  it('even when payments resume, or everything is asked about after a restore', async () => {
    const approver = await portal.approver()
    const ids: string[] = []
    for (let n = 0; n < 3; n++) {
      const id = await portal.ask()
      await eventually(async () => {
        await look()
        return (await portal.payout(id)).status === 'awaiting_approval' || 'not awaiting'
      })
      ids.push(id)
    }
    await portal.deps.stopSwitch.pull(operator, 'test')
    for (const id of ids) await approvePayout(portal.deps, approver, seen(await portal.payout(id)))
    const last = ids[2]!
    await callBack(last, 'declined')
    await portal.deps.stopSwitch.release(operator, 'test', 0.001)
    expect(await dueInMs(last)).toBeLessThanOrEqual(0)
    await portal.deps.askFirst.start('test', operator, 0.001)
    expect(await dueInMs(last)).toBeLessThanOrEqual(0)
  })

  it('and Cardzo is asked at the usual pace until the status follows: not in ten minutes, and not in a flood', async () => {
    portal.deps.config.pollIntervalMs = 200
    const id = await portal.ask()
    await eventually(async () => {
      await look()
      return (await portal.payout(id)).status === 'awaiting_approval' || 'not awaiting'
    })
    expect(await dueInMs(id)).toBeGreaterThan(60_000)
    await callBack(id, 'approved')
    expect(await look()).toBe(1)
    expect(await look()).toBe(0)
    expect(await dueInMs(id)).toBeGreaterThan(50)
    expect(await dueInMs(id)).toBeLessThan(1000)
    await portal.prisma.callback.updateMany({ data: { receivedAt: new Date(Date.now() - 3 * 3_600_000) } })
    await eventually(async () => (await look()) > 0 || 'not looked at')
    expect(await dueInMs(id)).toBeGreaterThan(60_000)
  })
})
