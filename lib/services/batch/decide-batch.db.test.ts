/** One code for a whole batch: exactly what was seen, carried out by workers that may die, each payout judged again. And the other way: cancelling it. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { plainCurrency } from '#lib/payouts/policy.ts'
import { rejectPayout } from '#lib/services/approval/reject-payout.ts'
import { undoApproval } from '#lib/services/approval/undo-approval.ts'
import { disableUser } from '#lib/services/people/disable-user.ts'
import { endpointBook } from '#lib/services/endpoint/endpoint-book.ts'
import type { BatchDecision, Deps } from '#lib/services/ports.ts'
import { createTestPortal, eventually } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { cancelBatch } from './cancel-batch.ts'
import { carryOutDecisions } from './carry-out-decisions.ts'
import { checkBatch } from './check-batch.ts'
import {
  approveBatch,
  leaveNone,
  rejectBatch,
  reviewBatch,
  showDecision,
  stopDecision,
} from './decide-batch.ts'
import { makePayoutsOfBatches } from './make-payouts.ts'
import { listBatchRows, showBatch } from './show-batch.ts'
import { submitBatch } from './submit-batch.ts'

type Person = Actor & { kind: 'user' }
const operator: Actor = { kind: 'operator', name: 'test' }
const code = '123456'
let portal: Awaited<ReturnType<typeof createTestPortal>>
let clerk: Person
let ana: Person
let ben: Person
beforeAll(async () => {
  portal = await createTestPortal({ currencies: ['EUR', 'CHF'] })
  const two = { ...plainCurrency, rules: [{ name: 'Two', source: 'any' as const, from: '0', approvers: 2 }] }
  await portal.deps.policy.set({ currencies: { CHF: two }, risk: {} }, 'for these tests', operator)
  // Approved payouts stay approved, so that the test can count them.
  await portal.deps.settings.change({ sendDelayS: { '*': 3600 } }, operator)
  const staff = createStaff(portal)
  clerk = await staff.person('clerk')
  ;[ana, ben] = [await staff.person('approver'), await staff.person('approver')]
  portal.startWorker()
})
afterAll(() => portal.close())

const never = new AbortController().signal
const head = 'key,receiver,currency,amount,account_number,first_name'
const iban = 'DE89370400440532013000'

async function checked(count: number, currency = 'EUR') {
  const name = randomUUID().slice(0, 8)
  const rows = Array.from(
    { length: count },
    (_, n) => `${name}-${n},cust-${name}-${n},${currency},${n + 1}.00,${iban},Ada`,
  )
  const bytes = new TextEncoder().encode([head, ...rows].join('\n'))
  const told = await checkBatch(portal.deps, clerk, { name: `${name}.csv`, bytes })
  if (!told.ok || !told.batch) throw new Error(JSON.stringify(told))
  return told.batch.id
}
async function submitted(count: number, currency?: string) {
  const id = await checked(count, currency)
  const told = await submitBatch(portal.deps, clerk, { id, leaveOut: 0 })
  if (!told.ok) throw new Error(told.code)
  return id
}
const made = async (id: string) => {
  while ((await portal.deps.batches.find(id))?.endedAt === null)
    await makePayoutsOfBatches(portal.deps, never)
}
const statuses = async (id: string): Promise<Record<string, number>> =>
  Object.fromEntries((await portal.deps.batches.progress(id)).map(({ status, count }) => [status, count]))
/** A batch whose payouts wait for approval. */
async function waiting(count: number, currency?: string) {
  const id = await submitted(count, currency)
  await made(id)
  await eventually(async () => {
    const { awaiting_approval: found = 0 } = await statuses(id)
    return found === count || `${found} of ${count}`
  }, 60_000)
  return id
}
async function review(id: string, by = ana, leaveOut = leaveNone) {
  const told = await reviewBatch(portal.deps, by, { id, leaveOut })
  if (!told.ok) throw new Error(told.code)
  return told.decision
}
async function decide(decision: BatchDecision, by = ana) {
  const { id, setHash } = decision
  const told = await approveBatch(portal.deps, by, { id, setHash, code })
  if (!told.ok) throw new Error(told.code)
}
/** Until nothing is due; dead workers' leases end at once. */
async function carryOut(deps: Deps = portal.deps) {
  for (;;) {
    const open = await portal.prisma
      .$executeRaw`UPDATE batch_decision SET lease_until = NULL WHERE decided_at IS NOT NULL AND ended_at IS NULL`
    if (open === 0) return
    await carryOutDecisions(deps, never)
  }
}
const outcomes = async ({ id }: BatchDecision) => {
  const told = await showDecision(portal.deps, ana, { id, which: 'all' })
  if (!told.ok) throw new Error(told.code)
  return told.rows.map(({ line, outcome, why }) => [line, outcome, why?.code ?? null])
}
const payoutsOf = async (id: string) => {
  const listed = await listBatchRows(portal.deps, clerk, { id, limit: 1000 })
  if (!listed.ok) throw new Error(listed.code)
  return listed.rows.flatMap(({ payout }) => payout ?? [])
}
const byHand = (
  run: (tx: Parameters<Parameters<typeof portal.prisma.$transaction>[0]>[0]) => Promise<unknown>,
) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await run(tx)
  })

describe('a whole batch approved with one code', () => {
  it('is exactly what was seen: what changed since is skipped and named, what came since waits', async () => {
    const id = await waiting(6)
    const decision = await review(id)
    expect(decision).toMatchObject({ count: 6, sums: [{ currency: 'EUR', count: 6, amountMinor: 2100n }] })
    const [first, second] = await payoutsOf(id)
    if (!first || !second) throw new Error('too few')
    await rejectPayout(portal.deps, ben, { ...first, reason: 'Not this one' })
    await decide(decision)
    expect(await statuses(id)).toEqual({ awaiting_approval: 5, rejected: 1 })
    await carryOut()
    expect(await statuses(id)).toEqual({ approved: 5, rejected: 1 })
    expect(await outcomes(decision)).toEqual([
      [2, 'skipped', 'wrong_status'],
      ...[3, 4, 5, 6, 7].map((line) => [line, 'done', null]),
    ])
    const given = await portal.deps.approvals.forPayouts([second.id])
    expect(given).toMatchObject([{ approverId: ana.id, contentHash: second.contentHash, counts: true }])
    const audit = await portal.prisma.auditEvent.findMany({
      where: { subject: decision.id },
      orderBy: { id: 'asc' },
    })
    expect(audit.map(({ kind }) => kind)).toEqual(['batch_approved', 'batch_decision_ended'])
    expect(audit[0]?.data).toMatchObject({ setHash: decision.setHash, count: 6 })
  })

  it('takes a right code for this very set, and is not for its maker', async () => {
    const id = await waiting(2)
    const { id: decisionId, setHash } = await review(id)
    const by = (actor: Actor, more = {}) =>
      approveBatch(portal.deps, actor, { id: decisionId, setHash, code, ...more })
    expect(await by(ana, { code: 'wrong' })).toMatchObject({ code: 'wrong_code' })
    expect(await by(ana, { code: '' })).toMatchObject({ code: 'step_up_required' })
    expect(await by(ana, { setHash: 'f'.repeat(64) })).toMatchObject({ code: 'stale' })
    expect(await by(ben)).toMatchObject({ code: 'not_found' })
    expect(await by(clerk)).toMatchObject({ code: 'forbidden' })
    expect(await reviewBatch(portal.deps, clerk, { id, leaveOut: leaveNone })).toMatchObject({
      code: 'forbidden',
    })
    await carryOut()
    expect(await statuses(id)).toEqual({ awaiting_approval: 2 })
    expect(await by(ana)).toMatchObject({ ok: true })
    expect(await by(ana)).toMatchObject({ ok: true })
    await carryOut()
    expect(await statuses(id)).toEqual({ approved: 2 })
  })

  it('leaves out what the person wants to wait', async () => {
    const id = await waiting(4)
    const lines = await review(id, ana, { ...leaveNone, lines: [3, 5] })
    expect(lines.count).toBe(2)
    expect(await review(id, ana, { ...leaveNone, newReceivers: true })).toMatchObject({ count: 0, sums: [] })
    // Looking again takes the place of the look before.
    expect(await portal.deps.batchDecisions.find(lines.id)).toBeNull()
    const again = await review(id, ana, { ...leaveNone, lines: [3, 5] })
    await decide(again)
    await carryOut()
    expect(await statuses(id)).toEqual({ approved: 2, awaiting_approval: 2 })
    expect(await outcomes(again)).toEqual([
      [2, 'done', null],
      [3, 'excluded', null],
      [4, 'done', null],
      [5, 'excluded', null],
    ])
  })

  it('warns where the balance at Cardzo covers less than what is left to approve, and only before the decision', async () => {
    const id = await waiting(3)
    const decision = await review(id, ana, { ...leaveNone, lines: [3] })
    const { merchantBalances, endpoints } = portal.deps
    const { book } = endpoints
    const covers = async () => {
      const told = await showDecision(portal.deps, ana, { id: decision.id })
      if (!told.ok) throw new Error(told.code)
      return told.covers.map(({ amountMinor, kind }) => [kind, amountMinor])
    }
    expect(await covers()).toEqual([])
    try {
      const asks = await endpointBook(portal.deps)
      endpoints.book = () =>
        Promise.resolve({ ...asks, endpoints: asks.endpoints.map((one) => ({ ...one, balance: '*' })) })
      const held = { name: 'Main', currency: 'EUR', amountMinor: 1n, liveMinor: null }
      const nothing = { shortTermHoldMinor: null, rollingReserveMinor: null, bufferHoldMinor: null }
      await merchantBalances.keep(1, new Date(), [{ ...held, ...nothing }])
      const [sum] = decision.sums
      expect(await covers()).toEqual([['short', sum?.amountMinor]])
      await decide(decision)
      expect(await covers()).toEqual([])
    } finally {
      endpoints.book = book
      await merchantBalances.forgetOthers([])
    }
  })

  it('takes a second person where the policy asks for two', async () => {
    const id = await waiting(3, 'CHF')
    const first = await review(id)
    await decide(first)
    await carryOut()
    expect(await statuses(id)).toEqual({ awaiting_approval: 3 })
    const again = await review(id)
    expect(again.count).toBe(0)
    expect((await outcomes(again)).map(([, , why]) => why)).toEqual(Array(3).fill('approved_by_you'))
    await decide(await review(id, ben), ben)
    await carryOut()
    expect(await statuses(id)).toEqual({ approved: 3 })
  })

  class Killed extends Error {}
  it.each([
    ['before', 'record'],
    ['after', 'record'],
    ['before', 'finish'],
    ['after', 'claim'],
  ] as const)('goes on when its worker dies %s it calls %s', async (when, step) => {
    const id = await waiting(5)
    const decision = await review(id)
    await decide(decision)
    const store = portal.deps.batchDecisions
    const dying = {
      ...store,
      [step]: async (...args: unknown[]) => {
        if (when === 'after') await (store[step] as (...given: unknown[]) => Promise<unknown>)(...args)
        throw new Killed()
      },
    }
    await expect(carryOut({ ...portal.deps, batchDecisions: dying })).rejects.toThrow(Killed)
    // Taken back between the death and the next worker: it isn't given a second time.
    const [first] = await payoutsOf(id)
    const isGiven = first?.status === 'approved'
    if (first && isGiven) await undoApproval(portal.deps, ana, { id: first.id })
    await carryOut()
    expect(await statuses(id)).toEqual(isGiven ? { approved: 4, awaiting_approval: 1 } : { approved: 5 })
    expect(await outcomes(decision)).toEqual([2, 3, 4, 5, 6].map((line) => [line, 'done', null]))
    const given = await portal.deps.approvals.forPayouts((await payoutsOf(id)).map(({ id: one }) => one))
    expect(given).toHaveLength(5)
  })

  it('is nothing any more when its person has lost the right before it is carried out', async () => {
    const id = await waiting(3)
    const cy = await createStaff(portal).person('approver')
    const decision = await review(id, cy)
    await decide(decision, cy)
    const { email = '' } = (await portal.deps.people.findUser(cy.id)) ?? {}
    await disableUser(portal.deps, operator, { email })
    await carryOut()
    expect(await statuses(id)).toEqual({ awaiting_approval: 3 })
    expect((await outcomes(decision)).map(([, ...what]) => what)).toEqual(
      Array(3).fill(['skipped', 'forbidden']),
    )
  })

  it('approves nothing that was slipped in, and nothing that nobody decided', async () => {
    const [id, other] = [await waiting(2), await waiting(1)]
    const [slipped] = await payoutsOf(other)
    const decision = await review(id)
    await decide(decision)
    await expect(
      portal.prisma.$executeRaw`
        INSERT INTO batch_decision_row (decision_id, line, payout_id, content_hash)
        VALUES (${decision.id}::uuid, 99, ${slipped?.id}::uuid, ${slipped?.contentHash})`,
    ).rejects.toThrow(/Code: `23001`/)
    await byHand(
      (tx) =>
        tx.$executeRaw`
        INSERT INTO batch_decision_row (decision_id, line, payout_id, content_hash)
        VALUES (${decision.id}::uuid, 99, ${slipped?.id}::uuid, ${slipped?.contentHash})`,
    )
    const forged = await review(other)
    await portal.prisma
      .$executeRaw`UPDATE batch_decision SET decided_at = now(), proof = 'f1.test.x' WHERE id = ${forged.id}::uuid`
    await carryOut()
    expect(await statuses(id)).toEqual({ awaiting_approval: 2 })
    expect(await statuses(other)).toEqual({ awaiting_approval: 1 })
    for (const one of [decision, forged]) {
      expect(
        (await outcomes(one)).every(([, outcome, why]) => outcome === 'skipped' && why === 'content_changed'),
      ).toBe(true)
      const items = await portal.deps.items.list()
      expect(items.some(({ kind, why }) => kind === 'batch_stuck' && why.includes(one.id))).toBe(true)
    }
  })

  it('can be stopped, and what is done stays', async () => {
    const id = await waiting(2)
    const decision = await review(id)
    await decide(decision)
    expect(await stopDecision(portal.deps, clerk, decision)).toMatchObject({ code: 'forbidden' })
    expect(await stopDecision(portal.deps, ben, decision)).toMatchObject({ ok: true })
    await carryOut()
    expect(await statuses(id)).toEqual({ awaiting_approval: 2 })
    expect(await stopDecision(portal.deps, ben, decision)).toMatchObject({ code: 'stale' })
  })

  it('names a payout that fails every time, and goes on with the others', async () => {
    const id = await waiting(3)
    const [, bad] = await payoutsOf(id)
    const decision = await review(id)
    await decide(decision)
    const { payouts } = portal.deps
    await carryOut({
      ...portal.deps,
      payouts: {
        ...payouts,
        advance: (was, ...rest) =>
          was.id === bad?.id ? Promise.reject(new Killed()) : payouts.advance(was, ...rest),
      },
    })
    expect(await outcomes(decision)).toEqual([
      [2, 'done', null],
      [3, 'skipped', 'unavailable'],
      [4, 'done', null],
    ])
  })
})

describe('the rest of a batch', () => {
  it('is rejected with one reason', async () => {
    const id = await waiting(3)
    expect(await rejectBatch(portal.deps, ana, { id, reason: ' ' })).toMatchObject({
      code: 'reason_required',
    })
    expect(await rejectBatch(portal.deps, clerk, { id, reason: 'No' })).toMatchObject({ code: 'forbidden' })
    const told = await rejectBatch(portal.deps, ana, { id, reason: 'Wrong month' })
    if (!told.ok) throw new Error(told.code)
    const [first] = await payoutsOf(id)
    if (!first) throw new Error('too few')
    await rejectPayout(portal.deps, ben, { ...first, reason: 'Not this one' })
    await carryOut()
    expect(await statuses(id)).toEqual({ rejected: 3 })
    expect((await payoutsOf(id)).map(({ failureMessage }) => failureMessage)).toEqual([
      'Not this one',
      'Wrong month',
      'Wrong month',
    ])
    expect((await outcomes(told.decision)).map(([, outcome]) => outcome)).toEqual(['skipped', 'done', 'done'])
  })
})

describe('a batch that is cancelled', () => {
  const cancel = (id: string, by: Actor = clerk) => cancelBatch(portal.deps, by, { id })
  const stateOf = async (id: string) => {
    const told = await showBatch(portal.deps, clerk, { id })
    return told.ok ? told.state : told.code
  }
  async function cancelled(id: string, deps = portal.deps) {
    for (let round = 0; round < 20 && (await stateOf(id)) === 'cancelling'; round++) {
      await portal.prisma.$executeRaw`UPDATE batch SET lease_until = NULL WHERE id = ${id}::uuid`
      await makePayoutsOfBatches(deps, never)
    }
  }

  it('before it is submitted, is over at once and can be uploaded again', async () => {
    const id = await checked(2)
    expect(await cancel(id, ana)).toMatchObject({ code: 'forbidden' })
    expect(await cancel(randomUUID())).toMatchObject({ code: 'not_found' })
    expect(await cancel(id)).toMatchObject({ ok: true, batch: { cancelledByName: clerk.name } })
    expect(await cancel(id)).toMatchObject({ ok: true })
    expect(await stateOf(id)).toBe('cancelled')
    expect(await submitBatch(portal.deps, clerk, { id, leaveOut: 0 })).toMatchObject({
      code: 'batch_cancelled',
    })
    expect(await portal.prisma.batchRow.count({ where: { batchId: id, sealed: { not: null } } })).toBe(0)
  })

  it('before anything is made, makes nothing', async () => {
    const id = await submitted(3)
    await cancel(id)
    await cancelled(id)
    expect(await stateOf(id)).toBe('cancelled')
    expect(await payoutsOf(id)).toEqual([])
    const { rows } = await portal.deps.batches.rows(id, { limit: 10 })
    expect(rows.map(({ refused }) => refused?.code)).toEqual(Array(3).fill('batch_cancelled'))
  })

  it('while it is made, by a worker that dies, loses no payout that was made', async () => {
    const id = await submitted(130)
    const { batches } = portal.deps
    let recorded = 0
    const deps: Deps = {
      ...portal.deps,
      batches: {
        ...batches,
        record: async (...args) => {
          // The second chunk is made and not noted.
          if (++recorded === 2) throw new Error('killed')
          return batches.record(...args)
        },
      },
    }
    await expect(makePayoutsOfBatches(deps, never)).rejects.toThrow('killed')
    await cancel(id)
    await cancelled(id)
    expect(await stateOf(id)).toBe('cancelled')
    expect(await statuses(id)).toEqual({ cancelled: 130 })
  })

  it('cancels what is approved or waits, leaves what was sent and names it', async () => {
    const id = await waiting(4)
    const [sent, , other] = await payoutsOf(id)
    const decision = await review(id, ana, { ...leaveNone, lines: [3] })
    await decide(decision)
    await carryOut()
    await byHand((tx) => tx.$executeRaw`UPDATE payout SET status = 'processing' WHERE id = ${sent?.id}::uuid`)
    await byHand((tx) => tx.$executeRaw`UPDATE payout SET status = 'paying' WHERE id = ${other?.id}::uuid`)
    await cancel(id)
    await cancelled(id)
    // One is being sent just now, and that may be given up.
    expect(await stateOf(id)).toBe('cancelling')
    expect(await statuses(id)).toEqual({ processing: 1, paying: 1, cancelled: 2 })
    await byHand((tx) => tx.$executeRaw`UPDATE payout SET status = 'approved' WHERE id = ${other?.id}::uuid`)
    await cancelled(id)
    expect(await stateOf(id)).toBe('cancelled')
    expect(await statuses(id)).toEqual({ processing: 1, cancelled: 3 })
    const late = await listBatchRows(portal.deps, clerk, { id, which: 'sent' })
    expect(late.ok && late.rows.map(({ payoutId }) => payoutId)).toEqual([sent?.id])
  })
})
