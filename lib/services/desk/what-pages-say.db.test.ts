/** What pages say about a payout is true, on a real database with real workers. One file, because starting those takes longest. */
import { inEnglish } from '#lib/words/problem-text.ts'
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approveMany, hashOfSet } from '#lib/services/approval/approve-many.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { reviewMany } from '#lib/services/approval/review-many.ts'
import { undoMany } from '#lib/services/approval/undo-many.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { changeReceiver } from '#lib/services/payout/change-receiver.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { enterPayout } from '#lib/services/payout/enter-payout.ts'
import { returnToken, statusToken } from '#lib/services/payout/links.ts'
import { recordReturn } from '#lib/services/payout/record-return.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { watchPayout } from '#lib/services/payout/watch-payout.ts'
import { releaseSending } from '#lib/services/safety/release-sending.ts'
import { stopSending } from '#lib/services/safety/stop-sending.ts'
import { createTestPortal, eventually, seen, system } from '#lib/services/testing/portal.ts'
import { showDeskPayout } from './show-desk-payout.ts'

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
  it('approver and receiver read that payments are paused, and no page promises one', async () => {
    const [one, other] = [await waiting(), await waiting()]
    await stopSending(portal.deps, admin, { reason: 'The bank called' })
    expect((await deskOf(one.id)).paused).toBe(true)
    expect(await approvePayout(portal.deps, approver, seen(one))).toMatchObject({ ok: true })
    expect((await deskOf(one.id)).paused).toBe(true)
    const page = await pageOf(one.id)
    expect(page).toMatchObject({ status: 'approved', paused: true, sendAfter: null })
    const set = [{ id: other.id, contentHash: other.contentHash }]
    const many = { seen: set, setHash: hashOfSet(set), code: '123456' }
    expect(await approveMany(portal.deps, approver, many)).toMatchObject({ ok: true, paused: true })

    await releaseSending(portal.deps, admin, { reason: 'Cleared', code: '123456' })
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

    // Cardzo can't be reached, so the form, which may already be filled in, is not offered.
    const silent = { answer: 'silence', effect: false } as const
    portal.gateway.faults.status = Array.from({ length: 1000 }, () => silent)
    const order = portal.gateway.order(payout.clientOrderId)
    await recordReturn(portal.deps, returnToken(portal.deps.config, payout.id))
    expect(await pageOf(payout.id)).toMatchObject({
      status: 'action_required',
      checkingForm: true,
    })
    portal.gateway.faults.status = []
    await portal.wake(payout.id)
    await eventually(async () => !(await pageOf(payout.id)).checkingForm || 'it is still being checked')
    expect(await pageOf(payout.id)).toMatchObject({ status: 'action_required', redirectUrl: url })

    Object.assign(order, { status: 'approved', redirect: null })
    await portal.until(payout.id, 'paid')
  })
})

describe('the risk checks', () => {
  const account = { destination: { account_number: 'GB29NWBK60161331926819' } }
  const approval = (one: Awaited<ReturnType<typeof deskOf>>) => ({
    ...seen(one.payout),
    riskSeen: one.riskSeen,
    note: 'Both are right.',
  })

  it('run again when the page opens: after a payment in between, it no longer says "nothing was ever paid"', async () => {
    const receiver = { externalId: randomUUID(), firstName: 'Ada' }
    const [first, second] = [await waiting({ receiver }), await waiting({ receiver, amount: '7.00' })]
    expect(second.risk?.checks.find(({ id }) => id === 'first_payment')?.level).toBe('low')
    expect(await approvePayout(portal.deps, approver, approval(await deskOf(first.id)))).toMatchObject({
      ok: true,
    })
    await portal.until(first.id, 'paid')
    const { riskNow, payout } = await deskOf(second.id)
    expect(riskNow?.checks.find(({ id }) => id === 'first_payment')).toMatchObject({
      level: 'none',
      evidence: '1 finished before.',
    })
    expect(Date.parse(riskNow?.at ?? '')).toBeGreaterThan(Date.parse(payout.risk?.at ?? ''))
  })

  it('that find more at approval than the page showed ask again, for one or many; findings that cleared don’t', async () => {
    const payout = await waiting(account)
    const opened = await deskOf(payout.id)
    const set = await reviewMany(portal.deps, approver, { numbers: [String(payout.seq)] })
    if (!set.ok) throw new Error(set.code)
    // Somebody else names the same account.
    await waiting({ ...account, receiver: { externalId: randomUUID(), firstName: 'Ada' } })
    expect(await approvePayout(portal.deps, approver, approval(opened))).toMatchObject({
      code: 'risk_changed',
    })
    const many = { seen: set.seen, setHash: set.setHash, code: '123456' }
    expect(await approveMany(portal.deps, approver, many)).toMatchObject({
      approved: [],
      skipped: [{ id: payout.id, code: 'risk_changed' }],
    })
    expect(await portal.payout(payout.id)).toMatchObject({ status: 'awaiting_approval' })

    const again = await deskOf(payout.id)
    expect(again.mark).not.toBe(opened.mark)
    expect(await approvePayout(portal.deps, approver, approval(again))).toMatchObject({ ok: true })
    // The history has the checks as they were at approval.
    const decided = (await portal.deps.payouts.timeline(payout.id)).find(({ kind }) => kind === 'decided')
    expect(decided?.data).toMatchObject({ riskLevel: again.riskNow?.level })
  })
})

describe('a page that was opened before', () => {
  it('notices by its mark that the payout has changed, and its buttons do nothing any more', async () => {
    const payout = await waiting()
    const opened = await deskOf(payout.id)
    expect(await watchPayout(portal.deps, approver, { id: payout.id })).toEqual({
      ok: true,
      mark: opened.mark,
    })
    await cancelPayout(portal.deps, system, { id: payout.id })
    const now = await watchPayout(portal.deps, approver, { id: payout.id })
    expect(now.ok && now.mark).not.toBe(opened.mark)
    expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({
      code: 'wrong_status',
      detail: { code: 'isNow', status: 'cancelled' },
    })
  })
})

describe('a request that may be a duplicate', () => {
  it('is approved with a note, after showing the approver the other one', async () => {
    const clerkId = randomUUID()
    await portal.deps.people.createUser(
      {
        id: clerkId,
        email: `${clerkId}@example.com`,
        name: 'Clara',
        role: 'clerk',
        passwordHash: null,
        totpSecret: null,
      },
      { kind: 'operator', name: 'test' },
    )
    const clerk: Actor = { kind: 'user', id: clerkId, role: 'clerk', name: 'Clara', receiverId: null }
    const request = () => ({
      formId: randomUUID(),
      amount: '12.00',
      currency: 'EUR',
      receiver: { externalId: receiverId, firstName: 'Ada' },
      destination: { account_number: 'DE89370400440532013000' },
    })
    const receiverId = randomUUID()
    const ids: string[] = []
    for (let n = 0; n < 2; n++) {
      const entered = await enterPayout(portal.deps, clerk, request())
      if (!entered.ok) throw new Error(entered.code)
      ids.push((await portal.until(entered.payoutId, 'awaiting_approval')).id)
    }
    const [first = '', second = ''] = ids
    for (const [one, other] of [
      [first, second],
      [second, first],
    ] as const) {
      const desk = await deskOf(one)
      // Since the second request, the first is a duplicate too.
      expect(desk.needsNote).toBe(true)
      expect(desk.sameRequests.map(({ id }) => id)).toEqual([other])
      expect(await approvePayout(portal.deps, approver, seen(desk.payout))).toMatchObject({
        code: 'note_required',
      })
    }
  })
})

describe('a receiver without an address', () => {
  it('is not said to get a mail', async () => {
    const silent = await waiting()
    expect((await deskOf(silent.id)).mailsReceiver).toBe(false)
    await portal.prisma.receiver.update({
      where: { id: silent.receiver.id },
      data: { email: 'ada@example.com' },
    })
    expect((await deskOf(silent.id)).mailsReceiver).toBe(await portal.deps.settings.mailApiReceivers())
  })
})

describe('a request that is wrong in more than one way', () => {
  it('gets all errors at once, in words, whether its shape is right or not', async () => {
    const body = {
      amount: '10.005',
      currency: 'GBP',
      receiver: { externalId: 7, email: 'no address' },
      destination: {},
      colour: 'red',
    }
    const answer = await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })
    expect(answer).toMatchObject({ ok: false, code: 'invalid_request' })
    const errors = answer.ok ? [] : (answer.errors ?? [])
    expect(errors.map(({ path }) => path).sort()).toEqual([
      'amount',
      'colour',
      'currency',
      'destination.account_number',
      'destination.first_name',
      'receiver.email',
      'receiver.externalId',
    ])
    for (const { message } of errors.map(inEnglish))
      expect(message).not.toMatch(/invalid|expected|received|undefined/i)
  })
})

describe('a set that was approved', () => {
  it('can be undone until it is sent; sent payouts are named and don’t block the others', async () => {
    const operator: Actor = { kind: 'operator', name: 'test' }
    await portal.deps.settings.change({ sendDelayS: { '*': 3600 } }, operator)
    try {
      const payouts = [await waiting(), await waiting(), await waiting()]
      const set = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
      const many = { seen: set, setHash: hashOfSet(set), code: '123456' }
      expect(await approveMany(portal.deps, approver, many)).toMatchObject({ ok: true, skipped: [] })
      const [first, ...rest] = payouts.map(({ id }) => id)
      await portal.prisma
        .$executeRaw`WITH woken AS (UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = date_trunc('milliseconds', now()) WHERE payout_id = ${first}::uuid)
          UPDATE payout SET send_after = now() - interval '1 second' WHERE id = ${first}::uuid`
      await portal.until(first ?? '', 'paid')
      const undone = await undoMany(portal.deps, approver, { ids: payouts.map(({ id }) => id) })
      expect(undone).toMatchObject({ ok: true, undone: rest, left: [{ id: first, code: 'payout_final' }] })
      for (const id of rest) expect(await portal.payout(id)).toMatchObject({ status: 'awaiting_approval' })
    } finally {
      await portal.deps.settings.change({ sendDelayS: { '*': 0 } }, operator)
    }
  })
})

describe('a receiver with other data', () => {
  async function clerk(): Promise<Actor> {
    const id = randomUUID()
    await portal.deps.people.createUser(
      { id, email: `${id}@example.com`, name: 'Clara', role: 'clerk', passwordHash: null, totpSecret: null },
      { kind: 'operator', name: 'test' },
    )
    return { kind: 'user', id, role: 'clerk', name: 'Clara', receiverId: null }
  }

  it('is refused with the names of the parts that differ, but not with the known values', async () => {
    const known = {
      externalId: randomUUID(),
      email: 'secret@example.com',
      firstName: 'Ada',
      lastName: 'Nowak',
    }
    await waiting({ receiver: known })
    const body = {
      amount: '5.00',
      currency: 'EUR',
      receiver: { ...known, email: 'guess@example.com', lastName: 'Other' },
      destination: { account_number: 'DE89370400440532013000' },
    }
    const answer = await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })
    expect(answer).toMatchObject({
      code: 'receiver_mismatch',
      errors: [{ path: 'receiver.email' }, { path: 'receiver.lastName' }],
    })
    expect(JSON.stringify(answer)).not.toMatch(/secret@|Nowak/)
  })

  it('is changed by a clerk, recorded, and mailed to both addresses; an approver with the page open learns so', async () => {
    const known = { externalId: randomUUID(), email: `${randomUUID()}@example.com`, firstName: 'Ada' }
    const payout = await waiting({ receiver: known })
    const opened = await deskOf(payout.id)
    const by = await clerk()
    const to = { email: `${randomUUID()}@example.com`, firstName: 'Ada', lastName: 'Nowak' }
    const request = {
      id: payout.receiver.id,
      seen: { email: known.email, firstName: 'Ada', lastName: '' },
      to,
      reason: 'As on the passport.',
      code: '123456',
    }
    expect(await changeReceiver(portal.deps, approver, request)).toMatchObject({ code: 'forbidden' })
    expect(await changeReceiver(portal.deps, by, { ...request, code: '' })).toMatchObject({
      code: 'step_up_required',
    })
    const wrong = { ...request, to: { ...to, email: 'no address' }, reason: '' }
    expect(await changeReceiver(portal.deps, by, wrong)).toMatchObject({
      errors: [{ path: 'email' }, { path: 'reason' }],
    })
    expect(await changeReceiver(portal.deps, by, request)).toMatchObject({ ok: true })
    // Another person's change is not overwritten.
    expect(await changeReceiver(portal.deps, by, request)).toMatchObject({ code: 'stale' })

    expect((await portal.payout(payout.id)).receiver).toMatchObject(to)
    expect((await deskOf(payout.id)).mark).not.toBe(opened.mark)
    const audited = await portal.prisma.auditEvent.findMany({
      where: { kind: 'receiver_changed', subject: payout.receiver.id },
    })
    expect(audited).toMatchObject([{ actorId: by.kind === 'user' ? by.id : '' }])
    const told = await portal.prisma.mail.findMany({ where: { recipient: { in: [known.email, to.email] } } })
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([known.email, to.email].sort())
  })
})
