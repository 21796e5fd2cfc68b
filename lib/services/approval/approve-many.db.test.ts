/** FI-35: a set is approved exactly as it was shown, with one code. What has changed since is left out and named. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import type { Act, Payout } from '#lib/services/ports.ts'
import { createTestPortal, eventually, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { approveMany, hashOfSet, manyAtMost } from './approve-many.ts'
import { approvePayout } from './approve-payout.ts'
import { rejectPayout } from './reject-payout.ts'
import { reviewMany } from './review-many.ts'

const operator: Actor = { kind: 'operator', name: 'test' }
const anHourS = 3600
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal({ currencies: ['EUR', 'CHF', 'GBP'] })
  const two = { ...plainCurrency, rules: [{ name: 'Two', source: 'any' as const, from: '0', approvers: 2 }] }
  const limited = { ...plainCurrency, limits: { ...plainCurrency.limits, approverDay: '25' } }
  await portal.deps.policy.set(
    { currencies: { CHF: two, GBP: limited }, risk: {} },
    'for these tests',
    operator,
  )
  // Approved payouts stay approved, so that the test can count them.
  await portal.deps.settings.change({ sendDelayS: { '*': anHourS } }, operator)
  portal.startWorker()
  portal.startWorker()
})
afterAll(() => portal.close())

/** Payouts to different receivers, checked by the bank, oldest first. */
async function waiting(
  count: number,
  currency = 'EUR',
  amountOf = (n: number) => `${n + 1}.25`,
): Promise<Payout[]> {
  const ids: string[] = []
  for (let n = 0; n < count; n++) {
    const receiver = { ...sampleRequest.receiver, externalId: randomUUID() }
    const body = { ...sampleRequest, receiver, currency, amount: amountOf(n) }
    const made = await createPayout(portal.deps, system, { idempotencyKey: randomUUID(), body })
    if (!made.ok) throw new Error(made.code)
    ids.push(made.payout.id)
  }
  // Counted until all are there, then read once: reading hundreds of payouts again and again costs more than their checks.
  const where = { id: { in: ids }, status: 'awaiting_approval' } as const
  await eventually(async () => {
    const checked = await portal.prisma.payout.count({ where })
    return checked === count || `${checked} of ${count}`
  }, 120_000)
  return (await portal.deps.payouts.findMany(ids)).sort((a, b) => (a.seq < b.seq ? -1 : 1))
}

const setOf = (payouts: readonly Payout[]) => {
  const chosen = payouts.map(({ id, contentHash }) => ({ id, contentHash }))
  return { seen: chosen, setHash: hashOfSet(chosen), code: '123456' }
}
const numbersOf = (payouts: readonly Payout[]) => ({ numbers: payouts.map(({ seq }) => String(seq)) })
const sumOf = (payouts: readonly Payout[]) => payouts.reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
const auditOf = async (setHash: string) =>
  (await portal.prisma.auditEvent.findMany({ where: { kind: 'approved_many', subject: setHash } })).map(
    ({ data }) => data,
  )

/** The portal, with a second factor that remembers what it was asked for. */
function counting() {
  const acts: (Act['kind'] | 'sign_in')[] = []
  const verify = (_user: string, code: string, act: { kind: Act['kind'] | 'sign_in' }) => {
    acts.push(act.kind)
    return Promise.resolve(code === '123456' ? ('ok' as const) : ('wrong' as const))
  }
  return { acts, deps: { ...portal.deps, secondFactor: { ...portal.deps.secondFactor, verify } } }
}

describe('FI-35: five hundred at once', () => {
  it(
    'seven changed underneath: 493 are approved, 7 are named, and the sums agree',
    { timeout: 240_000 },
    async () => {
      const payouts = await waiting(manyAtMost)
      const ana = await portal.approver()
      const review = await reviewMany(portal.deps, ana, numbersOf(payouts))
      if (!review.ok) throw new Error(review.code)
      expect(review.rows).toHaveLength(500)
      expect(review.leftOut).toEqual([])
      expect(review.sums).toEqual([{ currency: 'EUR', count: 500, amountMinor: sumOf(payouts) }])

      const [rejected, cancelled, agreed, checked, differing, expired, changed, ...same] = payouts
      if (!rejected || !cancelled || !agreed || !checked || !differing || !expired || !changed)
        throw new Error('too few')
      const ben = await portal.approver()
      await rejectPayout(portal.deps, ben, { ...rejected, reason: 'Asked for twice' })
      await cancelPayout(portal.deps, system, cancelled)
      await approvePayout(portal.deps, ben, seen(agreed))
      Object.assign(portal.gateway.order(checked.clientOrderId), { stage: 'payout_check_validating' })
      await portal.wake(checked.id)
      await portal.until(checked.id, 'checking')
      Object.assign(portal.gateway.order(differing.clientOrderId), { amount: '999.00' })
      await portal.wake(differing.id)
      await eventually(
        async () => (await portal.payout(differing.id)).gatewayAmount === '999.00' || 'not heard yet',
      )
      await portal.prisma.payout.update({ where: { id: expired.id }, data: { expiresAt: new Date(0) } })
      await portal.wake(expired.id)
      await portal.until(expired.id, 'expired')
      await portal.prisma.$transaction(async (tx) => {
        await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
        await tx.$executeRawUnsafe(
          'UPDATE payout SET description = description, currency = $2 WHERE id = $1::uuid',
          changed.id,
          'GBP',
        )
      })

      const { acts, deps } = counting()
      const { setHash } = review
      const answer = await approveMany(deps, ana, { seen: review.seen, setHash, code: '123456' })
      if (!answer.ok) throw new Error(answer.code)
      expect(answer.approved).toHaveLength(493)
      expect(new Set(answer.skipped.map(({ id }) => id))).toEqual(
        new Set([rejected, cancelled, agreed, checked, differing, expired, changed].map(({ id }) => id)),
      )
      const whyOf = (payout: Payout) => answer.skipped.find(({ id }) => id === payout.id)?.code
      expect([rejected, cancelled, checked, expired].map(whyOf)).toEqual(Array(4).fill('wrong_status'))
      expect([agreed, differing].map(whyOf)).toEqual(['approved_by_another', 'amount_differs'])
      expect(['content_changed', 'amount_differs']).toContain(whyOf(changed))
      // One code for all of them.
      expect(acts).toEqual(['approve_many'])

      const held = await portal.deps.payouts.findMany(same.map(({ id }) => id))
      expect(
        held.every(
          ({ status, approvedById }) => status === 'approved' && approvedById === (ana as { id: string }).id,
        ),
      ).toBe(true)
      const [kept] = await auditOf(setHash)
      const approvals = await portal.deps.approvals.forPayouts(same.map(({ id }) => id))
      expect(approvals.filter(({ counts }) => counts)).toHaveLength(493)
      const [sum] = answer.sums
      expect(sum).toEqual({ currency: 'EUR', count: 493, amountMinor: sumOf(same) })
      expect(kept).toMatchObject({
        sums: [{ currency: 'EUR', count: 493, amount: (Number(sumOf(same)) / 100).toFixed(2) }],
      })
      const { _sum } = await portal.prisma.approval.aggregate({
        where: { approverId: (ana as { id: string }).id, voidedAt: null },
        _sum: { amountMinor: true },
      })
      expect(_sum.amountMinor).toBe(sumOf(same))
    },
  )

  it('more than five hundred, or none, is refused', async () => {
    const ana = await portal.approver()
    const seenMany = Array.from({ length: manyAtMost + 1 }, () => ({ id: randomUUID(), contentHash: 'x' }))
    const many = { seen: seenMany, setHash: hashOfSet(seenMany), code: '123456' }
    expect(await approveMany(portal.deps, ana, many)).toMatchObject({ code: 'invalid_request' })
    expect(await approveMany(portal.deps, ana, setOf([]))).toMatchObject({ code: 'invalid_request' })
    const numbers = Array.from({ length: manyAtMost + 1 }, (_, n) => String(n))
    expect(await reviewMany(portal.deps, ana, { numbers })).toMatchObject({ code: 'invalid_request' })
    expect(await reviewMany(portal.deps, ana, { numbers: ['1 OR 1=1'] })).toMatchObject({
      code: 'invalid_request',
    })
  })
})

describe('a set', () => {
  it('is approved only as it was shown: nothing can be slipped in, and a wrong code approves nothing', async () => {
    const [first, second, third] = await waiting(3)
    if (!first || !second || !third) throw new Error('too few')
    const ana = await portal.approver()
    const { acts, deps } = counting()
    const shown = setOf([first, second])
    const slipped = { ...shown, seen: setOf([first, second, third]).seen }
    expect(await approveMany(deps, ana, slipped)).toMatchObject({ code: 'stale' })
    const other = {
      ...shown,
      seen: [shown.seen[0] ?? first, { id: second.id, contentHash: third.contentHash }],
    }
    expect(await approveMany(deps, ana, other)).toMatchObject({ code: 'stale' })
    expect(acts).toEqual([])
    expect(await approveMany(deps, ana, { ...shown, code: '000000' })).toMatchObject({ code: 'wrong_code' })
    expect(await approveMany(deps, ana, { ...shown, code: '' })).toMatchObject({ code: 'step_up_required' })
    for (const { id } of [first, second, third])
      expect((await portal.payout(id)).status).toBe('awaiting_approval')
    // A row whose content differs from what was seen is left out, not approved as it is now.
    const wrong = [
      { id: first.id, contentHash: second.contentHash },
      { id: second.id, contentHash: second.contentHash },
    ]
    const answer = await approveMany(deps, ana, { seen: wrong, setHash: hashOfSet(wrong), code: '123456' })
    expect(answer).toMatchObject({ ok: true, skipped: [{ id: first.id, code: 'stale' }] })
  })

  it('has the same hash in any order, and another one for anything else', () => {
    const rows = [1, 2, 3].map((n) => ({ id: randomUUID(), contentHash: String(n) }))
    const [first, ...rest] = rows
    expect(hashOfSet(rows.toReversed())).toBe(hashOfSet(rows))
    expect(hashOfSet(rest)).not.toBe(hashOfSet(rows))
    expect(hashOfSet([{ id: first?.id ?? '', contentHash: '4' }, ...rest])).not.toBe(hashOfSet(rows))
  })

  it('with two approvers at the same moment and two needed: each counts once everywhere', async () => {
    const payouts = await waiting(40, 'CHF')
    const people = [await portal.approver(), await portal.approver()]
    const answers = await Promise.all(people.map((who) => approveMany(portal.deps, who, setOf(payouts))))
    for (const answer of answers)
      expect(answer).toMatchObject({ ok: true, skipped: [], sums: [{ count: 40 }] })
    const held = await portal.deps.payouts.findMany(payouts.map(({ id }) => id))
    expect(held.filter(({ status }) => status === 'approved')).toHaveLength(40)
    const approvals = await portal.deps.approvals.forPayouts(payouts.map(({ id }) => id))
    expect(approvals.filter(({ counts }) => counts)).toHaveLength(80)
  })

  it('with two approvers at the same moment and one needed: every payout is approved by exactly one', async () => {
    const payouts = await waiting(40)
    const people = [await portal.approver(), await portal.approver()]
    const answers = await Promise.all(people.map((who) => approveMany(portal.deps, who, setOf(payouts))))
    const approved = answers.flatMap((answer) => (answer.ok ? answer.approved : []))
    expect(new Set(approved.map(({ id }) => id)).size).toBe(40)
    expect(approved).toHaveLength(40)
    for (const answer of answers)
      for (const { code, detail } of answer.ok ? answer.skipped : [])
        expect([code, detail]).toEqual(['approved_by_another', { code: 'by', names: 'Ana' }])
  })

  it('stops at what the approver may approve in a day, even when it is only shown', async () => {
    const payouts = await waiting(4, 'GBP', () => '10.00')
    const ana = await portal.approver()
    const review = await reviewMany(portal.deps, ana, numbersOf(payouts))
    if (!review.ok) throw new Error(review.code)
    expect(review.rows).toHaveLength(2)
    expect(review.leftOut.map(({ code, detail }) => [code, detail])).toEqual(
      Array(2).fill(['approver_limit', { code: 'usedToday', used: '20.00 GBP', most: '25.00 GBP' }]),
    )
    // Sending the same rows twice in parallel doesn't get past it either.
    await Promise.all([1, 2].map(() => approveMany(portal.deps, ana, setOf(payouts))))
    expect(await portal.deps.approvals.approvedToday((ana as { id: string }).id, 'GBP')).toBe(2000n)
  })

  it('leaves out what needs a written reason', async () => {
    const [plain] = await waiting(1)
    if (!plain) throw new Error('too few')
    // As if a person had asked in the browser, twice within a day.
    const receiver = { externalId: randomUUID(), firstName: 'Ada' }
    const first = await portal.ask({ receiver })
    await portal.ask({ receiver })
    const repeated = await portal.until(first, 'awaiting_approval')
    // The database keeps the source; the test needs another one.
    await portal.prisma.$transaction(async (tx) => {
      await tx.$executeRaw`SET LOCAL session_replication_role = replica`
      await tx.payout.update({ where: { id: repeated.id }, data: { source: 'browser' } })
    })
    const ana = await portal.approver()
    const review = await reviewMany(portal.deps, ana, numbersOf([plain, repeated]))
    expect(review).toMatchObject({ ok: true, leftOut: [{ id: repeated.id, code: 'note_required' }] })
    const answer = await approveMany(portal.deps, ana, setOf([plain, repeated]))
    expect(answer).toMatchObject({
      ok: true,
      approved: [{ id: plain.id }],
      skipped: [{ id: repeated.id, code: 'note_required' }],
    })
    expect(await approvePayout(portal.deps, ana, seen(repeated))).toMatchObject({ code: 'note_required' })
    const withNote = { ...seen(repeated), note: 'Two orders, both delivered.' }
    expect(await approvePayout(portal.deps, ana, withNote)).toMatchObject({ ok: true })
    const [approval] = await portal.deps.approvals.forPayouts([repeated.id])
    expect(approval?.note).toBe('Two orders, both delivered.')
  })
})

it('nothing of all this was a bug', () => expect(portal.errors).toEqual([]))
