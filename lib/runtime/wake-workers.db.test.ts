/** Workers hear of what became due now, and of nothing else. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { createTestPortal, eventually, seen, system } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { createBell, wakingWorkers } from './wake-workers.ts'

let rings = 0
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  Object.assign(
    portal.deps,
    wakingWorkers(portal.deps, () => rings++),
  )
})
afterAll(() => portal.close())
beforeEach(() => {
  rings = 0
})

async function ringsOf(act: () => Promise<unknown>): Promise<number> {
  rings = 0
  await act()
  return rings
}

/** One look of a worker at this payout. */
const look = (id: string) =>
  eventually(async () => {
    await portal.wake(id)
    const { leased } = await portal.deps.payouts.claimDue('w', 1, 60_000)
    for (const one of leased) await workPayout(portal.deps, one)
    return leased.some(({ payout }) => payout.id === id) || 'not due yet'
  })

it('for a request, an approval and a callback; not for what a worker does itself', async () => {
  const { deps } = portal
  let id = ''
  expect(await ringsOf(async () => (id = await portal.ask({}, 'the same key')))).toBe(1)
  expect(await ringsOf(() => portal.ask({}, 'the same key')), 'a request that came twice').toBe(0)
  expect(await ringsOf(() => look(id))).toBe(0)
  expect(await ringsOf(() => look(id))).toBe(0)
  const waiting = await portal.payout(id)
  expect(waiting.status).toBe('awaiting_approval')
  const approver = await portal.approver()
  expect(await ringsOf(() => approvePayout(deps, approver, seen(waiting)))).toBe(1)
  expect(await ringsOf(() => look(id))).toBe(0)
  const { clientOrderId, orderId } = await portal.payout(id)
  const message = { status: 'approved', orderId: orderId ?? '', clientOrderId, type: null, params: {} }
  vi.spyOn(portal.gateway, 'readCallback').mockReturnValue({ ok: true, message })
  expect(await ringsOf(() => recordCallback(deps, []))).toBe(1)
  vi.restoreAllMocks()
})

it('for what else somebody waits for: a test, a webhook that is sent again, a link to sign in', async () => {
  const { deps } = portal
  const operator = { kind: 'operator', name: 'root' } as const
  const ana = await createStaff(portal).person('admin', 'Ana')
  const link = { tokenHash: 'h', userId: ana.id, lifetimeMs: 1_000, ip: null }
  const mail = { to: 'ada@example.com', dedupeKey: 'link', subject: 'Your link', text: 'Hello' }
  expect(await ringsOf(() => deps.endpoints.askTest(1, operator))).toBe(1)
  expect(await ringsOf(() => deps.webhooks.resend(randomUUID(), 1n, operator))).toBe(1)
  expect(await ringsOf(() => deps.signIn.createSignInLink(link, mail, operator))).toBe(1)
})

it('not for a payout that ends', async () => {
  const id = await portal.ask()
  expect(await ringsOf(() => cancelPayout(portal.deps, system, { id }))).toBe(0)
})

it('rings at once, then together, and goes on after the database was away', async () => {
  const warn = vi.fn()
  let rung = 0
  const bell = createBell(() => (++rung === 2 ? Promise.reject(new Error('away')) : Promise.resolve()), {
    warn,
  })
  bell.ring()
  expect(rung).toBe(1)
  for (let n = 0; n < 5; n++) bell.ring()
  await bell.rung()
  expect([rung, warn.mock.calls.length]).toEqual([2, 1])
  bell.ring()
  await bell.rung()
  expect(rung).toBe(3)
})
