// The small world follows the database: the same happens in both, whatever is done in whatever order.
import fc from 'fast-check'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { Change, Lease, Payout } from '#lib/services/ports.ts'
import { createTestPortal } from './portal.ts'
import { advance, claim, isLeased, release, wake } from './small-world.ts'
import type { World } from './small-world.ts'

const leaseMs = 90_000
const later = 60_000
/** Nothing takes this long here. */
const soonMs = 30_000

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const worker = { kind: 'worker', id: 'w' } as const
const system = { kind: 'api_key', id: 'k', name: 'shop', ownerId: null, scopes: [] } as const
const keepsAll = () => true

/** What one of them has in hand, in both worlds. */
type Hand = { real: { payout: Payout; lease: Lease }; small: { payout: Payout; lease: Lease } }

const doings = [
  'claim',
  'move',
  'note',
  'end',
  'release soon',
  'release for good',
  'look',
  'cancel',
  'news',
  'the lease ends',
  'it is due',
] as const
type Doing = { what: (typeof doings)[number]; hand: 0 | 1 }

const changes: Partial<Record<Doing['what'], Change>> = {
  move: { move: 'find_order', dueInMs: later },
  note: { facts: { gatewayStatus: 'processing' } },
  end: { move: 'fail', dueInMs: null },
  cancel: { move: 'cancel', dueInMs: null },
}

async function play(list: readonly Doing[]): Promise<void> {
  const id = await portal.ask()
  const start = await portal.payout(id)
  let world: World = {
    now: start.createdAt.getTime(),
    row: start,
    work: { dueAt: start.createdAt.getTime(), newsAt: null, fence: 0, until: 0 },
    stopped: false,
    callback: 'none',
    items: [],
    cardzo: { order: 'none', pays: 0, checksUnasked: 0, wire: [] },
    askFirstSince: null,
    wrong: null,
  }
  const hands: [Hand | null, Hand | null] = [null, null]
  let seen: { real: Payout; small: Payout } | null = null

  for (const { what, hand } of list) {
    const at = hands[hand]
    const told: { real: unknown; small: unknown } = { real: null, small: null }
    switch (what) {
      case 'claim': {
        const taken = claim(world, keepsAll, leaseMs)
        const { leased } = await portal.deps.payouts.claimDue(`w${hand}`, 1, leaseMs)
        told.real = leased.map(({ lease }) => lease.fence)
        told.small = taken ? [taken.lease.fence] : []
        if (!taken || !leased[0]) break
        world = taken.world
        const lease = { ...taken.lease, workerId: `w${hand}` }
        hands[hand] = { real: leased[0], small: { payout: world.row, lease } }
        break
      }
      case 'move':
      case 'note':
      case 'end': {
        const change = changes[what]
        // Only what the payout allowed when it was seen.
        if (!at || !change || (change.move !== undefined && at.small.payout.status !== 'requested')) break
        const happening = { kind: 'status_answered' } as const
        const { real, small } = at
        const saved = await portal.deps.payouts.advance(real.payout, change, worker, happening, real.lease)
        const effect = advance(world, keepsAll, [small.payout, change, worker, happening, small.lease])
        world = effect.world
        told.real = saved === 'stale'
        told.small = effect.result === 'stale'
        if (saved !== 'stale')
          hands[hand] = { real: { ...real, payout: saved }, small: { ...small, payout: world.row } }
        break
      }
      case 'release soon':
      case 'release for good': {
        if (!at) break
        const dueInMs = what === 'release soon' ? later : null
        await portal.deps.payouts.release(at.real.lease, dueInMs)
        world = release(world, keepsAll, [at.small.lease, dueInMs]).world
        break
      }
      case 'look':
        seen = { real: await portal.payout(id), small: world.row }
        break
      case 'cancel': {
        const change = changes[what]
        if (!seen || !change || !['requested', 'checking'].includes(seen.small.status)) break
        const happening = { kind: 'taken_back' } as const
        told.real = (await portal.deps.payouts.advance(seen.real, change, system, happening)) === 'stale'
        const effect = advance(world, keepsAll, [seen.small, change, system, happening])
        world = effect.world
        told.small = effect.result === 'stale'
        break
      }
      case 'news':
        if (world.row.finalAt !== null) break
        await portal.deps.payouts.markReturned(id, 0)
        world = wake(world)
        break
      case 'the lease ends':
        if (!isLeased(world, keepsAll)) break
        await portal.prisma.$executeRaw`
          UPDATE payout_work SET lease_until = now() - interval '1 millisecond' WHERE payout_id = ${id}::uuid`
        world = { ...world, work: { ...world.work, until: world.now } }
        break
      case 'it is due':
        if (world.work.dueAt === null || isLeased(world, keepsAll)) break
        await portal.prisma.$executeRaw`
          UPDATE payout_work SET due_at = date_trunc('milliseconds', now()) WHERE payout_id = ${id}::uuid`
        world = { ...world, work: { ...world.work, dueAt: world.now } }
    }
    expect({ what, told: told.real, ...(await realState(id)) }).toEqual({
      ...{ what, told: told.small },
      ...{ status: world.row.status, version: world.row.version, fence: BigInt(world.work.fence) },
      isLeased: isLeased(world, keepsAll),
      due: dueOf(world.work.dueAt === null ? null : world.work.dueAt - world.now),
    })
  }
  // The next one starts with nothing else due.
  await portal.prisma.$executeRaw`
    UPDATE payout_work SET lease_until = now() + interval '1 day' WHERE payout_id = ${id}::uuid`
}

const dueOf = (inMs: number | null) => {
  if (inMs === null) return 'never'
  return inMs < soonMs ? 'now' : 'later'
}

async function realState(id: string) {
  const [row] = await portal.prisma.$queryRaw<
    { status: string; version: number; fence: bigint; isLeased: boolean; inMs: number | null }[]
  >`
    SELECT status::text, version, fence, coalesce(lease_until > now(), false) AS "isLeased",
      (extract(epoch FROM due_at - now()) * 1000)::float8 AS "inMs"
    FROM payout JOIN payout_work ON payout_id = id WHERE id = ${id}::uuid`
  if (!row) throw new Error(`no payout ${id}`)
  const { inMs, ...state } = row
  return { ...state, due: dueOf(inMs) }
}

it('the same happens in the database and in the small world', async () => {
  const doing = fc.record({ what: fc.constantFrom(...doings), hand: fc.constantFrom(0, 1) })
  await fc.assert(fc.asyncProperty(fc.array(doing, { minLength: 3, maxLength: 25 }), play), { numRuns: 100 })
}, 120_000)
