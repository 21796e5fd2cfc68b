/** One payout's missing key must not stop the worker or anybody else's payout. */
import { randomBytes, randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPayoutStore } from '#lib/db/payout/payout-store.ts'
import { createSealStore } from '#lib/db/seal/reseal.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { showDeskPayout } from '#lib/services/desk/show-desk-payout.ts'
import { revealDestination } from '#lib/services/destination/reveal-destination.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createTestPortal, sampleRequest, seen, system } from '#lib/services/testing/portal.ts'
import { workPayout } from './work-payout.ts'

const testKey = { id: 'test', key: Buffer.alloc(32, 7) }
const lostKey = { id: 'lost', key: randomBytes(32) }
const hooks = { enqueueMail: () => Promise.resolve() }

let portal: Awaited<ReturnType<typeof createTestPortal>>
/** The portal while it has the key. */
let keeper: Deps
beforeAll(async () => {
  portal = await createTestPortal()
  const payouts = createPayoutStore(portal.prisma, hooks, createVault([lostKey, testKey]))
  keeper = { ...portal.deps, payouts }
})
afterAll(() => portal.close())

async function askKeeper(): Promise<string> {
  const body = { ...sampleRequest, receiver: { externalId: randomUUID(), firstName: 'Ada' } }
  const made = await createPayout(keeper, system, { idempotencyKey: randomUUID(), body })
  if (!made.ok) throw new Error(made.code)
  return made.payout.id
}

/** Looks at everything that is due. */
async function work(deps: Deps): Promise<void> {
  await portal.prisma
    .$executeRaw`UPDATE payout_work SET due_at = date_trunc('milliseconds', now()) WHERE due_at IS NOT NULL`
  const { leased } = await deps.payouts.claimDue('w', 20, 60_000)
  for (const one of leased) await workPayout(deps, one)
}

describe('a payout whose key is missing', () => {
  it('is not sent to the bank, while others are; it goes on when the key is back', async () => {
    const sealedAway = await askKeeper()
    const other = await portal.ask()
    await work(portal.deps)
    expect(await portal.payout(sealedAway)).toMatchObject({ status: 'requested', destination: {} })
    expect(await portal.items(sealedAway)).toEqual(['destination_unreadable'])
    expect((await portal.payout(other)).status).toBe('checking')
    const { clientOrderId } = await portal.payout(sealedAway)
    expect(portal.gateway.calls).not.toContain(`check ${clientOrderId}`)

    await work(keeper)
    expect((await portal.payout(sealedAway)).status).toBe('checking')
    expect(await portal.items(sealedAway)).toEqual([])
  })

  it('can be viewed, cannot be approved or shown in full, and keeps its approval until the key is back', async () => {
    const id = await askKeeper()
    for (let look = 0; look < 3; look++) await work(keeper)
    const waiting = await portal.payout(id)
    expect(waiting.status).toBe('awaiting_approval')
    const approver = await portal.approver()
    expect(await showDeskPayout(portal.deps, approver, id)).toMatchObject({
      ok: true,
      payout: { accountLast4: '3000', destinationTrouble: 'key_missing' },
    })
    expect(await revealDestination(portal.deps, approver, { id, code: '123456' })).toMatchObject({
      code: 'unavailable',
    })
    expect(await approvePayout(portal.deps, approver, seen(waiting))).toMatchObject({ code: 'unavailable' })
    expect(await approvePayout(keeper, approver, seen(waiting))).toMatchObject({ ok: true })

    await work(portal.deps)
    expect(await portal.payout(id)).toMatchObject({ status: 'approved' })
    expect(await portal.items(id)).toEqual(['destination_unreadable'])
    await createSealStore(portal.prisma, createVault([testKey, lostKey])).reseal(100)
    for (let look = 0; look < 3; look++) await work(portal.deps)
    expect(await portal.payout(id)).toMatchObject({ status: 'paid' })
    expect(await portal.items(id)).toEqual([])
  })
})

describe('a payout whose seal was changed', () => {
  it('is sent nowhere, and people are told that somebody changed it', async () => {
    const [id, victim] = [await portal.ask(), await portal.ask()]
    // The seal of another row.
    await portal.prisma.$executeRaw`
      UPDATE payout SET destination_sealed = (SELECT destination_sealed FROM payout WHERE id = ${victim}::uuid) WHERE id = ${id}::uuid`
    await work(portal.deps)
    expect(await portal.payout(id)).toMatchObject({ status: 'requested', destinationTrouble: 'changed' })
    expect(await portal.items(id)).toEqual(['content_changed'])
    expect(portal.gateway.calls).not.toContain(`check ${(await portal.payout(id)).clientOrderId}`)
  })

  it('is not paid when that happened after people had approved it', async () => {
    const [id, victim] = [await portal.ask(), await portal.ask()]
    for (let look = 0; look < 3; look++) await work(portal.deps)
    await approvePayout(portal.deps, await portal.approver(), seen(await portal.payout(id)))
    await portal.prisma.$executeRaw`
      UPDATE payout SET destination_sealed = (SELECT destination_sealed FROM payout WHERE id = ${victim}::uuid) WHERE id = ${id}::uuid`
    await work(portal.deps)
    expect(await portal.payout(id)).toMatchObject({ status: 'awaiting_approval' })
    expect(await portal.items(id)).toEqual(['content_changed'])
    expect(portal.gateway.order((await portal.payout(id)).clientOrderId).paysReceived).toBe(0)
  })
})
