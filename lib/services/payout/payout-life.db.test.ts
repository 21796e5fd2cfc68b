/** A payout's life on a real database with real workers, against a Cardzo that misbehaves on demand. Whole, so that it reads as one life. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { setPolicy } from '#lib/services/policy/set-policy.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal, eventually, sampleRequest, system, seen } from '#lib/services/testing/portal.ts'
import { cancelPayout } from './cancel-payout.ts'
import { createPayout } from './create-payout.ts'
import { statusUrlOf } from './links.ts'
import { requestWithdrawal } from './request-withdrawal.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
  portal.startWorker()
  portal.startWorker()
})
afterAll(() => portal.close())
beforeEach(() => {
  portal.gateway.afterPay = (order) => Object.assign(order, { status: 'approved', stage: 'payout_approved' })
  portal.errors.length = 0
})

const people = createAccounts(() => portal.deps)

async function approve(id: string) {
  const waiting = await portal.until(id, 'awaiting_approval')
  const approved = await approvePayout(portal.deps, await portal.approver(), seen(waiting))
  expect(approved).toMatchObject({ ok: true })
}

const orderOf = async (id: string) => portal.gateway.order((await portal.payout(id)).clientOrderId)

describe('a payout', () => {
  it('is checked, approved, paid once, and leaves a complete timeline', async () => {
    const id = await portal.ask()
    await approve(id)
    const paid = await portal.until(id, 'paid')
    expect(paid).toMatchObject({ gatewayStatus: 'approved' })
    // Nobody looks again once its callbacks are compared.
    await eventually(async () => (await portal.payout(id)).dueAt === null || 'it is still due')
    expect((await orderOf(id)).paysReceived).toBe(1)
    const timeline = await portal.deps.payouts.timeline(id)
    expect(timeline.map(({ move }) => move).filter((move) => move !== null)).toEqual([
      'find_order',
      'validate',
      'approve',
      'claim',
      'proceed',
      'confirm',
    ])
    const versions = timeline.map(({ version }) => version)
    expect(versions).toEqual(versions.toSorted((a, b) => a - b))
    expect(await portal.items(id)).toEqual([])
    expect(portal.errors).toEqual([])
  })

  it('tells receiver and approvers by mail, each once', async () => {
    const approver = await portal.approver()
    const id = await portal.ask()
    await approve(id)
    await portal.until(id, 'paid')
    const mails = await portal.mails({ payoutId: id })
    const to = mails.map(({ recipient, subject }) => `${recipient}: ${subject}`)
    expect(to.filter((line) => line.startsWith('ada@'))).toEqual([
      'ada@example.com: Approved: 100.50 EUR is on its way soon',
      'ada@example.com: We’ve sent you 100.50 EUR',
    ])
    if (approver.kind !== 'user') throw new Error('no user')
    expect(to).toContain(`${approver.id}@example.com: Waiting for approval: 100.50 EUR`)
    expect(new Set(to).size).toBe(to.length)
    for (const { text } of mails) expect(text).not.toContain('DE89370400440532013000')
  })

  it('tells a receiver who asked in the browser that we have their request, once', async () => {
    const account = await people.person('receiver')
    const { receiverId } = (await portal.deps.people.findUserByEmail(account.email))!
    const receiver = { kind: 'user', id: account.id, role: 'receiver', name: 'Ben', receiverId } as const
    const form = {
      formId: randomUUID(),
      amount: '31.50',
      currency: 'EUR',
      destination: { ...sampleRequest.destination, first_name: 'Ben' },
      ipAddress: null,
    }
    const asked = await Promise.all([1, 2, 3].map(() => requestWithdrawal(portal.deps, receiver, form)))
    const [id, ...others] = new Set(asked.map((one) => (one.ok ? one.payoutId : one.code)))
    expect(others).toEqual([])
    const mails = (await portal.mails({ payoutId: id ?? '' })).filter(
      ({ recipient }) => recipient === account.email,
    )
    expect(mails.map(({ subject }) => subject)).toEqual(['We’ve received your request for 31.50 EUR'])
    expect(mails[0]?.text).toContain('no money has been sent yet')
  })

  it('asks the receiver to fill in the bank form, by mail too, and goes on when they have', async () => {
    portal.gateway.afterPay = (order) =>
      Object.assign(order, { stage: 'payout_processing', redirect: 'https://bank.example/form' })
    const id = await portal.ask()
    await approve(id)
    const waiting = await portal.until(id, 'action_required')
    expect(waiting.redirectUrl).toBe('https://bank.example/form')
    Object.assign(await orderOf(id), { redirect: null })
    const going = await portal.until(id, 'processing')
    expect(going.redirectUrl).toBeNull()
    // The bank asks again, which is no news by mail.
    Object.assign(await orderOf(id), { redirect: 'https://bank.example/form' })
    await portal.until(id, 'action_required')
    Object.assign(await orderOf(id), { status: 'approved' })
    await portal.until(id, 'paid')
    const mails = await portal.mails({ payoutId: id, recipient: 'ada@example.com' })
    expect(mails.map(({ subject }) => subject)).toEqual([
      'Approved: 100.50 EUR is on its way soon',
      'Confirm with your bank to receive 100.50 EUR',
      'We’ve sent you 100.50 EUR',
    ])
    // It leads to the payout's page, which names the bank's host first.
    const link = statusUrlOf(portal.deps.config, waiting)
    expect(mails[1]?.text).toContain(`View the payment and continue to your bank:\n${link}`)
    expect(mails[1]?.text).not.toContain('bank.example')
  })

  it('shows an approver a confirmation of the bank that is as old as the last look', async () => {
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    const { version } = await portal.payout(id)
    await portal.prisma
      .$executeRaw`UPDATE payout SET validated_at = now() - interval '2 days' WHERE id = ${id}::uuid`
    await portal.wake(id)
    await eventually(async () => {
      const { validatedAt } = await portal.payout(id)
      return (validatedAt?.getTime() ?? 0) > Date.now() - 60_000 || 'the confirmation is still old'
    })
    // That is no news to anybody: nobody has to decide again.
    expect(await portal.payout(id)).toMatchObject({ status: 'awaiting_approval', version })
  })

  it.each([
    ['declined', 'declined'],
    ['filtered', 'filtered'],
    ['error', 'failed'],
  ] as const)('ends as Cardzo says: %s', async (word, status) => {
    portal.gateway.afterPay = (order) => Object.assign(order, { status: word })
    const id = await portal.ask()
    await approve(id)
    await portal.until(id, status)
    expect(await portal.items(id)).toEqual(word === 'error' ? ['gateway_error'] : [])
  })

  it('is never paid when it is rejected, and the receiver reads the reason', async () => {
    const id = await portal.ask()
    const { version } = await portal.until(id, 'awaiting_approval')
    const approver = await portal.approver()
    expect(await rejectPayout(portal.deps, approver, { id, version, reason: '  ' })).toMatchObject({
      code: 'reason_required',
    })
    const rejected = await rejectPayout(portal.deps, approver, { id, version, reason: 'Invoice missing' })
    expect(rejected).toMatchObject({
      ok: true,
      payout: { status: 'rejected', failureMessage: 'Invoice missing' },
    })
    const [mail] = await portal.mails({ payoutId: id, recipient: 'ada@example.com' })
    expect(mail?.text).toContain('Invoice missing')
    expect((await orderOf(id)).paysReceived).toBe(0)
  })

  it('is approved by policy only strictly below the limit, and only when the API asked', async () => {
    await setPolicy(
      portal.deps,
      { kind: 'operator', name: 'test' },
      { currency: 'USD', autoApproveBelow: '500' },
    )
    const below = await portal.ask({ currency: 'USD', amount: '499.99' })
    const at = await portal.ask({ currency: 'USD', amount: '500.00' })
    expect((await portal.until(below, 'paid')).policyNote).toMatchObject({
      approved: true,
      autoApproveBelow: '500.00',
    })
    expect((await portal.until(at, 'awaiting_approval')).policyNote).toMatchObject({ approved: false })
  })
})

describe('nothing happens twice', () => {
  it('makes one payout of twenty parallel requests under one key', async () => {
    const key = randomUUID()
    const made = await Promise.all(
      Array.from({ length: 20 }, () =>
        createPayout(portal.deps, system, { idempotencyKey: key, body: sampleRequest }),
      ),
    )
    const ids = made.map((one) => (one.ok ? one.payout.id : one.code))
    expect(new Set(ids).size).toBe(1)
    expect(made.filter((one) => one.ok && !one.replayed)).toHaveLength(1)
  })

  it('makes one payout of parallel requests for a new receiver', async () => {
    const receiver = { externalId: randomUUID(), firstName: 'Grace' }
    const key = randomUUID()
    const body = { ...sampleRequest, receiver }
    const made = await Promise.all(
      Array.from({ length: 10 }, () => createPayout(portal.deps, system, { idempotencyKey: key, body })),
    )
    expect(made.every((one) => one.ok)).toBe(true)
    expect(await portal.prisma.receiver.count({ where: { externalId: receiver.externalId } })).toBe(1)
  })

  it('refuses the same key with another request and stores nothing', async () => {
    const key = randomUUID()
    await portal.ask({}, key)
    const other = await createPayout(portal.deps, system, {
      idempotencyKey: key,
      body: { ...sampleRequest, amount: '100.51' },
    })
    expect(other).toMatchObject({ ok: false, code: 'idempotency_key_reused' })
    const equal = await createPayout(portal.deps, system, {
      idempotencyKey: key,
      body: { ...sampleRequest, amount: '100.5' },
    })
    expect(equal).toMatchObject({ ok: true, replayed: true })
  })

  it('changes no known receiver silently', async () => {
    const body = { ...sampleRequest, receiver: { ...sampleRequest.receiver, lastName: 'Other' } }
    const key = randomUUID()
    expect(await createPayout(portal.deps, system, { idempotencyKey: key, body })).toMatchObject({
      code: 'receiver_mismatch',
    })
    // The refused request did not use the key up.
    expect(
      await createPayout(portal.deps, system, { idempotencyKey: key, body: sampleRequest }),
    ).toMatchObject({ ok: true })
  })

  it('lets one of ten approvers win', async () => {
    const id = await portal.ask()
    const waiting = await portal.until(id, 'awaiting_approval')
    const approvers = await Promise.all(Array.from({ length: 10 }, () => portal.approver()))
    const tried = await Promise.all(approvers.map((by) => approvePayout(portal.deps, by, seen(waiting))))
    expect(tried.filter(({ ok }) => ok)).toHaveLength(1)
    await portal.until(id, 'paid')
    expect((await orderOf(id)).paysReceived).toBe(1)
  })

  it('lets exactly one win when a cancel and the claim race', async () => {
    for (let round = 0; round < 15; round++) {
      const id = await portal.ask()
      await approve(id)
      const cancelled = await cancelPayout(portal.deps, system, { id })
      if (cancelled.ok) {
        expect(cancelled.payout.status).toBe('cancelled')
        expect((await orderOf(id)).paysReceived).toBe(0)
        expect((await cancelPayout(portal.deps, system, { id })).ok).toBe(true)
      } else {
        expect(['payout_already_sent', 'payout_final']).toContain(cancelled.code)
        await portal.until(id, 'paid')
        expect((await orderOf(id)).paysReceived).toBe(1)
      }
    }
  })
})

describe('when payout-check goes wrong', () => {
  it('finds the order by our own id after a lost answer, and opens no second one', async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: true })
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    const { clientOrderId } = await portal.payout(id)
    expect(portal.gateway.orders.get(clientOrderId)).toHaveLength(1)
  })

  it('repeats it once when three looks over twice the time-out find no order', async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: false })
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    const { clientOrderId } = await portal.payout(id)
    const calls = portal.gateway.calls
      .filter((call) => call.endsWith(clientOrderId))
      .map((call) => call.split(' ')[0])
    const second = calls.indexOf('check', 1)
    expect(calls.slice(1, second).filter((call) => call === 'status').length).toBeGreaterThanOrEqual(3)
    expect(calls.filter((call) => call === 'check')).toHaveLength(2)
  })

  it('stops after the second one and tells a person', async () => {
    portal.gateway.faults.check.push(
      { answer: 'silence', effect: false },
      { answer: 'silence', effect: false },
    )
    const id = await portal.ask()
    await eventually(async () =>
      (await portal.items(id)).includes('check_unresolved') ? true : 'no item yet',
    )
    const payout = await portal.payout(id)
    expect(payout.status).toBe('requested')
    const checks = portal.gateway.calls.filter((call) => call === `check ${payout.clientOrderId}`)
    expect(checks).toHaveLength(2)
  })

  it('believes a refusal of the second one only after one more look', async () => {
    portal.gateway.faults.check.push({ answer: 'silence', effect: false }, { answer: 'refused', code: '7' })
    const id = await portal.ask()
    const failed = await portal.until(id, 'failed')
    expect(failed.gatewayCode).toBe('7')
    const calls = portal.gateway.calls.filter((call) => call.endsWith(failed.clientOrderId))
    expect(calls.at(-1)).toContain('status')
  })

  it('fails on a refusal, with Cardzo’s code for staff', async () => {
    portal.gateway.faults.check.push({ answer: 'refused', code: '1' })
    const id = await portal.ask()
    expect(await portal.until(id, 'failed')).toMatchObject({ gatewayCode: '1', gatewayMessage: 'refused' })
  })

  it('tries again when provably nothing was sent, without counting the attempt', async () => {
    portal.gateway.faults.check.push(...Array.from({ length: 4 }, () => ({ answer: 'not_sent' as const })))
    const id = await portal.ask()
    const waiting = await portal.until(id, 'awaiting_approval')
    expect(waiting.progress.checkAttempts).toBe(1)
  })

  it('adopts the order of an error answer that names one', async () => {
    portal.gateway.faults.check.push({ answer: 'error', effect: true, orderId: true })
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    expect(portal.gateway.orders.get((await portal.payout(id)).clientOrderId)).toHaveLength(1)
  })

  it('raises an alarm when we are locked out, sends nothing new, and recovers with the first status that works', async () => {
    portal.gateway.faults.check.push({ answer: 'locked_out', effect: false })
    const id = await portal.ask()
    await eventually(async () => {
      const alarms = await portal.prisma.openItem.count({ where: { kind: 'locked_out' } })
      return alarms > 0 ? true : 'no alarm'
    })
    await portal.until(id, 'awaiting_approval')
    expect((await portal.deps.gatewayCondition.read()).lockedOutAt).toBeNull()
    expect(await portal.prisma.openItem.count({ where: { kind: 'locked_out', closedAt: null } })).toBe(0)
  })
})

describe('when payout-pay goes wrong', () => {
  it('is paid by status after a lost answer, and never sent again', async () => {
    portal.gateway.faults.pay.push({ answer: 'silence', effect: true })
    const id = await portal.ask()
    await approve(id)
    await portal.until(id, 'paid')
    expect((await orderOf(id)).paysReceived).toBe(1)
    const moves = (await portal.deps.payouts.timeline(id)).map(({ move }) => move)
    expect(moves).toContain('lose_track')
    expect(await portal.items(id)).toEqual([])
  })

  it.each([
    ['a lost request', { answer: 'silence', effect: false }],
    ['an error answer', { answer: 'error', effect: false }],
    ['a lock-out', { answer: 'locked_out', effect: false }],
  ] as const)('stays unknown after %s, is shown to people, and never sent again', async (_what, fault) => {
    portal.gateway.faults.pay.push(fault)
    const id = await portal.ask()
    await approve(id)
    const unknown = await portal.until(id, 'outcome_unknown')
    expect(await portal.items(id)).toContain('outcome_unknown')
    const asked = () =>
      portal.gateway.calls.filter((call) => call === `status ${unknown.clientOrderId}`).length
    const before = asked()
    await eventually(() => Promise.resolve(asked() > before + 5 ? true : 'not asked often enough'))
    expect((await portal.payout(id)).status).toBe('outcome_unknown')
    expect(portal.gateway.calls.filter((call) => call === `pay ${unknown.clientOrderId}`)).toHaveLength(1)
    Object.assign(await orderOf(id), { status: 'declined' })
    await portal.until(id, 'declined')
  })

  it('goes back to approved when provably nothing was sent, and is then paid once', async () => {
    portal.gateway.faults.pay.push({ answer: 'not_sent' }, { answer: 'not_sent' })
    const id = await portal.ask()
    await approve(id)
    await portal.until(id, 'paid')
    expect((await orderOf(id)).paysReceived).toBe(1)
    const moves = (await portal.deps.payouts.timeline(id)).map(({ move }) => move)
    expect(moves.filter((move) => move === 'release_unsent')).toHaveLength(2)
  })

  it('fails after a refusal only when two later answers still say validated', async () => {
    portal.gateway.faults.pay.push({ answer: 'refused', code: '5' })
    const id = await portal.ask()
    await approve(id)
    expect(await portal.until(id, 'failed')).toMatchObject({ gatewayCode: '5' })
    const { clientOrderId } = await portal.payout(id)
    const calls = portal.gateway.calls
      .filter((call) => call.endsWith(clientOrderId))
      .map((call) => call.split(' ')[0])
    expect(
      calls.slice(calls.indexOf('pay') + 1).filter((call) => call === 'status').length,
    ).toBeGreaterThanOrEqual(2)
  })

  it('is not paid unless Cardzo says validated', async () => {
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    Object.assign(await orderOf(id), { stage: 'payout_check_validating' })
    await approve(id)
    await portal.until(id, 'checking')
    expect((await orderOf(id)).paysReceived).toBe(0)
    Object.assign(await orderOf(id), { stage: 'payout_check_validated' })
    // The old approval no longer counts: people decide again.
    await approve(id)
    await portal.until(id, 'paid')
  })

  it('cannot be approved or paid while Cardzo names another amount', async () => {
    const id = await portal.ask()
    const waiting = await portal.until(id, 'awaiting_approval')
    const approver = await portal.approver()
    Object.assign(await orderOf(id), { amount: '1000.50' })
    await portal.wake(id)
    await eventually(async () => ((await portal.items(id)).includes('amount_differs') ? true : 'no item'))
    expect(await approvePayout(portal.deps, approver, seen(waiting))).toMatchObject({
      code: 'amount_differs',
    })
    Object.assign(await orderOf(id), { amount: '100.5' })
    await portal.wake(id)
    await eventually(async () => ((await portal.items(id)).includes('amount_differs') ? 'still open' : true))
    expect(await approvePayout(portal.deps, approver, seen(waiting))).toMatchObject({ ok: true })
    await portal.until(id, 'paid')
  })
})

describe('after the end', () => {
  it('is never left, not even by SQL', async () => {
    const id = await portal.ask()
    expect(await cancelPayout(portal.deps, system, { id })).toMatchObject({ ok: true })
    await expect(
      portal.prisma.$executeRaw`UPDATE payout SET status = 'paid' WHERE id = ${id}::uuid`,
    ).rejects.toThrow('stays so')
    await expect(portal.prisma.$executeRaw`DELETE FROM payout_event`).rejects.toThrow('only ever added to')
    await expect(portal.prisma.$executeRaw`DELETE FROM payout WHERE id = ${id}::uuid`).rejects.toThrow(
      'are never deleted',
    )
  })

  it('opens a critical item when Cardzo says that a cancelled payout was paid', async () => {
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    expect((await cancelPayout(portal.deps, system, { id })).ok).toBe(true)
    Object.assign(await orderOf(id), { status: 'approved' })
    const { clientOrderId, orderId } = await portal.payout(id)
    const message = { status: 'approved', orderId: orderId ?? '', clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    await eventually(async () => ((await portal.items(id)).includes('paid_after_end') ? true : 'no item'))
    expect((await portal.payout(id)).status).toBe('cancelled')
  })

  it('counts thirty equal callbacks as one', async () => {
    const id = await portal.ask()
    await approve(id)
    const paid = await portal.until(id, 'paid')
    const message = {
      status: 'approved',
      orderId: paid.orderId ?? '',
      clientOrderId: paid.clientOrderId,
      type: 'payout',
      params: {},
    }
    await Promise.all(Array.from({ length: 30 }, () => portal.deps.callbacks.store(message, id)))
    const [stored] = await portal.deps.callbacks.forPayout(id)
    expect(stored?.deliveries).toBe(30)
    const events = await portal.deps.payouts.timeline(id)
    expect(events.filter(({ kind }) => kind === 'callback_received')).toHaveLength(1)
    expect(events.filter(({ move }) => move === 'confirm')).toHaveLength(1)
    await eventually(async () => {
      const [compared] = await portal.deps.callbacks.forPayout(id)
      return compared?.comparedAt ? true : 'not compared'
    })
  })

  it('shows people a disagreement between callback and status', async () => {
    const id = await portal.ask()
    await portal.until(id, 'awaiting_approval')
    const { clientOrderId, orderId } = await portal.payout(id)
    await portal.deps.callbacks.store(
      { status: 'approved', orderId: orderId ?? '', clientOrderId, type: null, params: {} },
      id,
    )
    expect((await portal.payout(id)).status).toBe('awaiting_approval')
    Object.assign(await orderOf(id), { status: 'declined' })
    await portal.wake(id)
    await portal.until(id, 'declined')
    await eventually(async () => ((await portal.items(id)).includes('callback_disagrees') ? true : 'no item'))
  })
})

describe('at every moment', () => {
  it('has due work or is over, was not paid twice, and its history holds', async () => {
    const lost = await portal.prisma
      .$queryRaw`SELECT id FROM payout JOIN payout_work ON payout_id = id WHERE final_at IS NULL AND due_at IS NULL`
    expect(lost).toEqual([])
    for (const orders of portal.gateway.orders.values())
      for (const order of orders) expect(order.paysReceived).toBeLessThanOrEqual(1)
    const proof = await portal.deps.history.verify()
    expect(proof).toMatchObject({ firstBroken: null, brokenPayouts: 0 })
    expect(proof.payouts).toBeGreaterThan(30)
  })
})
