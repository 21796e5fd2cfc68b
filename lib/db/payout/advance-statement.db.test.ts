/** A change is one statement: what it sees that was committed while it waited for the payout's row, and what it leaves when it is stale. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestPortal, eventually, system } from '#lib/services/testing/portal.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { ItemDraft } from '#lib/services/ports.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const worker: Actor = { kind: 'worker', id: 'w' }
const item = (kind: ItemDraft['kind'], more: Partial<ItemDraft> = {}): ItemDraft => ({
  kind,
  severity: 'high',
  what: 'Something',
  why: 'A test.',
  ...more,
})

/** Holds the payout's row until `change` waits for it, does `meanwhile` and lets go. */
async function duringTheWait<T>(
  id: string,
  change: () => Promise<T>,
  meanwhile: (tx: typeof portal.prisma) => Promise<unknown>,
) {
  let waiting: Promise<T> | undefined
  await portal.prisma.$transaction(async (tx) => {
    await tx.$queryRaw`SELECT FROM payout WHERE id = ${id}::uuid FOR NO KEY UPDATE`
    waiting = change()
    await eventually(async () => {
      const [row] = await portal.prisma.$queryRaw<{ count: bigint }[]>`
        SELECT count(*) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
        WHERE NOT l.granted AND a.datname = current_database()`
      return row?.count === 1n ? true : 'nobody waits'
    })
    await meanwhile(tx as typeof portal.prisma)
  })
  return waiting as Promise<T>
}

const find = (id: string) => async () =>
  portal.deps.payouts.advance(await portal.payout(id), { move: 'find_order' }, worker, {
    kind: 'check_answered',
  })

describe('a change of a payout', () => {
  it('closes an item that was opened while it waited for the row', async () => {
    const id = await portal.ask()
    const moved = await duringTheWait(id, find(id), (tx) =>
      tx.openItem.create({
        data: {
          id,
          payoutId: id,
          kind: 'stuck',
          severity: 'high',
          what: 'Late',
          why: 'A test.',
          openKey: `stuck:${id}`,
        },
      }),
    )
    expect(moved).toMatchObject({ status: 'checking', version: 2 })
    expect(await portal.items(id)).toEqual([])
  })

  it('chains its event to one that was written while it waited, and keeps it when it is stale', async () => {
    const id = await portal.ask()
    const stale = await duringTheWait(
      id,
      find(id),
      (tx) => tx.$executeRaw`
      WITH moved AS (UPDATE payout SET status = 'checking', version = 2 WHERE id = ${id}::uuid)
      INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_name, move, from_status, to_status)
      VALUES (${id}::uuid, 'check_answered', 2, 'worker', 'other', 'find_order', 'requested', 'checking')`,
    )
    expect(stale).toBe('stale')
    const events = await portal.deps.payouts.timeline(id)
    expect(events.map(({ move, version, data }) => [move, version, data['stale'] ?? false])).toEqual([
      [null, 1, false],
      ['find_order', 2, false],
      [null, 1, true],
    ])
    expect(await portal.deps.history.verifyPayout(id)).toMatchObject({ firstBroken: null, events: 3 })
  })

  it('opens and closes nothing when a move is stale, and opens an item when only an answer is', async () => {
    const id = await portal.ask()
    const was = await portal.payout(id)
    await portal.deps.items.open(item('check_unresolved'), id)
    expect(await find(id)()).toMatchObject({ status: 'checking' })
    const closes = { kinds: ['check_unresolved' as const], reason: 'A test.' }
    const late = portal.deps.payouts.advance(
      was,
      { move: 'find_order', items: [item('gateway_error')], closeItems: closes },
      worker,
      { kind: 'check_answered' },
    )
    expect(await late).toBe('stale')
    expect(await portal.items(id)).toEqual(['check_unresolved'])
    const answer = portal.deps.payouts.advance(
      was,
      { items: [item('gateway_error')], closeItems: closes },
      worker,
      {
        kind: 'check_answered',
      },
    )
    expect(await answer).toBe('stale')
    expect((await portal.items(id)).sort()).toEqual(['check_unresolved', 'gateway_error'])
  })

  it('counts an item again, and leaves closed what a person closed until something else is said', async () => {
    const id = await portal.ask()
    const say = async (said: string) =>
      portal.deps.payouts.advance(
        await portal.payout(id),
        { items: [item('gateway_error', { said })] },
        worker,
        {
          kind: 'status_answered',
        },
      )
    await say('a')
    await say('a')
    const [open] = await portal.deps.items.list({ payoutId: id })
    expect(open).toMatchObject({ seen: 2, closedAt: null })
    const person = await portal.approver()
    await portal.deps.items.close(open?.id ?? '', person, 'Seen.')
    await say('a')
    expect(await portal.items(id)).toEqual([])
    await say('b')
    expect(await portal.items(id)).toEqual(['gateway_error'])
  })

  it('sets the facts that are given, keeps the others, and gives the payout as it is stored', async () => {
    const id = await portal.ask()
    const now = new Date(Math.floor(Date.now() / 1000) * 1000)
    const first = await portal.deps.payouts.advance(
      await portal.payout(id),
      {
        facts: {
          gatewayStatus: 'processing',
          gatewayStage: 'payout_check_validating',
          progress: { checkAttempts: 1, said: { k: { times: 1, at: now.toISOString() } } },
          validatedAt: now,
          expiresInMs: 60_000,
        },
      },
      worker,
      { kind: 'status_answered', data: { odd: 'a\u0000b\ud800' } },
    )
    expect(first).toMatchObject({ gatewayStatus: 'processing', validatedAt: now, version: 1 })
    if (first === 'stale') throw new Error('stale')
    const second = await portal.deps.payouts.advance(
      first,
      { facts: { gatewayStage: null, gatewayAmount: '1.00', risk: { level: 'none', checks: [], at: 'x' } } },
      system,
      { kind: 'status_answered' },
    )
    expect(second).toEqual(await portal.payout(id))
    expect(second).toMatchObject({
      gatewayStatus: 'processing',
      gatewayStage: null,
      gatewayAmount: '1.00',
      progress: first.progress,
      validatedAt: now,
      risk: { level: 'none', checks: [], at: 'x' },
    })
    expect((second as typeof first).expiresAt?.getTime()).toBeGreaterThan(Date.now())
  })
})
