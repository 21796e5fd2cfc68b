import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import {
  showCallbacks,
  showMissedCallbacks,
  showRefusedCallbacks,
} from '#lib/services/desk/show-callbacks.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let auditor: Actor
beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
  auditor = { ...(await portal.approver()), role: 'auditor' } as Actor
})
afterAll(() => portal.close())

async function callBack(id: string, status: string, about: { operation?: string; orderId?: string } = {}) {
  const { clientOrderId, orderId } = await portal.payout(id)
  const message = { status, clientOrderId, orderId: orderId ?? '', type: null, params: {}, ...about }
  await portal.deps.callbacks.store(message, id)
}

async function paid(): Promise<string> {
  const id = await portal.ask()
  const waiting = await portal.until(id, 'awaiting_approval')
  await approvePayout(portal.deps, await portal.approver(), seen(waiting))
  await portal.until(id, 'paid')
  return id
}

async function rows(view: 'all' | 'look', id?: string) {
  const shown = await showCallbacks(portal.deps, auditor, { view })
  if (!shown.ok) throw new Error(shown.code)
  return shown.rows.filter(({ payoutId }) => id === undefined || payoutId === id)
}

describe('the callback inbox', () => {
  it('tells those that agree with Cardzo’s status from those that do not', async () => {
    const id = await paid()
    await callBack(id, 'approved')
    await callBack(id, 'declined')
    await eventually(async () =>
      (await rows('all', id)).every(({ comparedAt }) => comparedAt !== null) ? true : 'not compared',
    )
    const all = await rows('all', id)
    expect(all.map(({ status, disagreed, payoutStatus }) => [status, disagreed, payoutStatus])).toEqual([
      ['declined', true, 'paid'],
      ['approved', false, 'paid'],
    ])
    expect((await rows('look', id)).map(({ status }) => status)).toEqual(['declined'])
  })

  it('shows what is about another operation, and what matches no payout, among those to look at', async () => {
    const id = await paid()
    await callBack(id, 'approved', { operation: 'reversal' })
    const lost = { status: 'approved', orderId: '1', clientOrderId: randomUUID(), type: null, params: {} }
    await portal.deps.callbacks.store(lost, null)
    const look = await rows('look')
    expect(look.slice(0, 2)).toMatchObject([
      { payoutId: null, payoutStatus: null, clientOrderId: lost.clientOrderId },
      { payoutId: id, about: 'operation' },
    ])
  })

  it('pages by key, so that nothing is shown twice or left out', async () => {
    const id = await paid()
    const { clientOrderId } = await portal.payout(id)
    // All of one moment.
    await portal.prisma.callback.createMany({
      data: Array.from({ length: 120 }, (_, index) => ({
        ...{
          id: randomUUID(),
          digest: randomUUID(),
          signed: randomUUID(),
          status: 'x',
          orderId: String(index),
        },
        ...{ clientOrderId, params: {}, payoutId: id, receivedAt: new Date('2030-01-01T00:00:00.123Z') },
      })),
    })
    const found: string[] = []
    let cursor: string | undefined
    do {
      const page = await showCallbacks(portal.deps, auditor, { view: 'all', ...(cursor && { cursor }) })
      if (!page.ok) throw new Error(page.code)
      found.push(...page.rows.filter(({ status }) => status === 'x').map(({ orderId }) => orderId))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    expect(found).toHaveLength(120)
    expect(new Set(found).size).toBe(120)
    for (const wrong of ['x', '1_2', `1_${'x'.repeat(36)}`])
      expect(await showCallbacks(portal.deps, auditor, { view: 'all', cursor: wrong })).toMatchObject({
        code: 'invalid_request',
      })
  })
})

describe('refused callbacks', () => {
  const refused = { reason: 'wrong_control', why: 'no', network: '::1', status: null, orderId: null } as const
  const shown = async (cursor?: string) => {
    const page = await showRefusedCallbacks(portal.deps, auditor, cursor === undefined ? {} : { cursor })
    if (!page.ok) throw new Error(page.code)
    return page
  }

  it('are kept up to the last five hundred, however many come at once, and cut', async () => {
    const keep = (clientOrderId: string) =>
      portal.deps.callbackInbox.keepRefused({ ...refused, clientOrderId })
    for (let batch = 0; batch < 13; batch++)
      await Promise.all(Array.from({ length: 40 }, (_, index) => keep(`n${batch * 40 + index}`)))
    await keep(`last\0${'x'.repeat(500)}`)
    const first = await shown()
    expect(first.rows[0]?.clientOrderId).toMatch(/^lastx{124}$/)
    let count = first.rows.length
    for (let next = first.nextCursor; next !== null;) {
      const page = await shown(next)
      count += page.rows.length
      next = page.nextCursor
    }
    expect(count).toBe(500)
    expect(await portal.prisma.refusedCallback.count()).toBe(500)
  })
})

describe('the meter of missed callbacks', () => {
  it('counts by day the ends that only polling told of', async () => {
    const [told, missed] = [await paid(), await paid()]
    await callBack(told, 'approved')
    const today = new Date().toISOString().slice(0, 10)
    const meter = async () => {
      const result = await showMissedCallbacks(portal.deps, auditor, { day: '2026-11-20' })
      if (!result.ok) throw new Error(result.code)
      return result
    }
    // They ended just now: a callback may still come.
    const fresh = await meter()
    expect(fresh.days.find(({ day }) => day === today)?.ended ?? 0).toBe(0)
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.$executeRaw`
        UPDATE payout SET final_at = now() - interval '3 days' WHERE id IN (${told}::uuid, ${missed}::uuid)`
    })
    const day = new Date(Date.now() - 3 * 86_400_000).toISOString().slice(0, 10)
    const result = await showMissedCallbacks(portal.deps, auditor, { day })
    expect(result).toMatchObject({ days: [{ day, ended: 2, missed: 1 }], payouts: [{ id: missed }] })
    expect(await showMissedCallbacks(portal.deps, auditor, { day: '2026-13-01' })).toMatchObject({
      code: 'invalid_request',
    })
  })
})
