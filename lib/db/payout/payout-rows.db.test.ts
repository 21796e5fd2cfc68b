import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { payoutColumns, withPeople } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

it('a statement by hand reads the same of a payout as Prisma', async () => {
  const id = await portal.ask({ metadata: { order: '7', odd: '\\u0000' }, description: 'Rückzahlung' })
  const same = async () => {
    const text = `SELECT ${payoutColumns} FROM payout WHERE id = $1::uuid`
    const [byHand] = await portal.prisma.sql.query<PayoutRow>(text, [id])
    const work = byHand?.work && { ...byHand.work, dueAt: new Date(byHand.work.dueAt ?? '') }
    expect(await portal.prisma.payout.findUnique({ where: { id }, include: withPeople })).toMatchObject({
      ...byHand,
      work,
    })
  }
  await same()
  const worker = portal.startWorker()
  await portal.until(id, 'awaiting_approval')
  await worker.stop()
  await same()
})
