/** What people read about a payout is true when they read it: on a real database, with real workers. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approveMany, hashOfSet } from './approve-many.ts'
import { approvePayout } from './approve-payout.ts'
import { returnToken, statusToken } from './links.ts'
import { recordReturn } from './record-return.ts'
import { releaseSending } from './release-sending.ts'
import { showDeskPayout } from './show-desk-payout.ts'
import { showStatus } from './show-status.ts'
import { stopSending } from './stop-sending.ts'
import { createTestPortal, eventually, seen } from './testing/portal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let admin: Actor
let approver: Actor
beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
  const id = randomUUID()
  await portal.deps.people.createUser(
    { id, email: `${id}@example.com`, name: 'Adrian', role: 'admin', passwordHash: null, totpSecret: null },
    { kind: 'operator', name: 'test' },
  )
  admin = { kind: 'user', id, role: 'admin', name: 'Adrian', receiverId: null }
  approver = await portal.approver()
})
afterAll(() => portal.close())
beforeEach(() => {
  portal.gateway.afterPay = (order) => Object.assign(order, { status: 'approved', stage: 'payout_approved' })
})

const waiting = async (more: Record<string, unknown> = {}) =>
  portal.until(
    await portal.ask({ receiver: { externalId: randomUUID(), firstName: 'Ada' }, ...more }),
    'awaiting_approval',
  )
async function pageOf(id: string) {
  const shown = await showStatus(portal.deps, statusToken(portal.deps.config, id))
  if (!shown.ok) throw new Error(shown.code)
  return shown.view
}
async function deskOf(id: string, actor: Actor = approver) {
  const shown = await showDeskPayout(portal.deps, actor, id)
  if (!shown.ok) throw new Error(shown.code)
  return shown
}

describe('while all payments are stopped', () => {
  it('approver and receiver read that they are paused, and nobody is promised a payment', async () => {
    const [one, other] = [await waiting(), await waiting()]
    await stopSending(portal.deps, admin, { reason: 'The bank called' })
    expect((await deskOf(one.id)).paused).toBe(true)
    expect(await approvePayout(portal.deps, approver, seen(one))).toMatchObject({ ok: true })
    expect((await deskOf(one.id)).paused).toBe(true)
    const page = await pageOf(one.id)
    expect(page).toMatchObject({ status: 'approved', paused: true, sendAfter: null })
    expect(page.explanation).toContain('paused')
    const set = [{ id: other.id, contentHash: other.contentHash }]
    const many = { seen: set, setHash: hashOfSet(set), code: '123456' }
    expect(await approveMany(portal.deps, approver, many)).toMatchObject({ ok: true, paused: true })

    await releaseSending(portal.deps, admin, { reason: 'Cleared' })
    await portal.until(one.id, 'paid')
    expect(await pageOf(one.id)).toMatchObject({ paused: false })
  })
})

describe("the bank's form", () => {
  it('is not offered after the return until Cardzo asks for it again', async () => {
    const url = 'https://bank.example/form'
    portal.gateway.afterPay = (order) => Object.assign(order, { stage: 'payout_processing', redirect: url })
    const payout = await waiting()
    expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({ ok: true })
    await portal.until(payout.id, 'action_required')
    expect(await pageOf(payout.id)).toMatchObject({ redirectUrl: url, checkingForm: false })

    // Cardzo can't be reached: nothing is known, so the form that may be filled in already stays away.
    const silent = { answer: 'silence', effect: false } as const
    portal.gateway.faults.status = Array.from({ length: 1000 }, () => silent)
    const order = portal.gateway.order(payout.clientOrderId)
    await recordReturn(portal.deps, returnToken(portal.deps.config, payout.id))
    expect(await pageOf(payout.id)).toMatchObject({
      status: 'action_required',
      checkingForm: true,
      headline: 'We are checking with your bank',
    })
    portal.gateway.faults.status = []
    await portal.deps.payouts.wake(payout.id)
    await eventually(
      async () => (await pageOf(payout.id)).checkingForm === false || 'it is still being checked',
    )
    expect(await pageOf(payout.id)).toMatchObject({ status: 'action_required', redirectUrl: url })

    Object.assign(order, { status: 'approved', redirect: null })
    await portal.until(payout.id, 'paid')
  })
})
