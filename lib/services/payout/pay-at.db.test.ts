/** A payout with a time of its own: it is checked and approved at once, and not one worker sends it before that time. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Actor } from '#lib/payouts/permissions.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { cancelPayout } from './cancel-payout.ts'
import { isContentHash } from './content-hash.ts'
import { createPayout } from './create-payout.ts'
import { payoutView } from './payout-view.ts'
import { showStatus } from './show-status.ts'
import { statusToken } from './links.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let approver: Actor
beforeAll(async () => {
  portal = await createTestPortal()
  approver = await portal.approver()
})
afterAll(() => portal.close())

const aheadBy = (ms: number) => new Date(Date.now() + ms)
const ask = (payAt: unknown, key = randomUUID(), more = {}) =>
  createPayout(portal.deps, system, {
    idempotencyKey: key,
    body: { ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Ada' }, payAt, ...more },
  })

/** Null: as soon as it may be. */
async function approved(payAt: Date | null): Promise<string> {
  const id = await portal.ask({
    receiver: { externalId: randomUUID(), firstName: 'Ada' },
    payAt: payAt?.toISOString() ?? null,
  })
  const payout = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(portal.deps, approver, seen(payout))).toMatchObject({ ok: true })
  return id
}

describe('the time that a request names', () => {
  it('is any moment ahead, with its offset, and comes back in UTC', async () => {
    const at = aheadBy(3_600_000)
    const inBerlin = `${new Date(at.getTime() + 3_600_000).toISOString().slice(0, 19)}+01:00`
    const made = await ask(inBerlin)
    expect(made).toMatchObject({
      ok: true,
      payout: { payAt: `${at.toISOString().slice(0, 19)}.000Z`, status: 'requested' },
    })
  })

  it.each(['tomorrow', '2026-12-24T09:00:00', '2026-12-24', 5])('is refused as %s', async (payAt) => {
    const refused = await ask(payAt)
    expect(refused).toMatchObject({ ok: false, code: 'invalid_request', errors: [{ path: 'payAt' }] })
    expect(JSON.stringify(refused)).toMatch(/moment|offset/)
  })

  it('is refused when it has passed, and when it is too far ahead', async () => {
    const said = async (ms: number) => ask(aheadBy(ms).toISOString())
    expect(await said(-1000)).toMatchObject({ errors: [{ path: 'payAt', said: { code: 'momentPast' } }] })
    expect(await said(31 * 86_400_000)).toMatchObject({
      errors: [{ path: 'payAt', said: { code: 'momentFar', days: 30 } }],
    })
  })

  it('makes the same request of the same moment in another zone, also once it has passed', async () => {
    const [key, at] = [randomUUID(), aheadBy(2000)]
    const receiver = { externalId: randomUUID(), firstName: 'Ada' }
    const first = await ask(at.toISOString(), key, { receiver })
    const elsewhere = new Date(at.getTime() + 7_200_000).toISOString().replace('Z', '+02:00')
    expect(await ask(elsewhere, key, { receiver })).toMatchObject({ ok: true, replayed: true })
    await expect.poll(() => Date.now() > at.getTime(), { timeout: 10_000 }).toBe(true)
    expect(await ask(at.toISOString(), key, { receiver })).toMatchObject({ ok: true, replayed: true })
    expect(await ask(aheadBy(60_000).toISOString(), key, { receiver })).toMatchObject({
      ok: false,
      code: 'idempotency_key_reused',
    })
    expect(first).toMatchObject({ ok: true })
  })

  it('is part of what people approve, and never changes', async () => {
    const id = await portal.ask({ payAt: aheadBy(60_000).toISOString() })
    const payout = await portal.payout(id)
    expect(isContentHash(portal.deps.vault, payout.contentHash, payout)).toBe(true)
    expect(isContentHash(portal.deps.vault, payout.contentHash, { ...payout, payAt: null })).toBe(false)
    await expect(
      portal.prisma.$executeRaw`UPDATE payout SET pay_at = NULL WHERE id = ${id}::uuid`,
    ).rejects.toThrow(/Code: `23001`/)
  })
})

describe('until that time', () => {
  it('busy workers send nothing, and then each payout once', async () => {
    const workers = [portal.startWorker(), portal.startWorker(), portal.startWorker()]
    const at = aheadBy(6000)
    const waiting = await Promise.all(Array.from({ length: 6 }, () => approved(at)))
    const busy = await Promise.all(Array.from({ length: 6 }, () => approved(null)))
    // Woken all the time, as callbacks and people would.
    while (Date.now() < at.getTime() - 50) {
      await Promise.all(waiting.map((id) => portal.wake(id)))
      const early = await portal.prisma.payout.count({
        where: { id: { in: waiting }, payClaimedAt: { not: null } },
      })
      expect(early).toBe(0)
    }
    for (const id of [...busy, ...waiting]) await portal.until(id, 'paid')
    const claims = await portal.prisma.$queryRaw<{ early: boolean }[]>`
      SELECT pay_claimed_at < pay_at AS early FROM payout WHERE id = ANY (${waiting}::uuid[])`
    expect(claims.map(({ early }) => early)).toEqual(claims.map(() => false))
    const pays = await portal.prisma.payoutEvent.groupBy({
      by: ['payoutId'],
      where: { payoutId: { in: waiting }, kind: 'pay_claimed' },
      _count: true,
    })
    expect(pays.map(({ _count }) => _count)).toEqual(waiting.map(() => 1))
    await Promise.all(workers.map((worker) => worker.stop()))
  })

  it('the database itself refuses the claim', async () => {
    const worker = portal.startWorker()
    const id = await approved(aheadBy(600_000))
    await worker.stop()
    await expect(
      portal.prisma.$executeRaw`
        UPDATE payout SET status = 'paying', validated_at = now(), pay_claimed_at = now() WHERE id = ${id}::uuid`,
    ).rejects.toThrow(/may not be sent yet/)
  })

  it('people and systems see it, nobody looks at it in between, and it can be cancelled', async () => {
    const worker = portal.startWorker()
    const at = aheadBy(600_000)
    const id = await approved(at)
    await expect
      .poll(async () => (await portal.payout(id)).dueAt?.getTime() ?? 0)
      .toBeGreaterThan(at.getTime() - 2000)
    const payout = await portal.payout(id)
    expect(payoutView(portal.deps.config, payout, new Map())).toMatchObject({
      status: 'approved',
      payAt: at.toISOString(),
    })
    const page = await showStatus(portal.deps, statusToken(portal.deps.config, id))
    expect(page).toMatchObject({ ok: true, view: { payAt: at.toISOString(), sendAfter: null } })
    expect(await cancelPayout(portal.deps, system, { id })).toMatchObject({
      ok: true,
      payout: { status: 'cancelled' },
    })
    await worker.stop()
  })
})
