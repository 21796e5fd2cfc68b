/** The stop switch on a real database with real workers. */
import { randomUUID } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, eventually, seen } from '#lib/services/testing/portal.ts'
import { releaseSending } from './release-sending.ts'
import { showSending, showStops } from './show-sending.ts'
import { stopSending } from './stop-sending.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let admin: Actor
beforeEach(async () => {
  portal = await createTestPortal()
  const id = randomUUID()
  await portal.deps.people.createUser(
    { id, email: `${id}@example.com`, name: 'Adrian', role: 'admin', passwordHash: null, totpSecret: null },
    { kind: 'operator', name: 'test' },
  )
  admin = { kind: 'user', id, role: 'admin', name: 'Adrian', receiverId: null }
})
afterEach(() => portal.close())

/** Payouts that wait only for payout-pay, made while no worker runs. */
async function approved(count: number): Promise<string[]> {
  const ids: string[] = []
  const worker = portal.startWorker()
  for (let n = 0; n < count; n++) ids.push(await portal.ask())
  const waiting = await Promise.all(ids.map((id) => portal.until(id, 'awaiting_approval')))
  await worker.stop()
  const approver = await portal.approver()
  for (const payout of waiting)
    expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({ ok: true })
  return ids
}

const calls = (command: string) => portal.gateway.calls.filter((call) => call.startsWith(`${command} `))
const statuses = async (ids: string[]) =>
  (await portal.deps.payouts.findMany(ids)).map(({ status }) => status)
const payOnce = () => {
  for (const [order] of portal.gateway.orders.values()) expect(order?.paysReceived).toBe(1)
}

describe('the stop switch', () => {
  it('FI-53: pulled amid 50 sends, no claim commits after it; claimed ones finish; the release finishes all, none twice', async () => {
    const ids = await approved(50)
    for (let n = 0; n < 3; n++) portal.startWorker()
    await eventually(() => Promise.resolve(calls('pay').length >= 10 ? true : 'no ten are sent yet'))
    const stopped = await stopSending(portal.deps, admin, { reason: 'The bank called' })
    if (!stopped.ok) throw new Error(stopped.code)
    const { stop } = stopped
    const claimed = () =>
      portal.prisma.payoutEvent.findMany({
        where: { move: 'claim' },
        select: { id: true, payoutId: true, at: true },
      })
    const before = await claimed()

    // In the middle, or this test proves nothing.
    expect(before.length).toBeGreaterThanOrEqual(10)
    expect(before.length).toBeLessThan(50)
    // By the database's clock, too, each of them came first.
    const rows = await portal.deps.payouts.findMany(ids)
    const late = rows.filter(({ payClaimedAt }) => payClaimedAt && payClaimedAt > stop.stoppedAt)
    expect(late).toEqual([])

    // Claimed ones finish, and nothing else is claimed, although every approved payout is tried again.
    await eventually(async () => {
      const now = await statuses(ids)
      return now.every((status) => status === 'approved' || status === 'paid') ? true : now.join(' ')
    })
    await Promise.all(ids.map((id) => portal.wake(id)))
    await eventually(async () => {
      const due = await portal.prisma.payoutWork.count({
        where: {
          OR: [{ dueAt: { lt: new Date() } }, { leaseUntil: { not: null } }],
          payout: { finalAt: null },
        },
      })
      return due === 0 ? true : `${due} still due`
    })
    expect((await claimed()).map(({ id }) => id)).toEqual(before.map(({ id }) => id))
    expect(new Set(calls('pay')).size).toBe(before.length)
    for (const one of stop.inFlight) expect(before.map(({ payoutId }) => payoutId)).toContain(one.payoutId)

    const released = await releaseSending(portal.deps, admin, { reason: 'Cleared', code: '123456' })
    expect(released).toMatchObject({ ok: true, waiting: 50 - before.length })
    await eventually(async () => {
      const now = await statuses(ids)
      return now.every((status) => status === 'paid') ? true : now.join(' ')
    }, 20_000)
    payOnce()
    expect(portal.errors).toEqual([])
  })

  it('ends without a burst: five a second, the longest wait first', async () => {
    const ids = await approved(12)
    await stopSending(portal.deps, admin, { reason: 'x' })
    await releaseSending(portal.deps, admin, { reason: 'y', code: '123456' })
    const rows = (await portal.deps.payouts.findMany(ids)).sort(
      (a, b) => (a.approvedAt?.getTime() ?? 0) - (b.approvedAt?.getTime() ?? 0),
    )
    const dues = rows.map(({ dueAt }) => dueAt?.getTime() ?? 0)
    expect(dues.slice(1).map((due, n) => due - (dues[n] ?? 0))).toEqual(Array.from({ length: 11 }, () => 200))
  })

  it('refuses the claim of a worker that checked before it was pulled, and nothing is sent', async () => {
    const [id = ''] = await approved(1)
    // A worker that never sees the stop switch: only the database stops it.
    const real = portal.deps.payouts.claimDue
    portal.deps.payouts.claimDue = async (...args) => {
      const { leased, ...rest } = await real(...args)
      return { ...rest, leased: leased.map((one) => ({ ...one, seen: { ...one.seen, stopped: false } })) }
    }
    await stopSending(portal.deps, admin, { reason: 'x' })
    portal.startWorker()
    await eventually(() => Promise.resolve(calls('status').length > 5 ? true : 'it has not tried yet'))
    expect((await portal.payout(id)).status).toBe('approved')
    expect(calls('pay')).toEqual([])
    expect(portal.errors).toEqual([])
    expect((await portal.deps.payouts.timeline(id)).map(({ kind }) => kind)).not.toContain('pay_claimed')
  })

  it('lets polling, callbacks and results continue', async () => {
    const [id = '', other = ''] = await approved(2)
    await stopSending(portal.deps, admin, { reason: 'x' })
    portal.startWorker()
    const { clientOrderId, orderId } = await portal.payout(id)
    // The order of an approved payout ends at Cardzo, and a callback says so.
    Object.assign(portal.gateway.order(clientOrderId), { status: 'declined' })
    const message = { status: 'declined', orderId: orderId ?? '', clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    await portal.until(id, 'declined')
    // A new request is checked and reaches the approvers.
    await portal.until(await portal.ask(), 'awaiting_approval')
    expect((await portal.payout(other)).status).toBe('approved')
    expect(calls('pay')).toEqual([])
  })

  it('lists what was in flight with its current status, who pulled it and why, and past stops', async () => {
    const [id = ''] = await approved(1)
    // The answer to payout-pay takes a while.
    let answer = (): void => undefined
    const held = new Promise<void>((resolve) => (answer = resolve))
    const pay = portal.gateway.pay
    portal.gateway.pay = async (...args) => {
      const told = await pay(...args)
      await held
      return told
    }
    portal.startWorker()
    await portal.until(id, 'paying')
    const stopped = await stopSending(portal.deps, admin, { reason: '  The bank called ' })
    expect(stopped).toMatchObject({
      stop: {
        reason: 'The bank called',
        stoppedByName: 'Adrian',
        inFlight: [{ payoutId: id, amountMinor: 10050n, currency: 'EUR', since: expect.any(Date) as Date }],
      },
    })
    expect(await showSending(portal.deps, admin)).toMatchObject({
      stop: { inFlight: [{ payoutId: id, status: 'paying' }] },
      mayStop: true,
    })
    answer()
    await portal.until(id, 'paid')
    expect(await showSending(portal.deps, await portal.approver())).toMatchObject({
      stop: { inFlight: [{ payoutId: id, status: 'paid' }] },
      mayStop: false,
    })
    await releaseSending(portal.deps, admin, { reason: 'Cleared', code: '123456' })
    expect(await showSending(portal.deps, admin)).toMatchObject({ stop: null })
    expect(await showStops(portal.deps, admin)).toMatchObject({
      stops: [{ reason: 'The bank called', releasedByName: 'Adrian', releaseReason: 'Cleared' }],
    })
    const audit = await portal.prisma.auditEvent.findMany({ orderBy: { id: 'asc' } })
    expect(audit.map(({ kind }) => kind).filter((kind) => kind.startsWith('sending'))).toEqual([
      'sending_stopped',
      'sending_released',
    ])
  })

  it('is pulled once by ten people at once, needs a reason, and is released once', async () => {
    const pulled = await Promise.all(
      Array.from({ length: 10 }, () => stopSending(portal.deps, admin, { reason: 'x' })),
    )
    expect(pulled.filter(({ ok }) => ok)).toHaveLength(1)
    expect(pulled.filter((one) => !one.ok && one.code === 'already_stopped')).toHaveLength(9)
    expect(await stopSending(portal.deps, admin, { reason: ' ' })).toMatchObject({ code: 'reason_required' })
    expect(await releaseSending(portal.deps, admin, { reason: '', code: '123456' })).toMatchObject({
      code: 'reason_required',
    })
    const released = await Promise.all(
      Array.from({ length: 5 }, () => releaseSending(portal.deps, admin, { reason: 'y', code: '123456' })),
    )
    expect(released.filter(({ ok }) => ok)).toHaveLength(1)
    expect(released.filter((one) => !one.ok && one.code === 'not_stopped')).toHaveLength(4)
  })

  it('is released with a code, by another admin than the one who pulled it if there is one', async () => {
    const release = (by: Actor, code = '123456') =>
      releaseSending(portal.deps, by, { reason: 'Cleared', code })
    await stopSending(portal.deps, admin, { reason: 'x' })
    expect(await release(admin, '')).toMatchObject({ code: 'step_up_required' })
    expect(await release(admin, 'wrong')).toMatchObject({ code: 'wrong_code' })
    // Nobody else could.
    expect(await release(admin)).toMatchObject({ ok: true })

    const id = randomUUID()
    const draft = { id, email: `${id}@example.com`, name: 'Berta', role: 'admin' as const }
    await portal.deps.people.createUser(
      { ...draft, passwordHash: 'x', totpSecret: null },
      { kind: 'operator', name: 'root' },
    )
    const berta: Actor = { kind: 'user', id, role: 'admin', name: 'Berta', receiverId: null }
    const stopped = await stopSending(portal.deps, admin, { reason: 'x' })
    expect(await release(admin)).toMatchObject({ code: 'stopped_it' })
    await expect(portal.deps.stopSwitch.release(admin, 'why', 5)).rejects.toThrow('another admin')
    expect(await release(berta)).toMatchObject({ ok: true })
    expect(stopped).toMatchObject({ ok: true })
    // Any admin may release the operator's stop, and the operator any stop.
    await stopSending(portal.deps, { kind: 'operator', name: 'root' }, { reason: 'x' })
    expect(await release(admin)).toMatchObject({ ok: true })
    await stopSending(portal.deps, berta, { reason: 'x' })
    expect(await release({ kind: 'operator', name: 'root' }, '')).toMatchObject({ ok: true })
  })
})
