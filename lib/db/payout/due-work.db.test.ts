/** Due work under many hands: claims, news, releases and renewals in any order, at the same time. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import fc from 'fast-check'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { createTestPortal, system } from '#lib/services/testing/portal.ts'
import type { Lease, Leased } from '#lib/services/ports.ts'
import { wakeAll } from './due-work.ts'
import { createReleases } from './release-batch.ts'

let database: TestDatabase
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
})
afterAll(() => portal.close())
/** Only what a test makes is due. */
beforeEach(async () => {
  await portal.prisma
    .$executeRaw`UPDATE payout_work SET due_at = now() + interval '1 year', news_at = NULL, lease_until = NULL WHERE due_at IS NOT NULL`
})

const minute = 60_000
const work = (payoutId: string) => portal.prisma.payoutWork.findUniqueOrThrow({ where: { payoutId } })
const claim = async (limit = 1, worker = 'w', leaseMs = minute) =>
  (await portal.deps.payouts.claimDue(worker, limit, leaseMs)).leased
const news = (...ids: string[]) => portal.prisma.$transaction((tx) => wakeAll(tx, ids))
const ask = (count: number) => Promise.all(Array.from({ length: count }, () => portal.ask()))
const endLease = (id: string) =>
  portal.prisma
    .$executeRaw`UPDATE payout_work SET lease_until = now() - interval '1 second' WHERE payout_id = ${id}::uuid AND lease_until IS NOT NULL`
const makePoll = (...ids: string[]) =>
  portal.prisma
    .$executeRaw`UPDATE payout_work SET priority = 1, due_at = now() - interval '1 second' WHERE payout_id = ANY (${ids}::uuid[])`
const isDueNow = async (id: string) => {
  const { dueAt, leaseUntil } = await work(id)
  return dueAt !== null && leaseUntil === null && dueAt.getTime() <= Date.now() + 1000
}

describe('news', () => {
  it('that comes while a worker has the payout makes it due again as soon as it is given back', async () => {
    const id = await portal.ask()
    const [leased] = await claim()
    await news(id)
    expect(await claim(1, 'other')).toEqual([])
    expect(await portal.deps.payouts.release(leased!.lease, 10 * minute)).toBeLessThan(1000)
    expect(await isDueNow(id)).toBe(true)
    const [again] = await claim()
    expect(await portal.deps.payouts.release(again!.lease, 10 * minute)).toBeGreaterThan(9 * minute)
    expect(await work(id)).toMatchObject({ newsAt: null, priority: 1 })
  })

  it('is in the payout that the claim reads, however close they come', async () => {
    const [id = ''] = await ask(1)
    for (let n = 0; n < 150; n++) {
      const write = portal.prisma.$transaction(async (tx) => {
        await tx.$executeRaw`UPDATE payout SET gateway_status = ${`news ${n}`} WHERE id = ${id}::uuid`
        await wakeAll(tx, [id])
      })
      const claims: Leased[] = []
      for (let tries = 0; tries < 3; tries++) claims.push(...(await claim()))
      await write
      const { newsAt } = await work(id)
      const read = claims.some(({ payout }) => payout.gatewayStatus === `news ${n}`)
      expect(read || newsAt !== null, `round ${n}: the claim forgot what it had not read`).toBe(true)
      for (const { lease } of claims) await portal.deps.payouts.release(lease, 0)
    }
  })

  it('and leases are kept by every order of events, with two workers', async () => {
    const [id = ''] = await ask(1)
    const events = fc.constantFrom(
      'claim a',
      'claim b',
      'news',
      'release a',
      'release b',
      'renew a',
      'lease ends',
    )
    await fc.assert(
      fc.asyncProperty(fc.array(events, { maxLength: 14 }), async (order) => {
        await portal.prisma
          .$executeRaw`UPDATE payout_work SET due_at = date_trunc('milliseconds', now()), news_at = NULL, lease_until = NULL WHERE payout_id = ${id}::uuid`
        const hands: Record<string, Lease | undefined> = {}
        let holder: string | null = null
        let unread = false
        let renewals = 0
        for (const event of order) {
          const who = event.at(-1) ?? ''
          if (event.startsWith('claim')) {
            const [leased] = await claim(1, who)
            if (holder !== null) expect(leased, 'two have it').toBeUndefined()
            if (!leased) continue
            hands[who] = leased.lease
            holder = who
            unread = false
          } else if (event === 'news') {
            await news(id)
            unread = true
          } else if (event === 'lease ends') {
            if (holder !== null) await endLease(id)
            holder = null
          } else if (hands[who]) {
            if (event.startsWith('renew')) {
              const { leaseUntil } = await work(id)
              await portal.deps.payouts.renewAll([hands[who]], (renewals++ + 2) * minute)
              const isLonger = Number((await work(id)).leaseUntil) > Number(leaseUntil)
              expect(isLonger, 'a lease').toBe(holder === who)
              continue
            }
            const held = (await work(id)).fence === hands[who].fence
            await portal.deps.payouts.release(hands[who], 10 * minute)
            if (held) holder = null
            hands[who] = undefined
            if (unread && holder === null) expect(await isDueNow(id), 'news is lost').toBe(true)
          }
        }
        await endLease(id)
        if (unread) expect(await claim(), 'news is lost').toHaveLength(1)
      }),
      { numRuns: 60 },
    )
  })
})

describe('a claim', () => {
  it('takes each due payout once, for any number of workers at the same time', async () => {
    const ids = await ask(40)
    const claims = await Promise.all(Array.from({ length: 8 }, (_, n) => claim(10, `w${n}`)))
    const rest: Leased[] = []
    for (let more = await claim(10); more.length > 0; more = await claim(10)) rest.push(...more)
    const taken = [...claims.flat(), ...rest].map(({ payout }) => payout.id)
    expect(taken.sort()).toEqual(ids.sort())
  })

  it('takes news first, and polls all the same while news keeps coming', async () => {
    const polls = await ask(12)
    await makePoll(...polls)
    const fresh = await ask(30)
    const first = (await claim(8)).map(({ payout }) => payout.id)
    expect(first.filter((id) => fresh.includes(id))).toHaveLength(6)
    // In places of one, too.
    const one: string[] = []
    for (let n = 0; n < 8; n++) one.push(...(await claim(1)).map(({ payout }) => payout.id))
    expect(one.filter((id) => polls.includes(id))).toHaveLength(2)
    // Places that polls don't need are for news.
    const more = (await claim(40)).map(({ payout }) => payout.id)
    expect(more).toHaveLength(42 - 16)
  })

  it('says when there is more to do', async () => {
    const claimDue = (limit: number) => portal.deps.payouts.claimDue('w', limit, minute)
    const [a = ''] = await ask(3)
    expect((await claimDue(2)).nextDueInMs).toBe(0)
    expect((await claimDue(2)).leased).toHaveLength(1)
    // All three are taken: the first lease that may end unreleased.
    const { leased, nextDueInMs } = await claimDue(2)
    expect(leased).toEqual([])
    expect(nextDueInMs).toBeGreaterThan(minute / 2)
    expect(nextDueInMs).toBeLessThanOrEqual(minute)
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = now() + interval '5 seconds', lease_until = NULL WHERE payout_id = ${a}::uuid`
    expect((await claimDue(2)).nextDueInMs).toBeLessThanOrEqual(5000)
  })

  it('says when there is nothing to do at any time, and so does a release', async () => {
    const empty = await createTestPortal()
    try {
      const { payouts } = empty.deps
      const id = await empty.ask()
      const { leased } = await payouts.claimDue('w', 2, minute)
      await cancelPayout(empty.deps, system, { id })
      expect(await payouts.release(leased[0]!.lease, minute)).toBeNull()
      expect(await payouts.claimDue('w', 2, minute)).toEqual({ leased: [], nextDueInMs: null })
    } finally {
      await empty.close()
    }
  })

  it('brings what a step needs to know', async () => {
    const id = await portal.ask()
    const { clientOrderId } = await portal.payout(id)
    const message = { status: 'approved', orderId: '7', clientOrderId, type: null, params: {} }
    await portal.deps.callbacks.store(message, id)
    const [leased] = await claim()
    expect(leased?.payout).toEqual(await portal.payout(id))
    expect(leased?.seen).toMatchObject({ stopped: false, askFirstSince: null, callbackWaits: true })
    expect(leased?.seen.condition).toEqual(await portal.deps.gatewayCondition.read())
  })
})

describe('releases', () => {
  it('of many at once cost one statement, and one that is stale or fails keeps the others from nothing', async () => {
    const ids = await ask(20)
    const leased = await claim(20)
    const [stale, broken, ...others] = leased
    await endLease(stale!.payout.id)
    const [taken] = await claim(1, 'other')
    expect(taken?.payout.id).toBe(stale?.payout.id)
    let statements = 0
    const { sql } = portal.prisma
    const giveBack = createReleases({
      query: (text, values) => {
        statements++
        return sql.query(text, values)
      },
    })
    const good = await Promise.all(others.map(({ lease }, n) => giveBack(lease, 5 * minute, { failures: n })))
    expect(good.every((ms) => ms !== null && ms > 4 * minute)).toBe(true)
    expect(statements).toBe(1)
    const last = others.at(-1)!
    expect((await work(last.payout.id)).progress).toEqual({ failures: others.length - 1 })

    const again = await Promise.allSettled([
      giveBack(stale!.lease, 5 * minute, { failures: 99 }),
      giveBack({ ...broken!.lease, payoutId: 'no id at all' }, 5 * minute, {}),
      giveBack(broken!.lease, 5 * minute, { failures: 7 }),
    ])
    expect(again.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
    expect((await work(broken!.payout.id)).progress).toEqual({ failures: 7 })
    expect(await work(stale!.payout.id)).toMatchObject({ leasedBy: 'other', progress: {} })
    expect(ids).toHaveLength(20)
  })

  it('wait for a row that somebody else changes, without holding up the others', async () => {
    const [a = '', b = ''] = await ask(2)
    const leased = await claim(2)
    const leaseOf = (id: string) => leased.find(({ payout }) => payout.id === id)!.lease
    const { promise: held, resolve: hold } = Promise.withResolvers<undefined>()
    const { promise: isHeld, resolve: told } = Promise.withResolvers<undefined>()
    const slow = portal.prisma.$transaction(async (tx) => {
      await wakeAll(tx, [a])
      told(undefined)
      await held
    })
    await isHeld
    let isBack = false
    const back = portal.deps.payouts.release(leaseOf(a), 5 * minute).then((ms) => ((isBack = true), ms))
    expect(await portal.deps.payouts.release(leaseOf(b), 5 * minute)).toBeGreaterThan(4 * minute)
    expect(isBack).toBe(false)
    hold(undefined)
    await slow
    // The news it waited for is not lost.
    expect(await back).toBeLessThan(1000)
  })
})

it('renews all leases that still hold, and none that is lost', async () => {
  const [a = '', b = ''] = await ask(2)
  const leased = await claim(2, 'w', 1000)
  await endLease(b)
  await portal.deps.payouts.renewAll(
    leased.map(({ lease }) => lease),
    10 * minute,
  )
  expect((await work(a)).leaseUntil!.getTime()).toBeGreaterThan(Date.now() + 9 * minute)
  expect((await work(b)).leaseUntil!.getTime()).toBeLessThan(Date.now())
})
