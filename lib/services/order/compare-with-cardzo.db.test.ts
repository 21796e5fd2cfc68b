/** Cardzo is asked once more about everything that ended lately. Differences become items; that there are none is kept too. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { createTestPortal, eventually, system, seen } from '#lib/services/testing/portal.ts'
import { startDailyWork } from '#lib/worker/daily.ts'
import { compareNext } from './compare-with-cardzo.ts'

const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())
/** What earlier tests left is too old to be compared, and nothing was ever compared. */
beforeEach(() =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`UPDATE payout SET final_at = now() - interval '1000 days' WHERE final_at IS NOT NULL`
    await tx.$executeRaw`DELETE FROM comparison`
    await tx.$executeRaw`DELETE FROM history_anchor`
    await tx.$executeRaw`DELETE FROM setting WHERE key LIKE 'comparison%'`
  }),
)
afterEach(() => expect(portal.errors).toEqual([]))

/** Paid payouts, and no worker running. */
async function paid(count: number): Promise<string[]> {
  const worker = portal.startWorker()
  const approver = await portal.approver()
  const ids = await Promise.all(Array.from({ length: count }, () => portal.ask()))
  for (const id of ids)
    await approvePayout(portal.deps, approver, seen(await portal.until(id, 'awaiting_approval')))
  for (const id of ids) await portal.until(id, 'paid')
  await worker.stop()
  await eventually(async () => {
    const busy = await portal.prisma.payoutWork.count({ where: { leaseUntil: { not: null } } })
    return busy === 0 ? true : `${busy} still in hand`
  })
  portal.gateway.calls.length = 0
  return ids
}

const orderOf = async (id: string) => portal.gateway.order((await portal.payout(id)).clientOrderId)
const finished = async () => (await portal.deps.comparisons.latest()).finished
const eventsOf = async (id: string) => (await portal.deps.payouts.timeline(id)).length

/** With the guards on, not even the owner of the database can change when a payout ended. */
const endedDaysAgo = (id: string, days: number) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`UPDATE payout SET final_at = now() - ${days} * interval '1 day' WHERE id = ${id}::uuid`
  })

/** One worker asks until there is nothing left to ask. */
async function compareAll(workerId = 'w') {
  while ((await compareNext(portal.deps, workerId)) === 'asked');
  return finished()
}

describe('a comparison', () => {
  it('asks once about each payout that has ended, and keeps that nothing differs', async () => {
    const ids = await paid(3)
    // Cardzo was never told about the first, and the second has not ended: neither is compared.
    const unknown = await portal.ask()
    await cancelPayout(portal.deps, system, { id: unknown })
    await portal.ask()
    const before = await Promise.all(ids.map(eventsOf))
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ days: 14, asked: 3, unanswered: 0, differences: 0 })
    expect((await finished())?.finishedAt).toBeInstanceOf(Date)
    expect(portal.gateway.calls).toHaveLength(3)
    expect(new Set(portal.gateway.calls).size).toBe(3)
    // An answer that says nothing new costs no event.
    expect(await Promise.all(ids.map(eventsOf))).toEqual(before)
    expect(await compareNext(portal.deps, 'w')).toBe('rest')
  })

  it('makes an item and a record of a difference, edits nothing, and does not repeat itself', async () => {
    const [id = ''] = await paid(2)
    const was = await portal.payout(id)
    Object.assign(await orderOf(id), { status: 'declined', stage: null })
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ asked: 2, differences: 1 })
    expect(await portal.items(id)).toEqual(['final_contradicted'])
    expect(await portal.deps.comparisons.changesOf(id)).toMatchObject([
      { status: 'declined', gatewayStatus: 'declined', amount: '100.50', currency: 'EUR' },
    ])
    const { status, version, gatewayStatus, finalAt, dueAt } = await portal.payout(id)
    expect({ status, version, gatewayStatus, finalAt, dueAt }).toEqual({
      status: 'paid',
      version: was.version,
      gatewayStatus: 'approved',
      finalAt: was.finalAt,
      dueAt: null,
    })

    // A person has looked at it. The next day's comparison counts it and doesn't bother them again.
    const [item] = await portal.deps.items.list({ payoutId: id })
    await portal.deps.items.close(item?.id ?? '', operator, 'Known to Cardzo, ticket 7')
    const events = await eventsOf(id)
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ asked: 2, differences: 1 })
    expect(await portal.items(id)).toEqual([])
    expect(await eventsOf(id)).toBe(events)

    // Another word is news.
    Object.assign(await orderOf(id), { status: 'error' })
    await startComparison(portal.deps, operator)
    await compareAll()
    expect(await portal.items(id)).toEqual(['final_contradicted'])
    const changes = await portal.deps.comparisons.changesOf(id)
    expect(changes.map((change) => change.gatewayStatus)).toEqual(['declined', 'error'])
    expect((await portal.deps.history.verify()).firstBroken).toBeNull()
  })

  it.each([
    ['is working on it again', { status: 'processing', stage: 'payout_processing' }, 'final_contradicted'],
    ['does not know its outcome', { status: 'unknown', stage: null }, 'final_contradicted'],
    ['names another amount', { amount: '1000.50' }, 'amount_differs'],
    ['does not know it', { orderId: 'another' }, 'final_contradicted'],
  ] as const)('tells people when Cardzo %s', async (_what, change, kind) => {
    const [id = ''] = await paid(1)
    Object.assign(await orderOf(id), change)
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ asked: 1, differences: 1 })
    expect(await portal.items(id)).toEqual([kind])
  })

  it('opens a critical item for a cancelled payout that Cardzo has paid, and none for one that it declined', async () => {
    const worker = portal.startWorker()
    const [a, b] = [await portal.ask(), await portal.ask()]
    for (const id of [a, b]) {
      await portal.until(id, 'awaiting_approval')
      expect((await cancelPayout(portal.deps, system, { id })).ok).toBe(true)
    }
    await worker.stop()
    Object.assign(await orderOf(a), { status: 'approved' })
    Object.assign(await orderOf(b), { status: 'declined' })
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ asked: 2, differences: 1 })
    expect(await portal.items(a)).toEqual(['paid_after_end'])
    expect(await portal.items(b)).toEqual([])
    expect(await portal.deps.comparisons.changesOf(b)).toEqual([])
  })

  it('asks again after a silence, counts the third one as unanswered, and goes on', async () => {
    const ids = await paid(2)
    portal.gateway.faults.status.push(
      ...Array.from({ length: 3 }, () => ({ answer: 'silence', effect: false }) as const),
    )
    await startComparison(portal.deps, operator)
    await eventually(async () => ((await compareAll()) ? true : 'not finished'))
    expect(await finished()).toMatchObject({ asked: 2, unanswered: 1, differences: 0 })
    expect(portal.gateway.calls).toHaveLength(4)
    expect(await portal.items(ids[0] ?? '')).toEqual([])
  })

  it('waits while we are locked out, and counts no payout as unanswered for it', async () => {
    await paid(1)
    const refusal = { answer: 'locked_out', effect: false } as const
    portal.gateway.faults.status.push(refusal, refusal, refusal, refusal)
    await startComparison(portal.deps, operator)
    await eventually(async () => ((await compareAll()) ? true : 'not finished'))
    expect(await finished()).toMatchObject({ asked: 1, unanswered: 0, differences: 0 })
    expect((await portal.deps.gatewayCondition.read()).lockedOutAt).toBeNull()
  })

  it('looks back as many days as the setting says', async () => {
    const [old = '', young = ''] = await paid(2)
    await endedDaysAgo(old, 15)
    await endedDaysAgo(young, 13)
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ days: 14, asked: 1 })
    await portal.prisma.setting.create({ data: { key: 'comparison_days', value: 30 } })
    await startComparison(portal.deps, operator)
    expect(await compareAll()).toMatchObject({ days: 30, asked: 2 })
  })
})

describe('with several workers, a comparison', () => {
  it('asks about each payout once, and another worker goes on when one dies', async () => {
    await paid(4)
    await startComparison(portal.deps, operator)
    expect(await compareNext(portal.deps, 'first')).toBe('asked')
    // While the first is at it, nobody else asks.
    expect(await compareNext(portal.deps, 'second')).toBe('rest')
    const turn = await portal.deps.comparisons.takeTurn('first', 30_000)
    if (turn?.kind !== 'ask') throw new Error('no turn')
    // It dies, and its lease runs out.
    await portal.prisma.$executeRaw`UPDATE comparison SET lease_until = now() - interval '1 second'`
    expect(await compareNext(portal.deps, 'second')).toBe('asked')
    // It was only asleep. What it heard is already counted.
    await portal.deps.comparisons.count(turn.turn, 'differs')
    await portal.deps.comparisons.postpone(turn.turn, 60_000)
    expect(await compareAll('second')).toMatchObject({ asked: 4, differences: 0, unanswered: 0 })
    expect(portal.gateway.calls).toHaveLength(4)
  })

  it('starts once a day, from its hour on, and one at a time when people ask for it', async () => {
    const { comparisons } = portal.deps
    expect(await comparisons.startDaily(24)).toBeNull()
    const started = await Promise.all(Array.from({ length: 10 }, () => comparisons.startDaily(0)))
    expect(started.filter((one) => one !== null)).toHaveLength(1)
    expect(await comparisons.startDaily(0)).toBeNull()
    const asked = await Promise.all(Array.from({ length: 5 }, () => startComparison(portal.deps, operator)))
    // The daily one is running: nobody can start another.
    expect(asked.map((one) => one.ok && one.started)).toEqual([false, false, false, false, false])
    await compareAll()
    const again = await Promise.all(Array.from({ length: 5 }, () => startComparison(portal.deps, operator)))
    expect(again.filter((one) => one.ok && one.started)).toHaveLength(1)
  })

  it("ends when the next day's is due, with the rest unanswered", async () => {
    for (const id of await paid(3)) await endedDaysAgo(id, 2)
    await startComparison(portal.deps, operator)
    expect(await compareNext(portal.deps, 'w')).toBe('asked')
    // It has just begun: the day's own waits for it.
    expect(await portal.deps.comparisons.startDaily(0)).toBeNull()
    await portal.prisma.$executeRaw`UPDATE comparison SET started_at = now() - interval '23 hours'`
    expect(await portal.deps.comparisons.startDaily(0)).not.toBeNull()
    expect(await compareAll()).toMatchObject({ asked: 3, unanswered: 0 })
    const all = await portal.prisma.comparison.findMany({ orderBy: { startedAt: 'asc' } })
    expect(all).toMatchObject([
      { asked: 3, unanswered: 2, differences: 0 },
      { asked: 3, unanswered: 0, differences: 0 },
    ])
    expect(all.every(({ finishedAt }) => finishedAt !== null)).toBe(true)
  })

  it('runs beside the payouts: one anchor, one comparison, at their pace', async () => {
    await paid(5)
    await startComparison(portal.deps, operator)
    const stopping = new AbortController()
    const pace = { lookEveryMs: 20, restMs: 5, pauseMs: 5 }
    const workers = ['a', 'b', 'c'].map((name) => startDailyWork(portal.deps, name, stopping.signal, pace))
    await eventually(async () => ((await finished()) ? true : 'not finished'))
    await eventually(async () => ((await portal.prisma.historyAnchor.count()) === 1 ? true : 'no anchor yet'))
    stopping.abort()
    await Promise.all(workers.map(({ done }) => done))
    const rows = await portal.prisma.comparison.findMany({ where: { day: null } })
    expect(rows).toMatchObject([{ asked: 5, unanswered: 0, differences: 0 }])
    expect(await portal.prisma.historyAnchor.count()).toBe(1)
  })
})

describe('a callback after the end', () => {
  it('leaves the same record of what Cardzo said', async () => {
    const [id = ''] = await paid(1)
    const worker = portal.startWorker()
    Object.assign(await orderOf(id), { status: 'declined' })
    const { clientOrderId, orderId } = await portal.payout(id)
    const message = { status: 'declined', orderId: orderId ?? '', clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    await eventually(async () => ((await portal.items(id)).length > 0 ? true : 'no item'))
    expect(await portal.deps.comparisons.changesOf(id)).toMatchObject([{ gatewayStatus: 'declined' }])
    expect((await portal.payout(id)).status).toBe('paid')
    await worker.stop()
  })
})
