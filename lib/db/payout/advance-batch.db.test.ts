/** Changes of several payouts share a statement and a commit, and each is told what it would have been told alone. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { costOf } from '#lib/db/testing/count-statements.ts'
import { createTestPortal, eventually } from '#lib/services/testing/portal.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Change, Leased } from '#lib/services/ports.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const worker: Actor = { kind: 'worker', id: 'w' }
const happening = { kind: 'check_answered' } as const

async function taken(count: number): Promise<Leased[]> {
  const ids = []
  for (let n = 0; n < count; n++) ids.push(await portal.ask())
  const { leased } = await portal.deps.payouts.claimDue('w', count, 60_000)
  expect(leased.map(({ payout }) => payout.id).sort()).toEqual([...ids].sort())
  return leased
}

const change = ({ payout, lease }: Leased, what: Change) =>
  portal.deps.payouts.advance(payout, what, worker, happening, lease)

describe('changes that workers make at the same time', () => {
  it('cost one statement and one commit, and give each payout as it is stored', async () => {
    const leased = await taken(3)
    let moved: Awaited<ReturnType<typeof change>>[] = []
    const cost = await costOf(async () => {
      moved = await Promise.all(
        leased.map((one, n) =>
          change(one, {
            move: 'find_order',
            facts: { orderId: `70${n}`, progress: { failures: n }, gatewayStage: null },
          }),
        ),
      )
    })
    expect(cost).toMatchObject({ statements: 1, commits: 1 })
    for (const [n, one] of leased.entries()) {
      const stored = await portal.payout(one.payout.id)
      expect(moved[n]).toEqual({ ...stored, dueAt: one.payout.dueAt })
      expect(stored).toMatchObject({ status: 'checking', version: 2, orderId: `70${n}` })
      expect(stored.progress).toEqual({ failures: n })
      expect(await portal.deps.history.verifyPayout(one.payout.id)).toMatchObject({
        firstBroken: null,
        events: 2,
      })
    }
  })

  it('leave out what is stale, keep its event, and make the others', async () => {
    const [first, second] = await taken(2)
    if (!first || !second) throw new Error('nothing taken')
    await portal.deps.payouts.advance(await portal.payout(first.payout.id), { move: 'find_order' }, worker, {
      kind: 'status_answered',
    })
    const told = await Promise.all([first, second].map((one) => change(one, { move: 'find_order' })))
    expect(told).toEqual(['stale', expect.objectContaining({ status: 'checking' })])
    const events = await portal.deps.payouts.timeline(first.payout.id)
    expect(events.map(({ kind, data }) => [kind, data['stale'] ?? false])).toEqual([
      ['requested', false],
      ['status_answered', false],
      ['check_answered', true],
    ])
  })

  it('leave out a lease that was lost', async () => {
    const [first, second] = await taken(2)
    if (!first || !second) throw new Error('nothing taken')
    await portal.prisma.$executeRaw`
      UPDATE payout_work SET fence = fence + 1 WHERE payout_id = ${first.payout.id}::uuid`
    const told = await Promise.all([first, second].map((one) => change(one, { move: 'find_order' })))
    expect(told).toEqual(['stale', expect.objectContaining({ status: 'checking' })])
  })

  it('wait for nobody: a payout in other hands is changed when those let go, the others at once', async () => {
    const [held, free] = await taken(2)
    if (!held || !free) throw new Error('nothing taken')
    let late: ReturnType<typeof change> | undefined
    await portal.prisma.$transaction(async (tx) => {
      await tx.$queryRaw`SELECT FROM payout WHERE id = ${held.payout.id}::uuid FOR NO KEY UPDATE`
      late = change(held, { move: 'find_order' })
      expect(await change(free, { move: 'find_order' })).toMatchObject({ status: 'checking' })
      await eventually(async () => {
        const [row] = await portal.prisma.$queryRaw<{ count: bigint }[]>`
          SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
          WHERE NOT l.granted AND a.datname = current_database()`
        return row?.count === 1n ? true : 'nobody waits'
      })
      await tx.openItem.create({
        data: {
          id: held.payout.id,
          payoutId: held.payout.id,
          kind: 'stuck',
          severity: 'high',
          what: 'Late',
          why: 'A test.',
          openKey: `stuck:${held.payout.id}`,
        },
      })
    })
    expect(await late).toMatchObject({ status: 'checking' })
    expect(await portal.items(held.payout.id)).toEqual([])
  })

  it('are told apart when the database refuses one', async () => {
    const [bad, good] = await taken(2)
    if (!bad || !good) throw new Error('nothing taken')
    // Nothing is claimed for payout-pay without an order.
    const told = await Promise.allSettled([
      change(bad, { facts: { claimedNow: true } }),
      change(good, { move: 'find_order' }),
    ])
    expect(told.map(({ status }) => status)).toEqual(['rejected', 'fulfilled'])
    expect(await portal.payout(good.payout.id)).toMatchObject({ status: 'checking' })
    expect(await portal.payout(bad.payout.id)).toMatchObject({ payClaimedAt: null })
  })

  it('judge callbacks by an order id that one of them learns', async () => {
    const [one, other] = await taken(2)
    if (!one || !other) throw new Error('nothing taken')
    const callback = {
      status: 'approved',
      orderId: '88001',
      clientOrderId: 'somebody-else',
      type: null,
      params: {},
    }
    await portal.deps.callbacks.store(callback, null)
    await Promise.all([
      change(one, { move: 'find_order', facts: { orderId: '88001' } }),
      change(other, { move: 'find_order', facts: { orderId: '88002' } }),
    ])
    expect(await portal.items(one.payout.id)).toEqual(['other_order_id'])
    expect(await portal.payout(other.payout.id)).toMatchObject({ status: 'checking', orderId: '88002' })
  })
})
