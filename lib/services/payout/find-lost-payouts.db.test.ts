import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestPortal, eventually } from '#lib/services/testing/portal.ts'
import { findLostPayouts } from './find-lost-payouts.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

/** Past every trigger, as somebody with full access to the database could. */
const tamper = (statement: string) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRawUnsafe('SET LOCAL session_replication_role = replica')
    await tx.$executeRawUnsafe(statement)
  })
const dueAt = async (id: string) =>
  (await portal.prisma.payoutWork.findUnique({ where: { payoutId: id } }))?.dueAt ?? null

it('finds open payouts that have lost their due work, says so once each, and puts them back to work', async () => {
  const [fine, undue, rowless, over] = [
    await portal.ask(),
    await portal.ask(),
    await portal.ask(),
    await portal.ask(),
  ]
  const look = findLostPayouts(portal.deps)
  await look()
  expect(await portal.prisma.openItem.count({ where: { kind: 'payout_lost' } })).toBe(0)

  await tamper(`UPDATE payout_work SET due_at = NULL WHERE payout_id = '${undue}'`)
  await tamper(`DELETE FROM payout_work WHERE payout_id = '${rowless}'`)
  // What is over needs none.
  await tamper(`UPDATE payout SET status = 'cancelled', final_at = now() WHERE id = '${over}'`)
  await tamper(`UPDATE payout_work SET due_at = NULL WHERE payout_id = '${over}'`)
  await look()
  await look()
  for (const id of [undue, rowless]) {
    expect(await portal.items(id)).toEqual(['payout_lost'])
    expect(await dueAt(id)).not.toBeNull()
  }
  for (const id of [fine, over]) expect(await portal.items(id)).toEqual([])
  expect(await dueAt(over)).toBeNull()

  // And a worker takes them.
  portal.startWorker()
  await Promise.all([undue, rowless].map((id) => portal.until(id, 'awaiting_approval')))
})

it('gets round to every open payout, however many there are, a few hundred at a time', async () => {
  const first = (await portal.deps.payouts.list({}, { limit: 1, sort: 'oldest' })).rows[0]
  await tamper(`
    INSERT INTO payout (id, status, amount_minor, currency, receiver_id, destination_sealed, content_hash, source, judged_source,
      idempotency_key, request_hash, client_order_id, status_token_hash, return_token_hash)
    SELECT gen_random_uuid(), (ARRAY['checking', 'processing']::payout_status[])[1 + n % 2], 100, 'EUR', '${first?.receiver.id ?? ''}', 'v1.test.x', 'f1.test.x',
      'api', 'api', 'many-' || n, 'x', 'many-' || n, 'many-s' || n, 'many-r' || n FROM generate_series(1, 1100) n`)
  await tamper(`INSERT INTO payout_work (payout_id, due_at, priority)
    SELECT id, CASE WHEN client_order_id <> 'many-1099' THEN now() + interval '1 day' END, 1 FROM payout WHERE client_order_id LIKE 'many-%'`)
  const { id } = await portal.prisma.payout.findUniqueOrThrow({ where: { clientOrderId: 'many-1099' } })
  const look = findLostPayouts(portal.deps)
  const looks: number[] = []
  await eventually(async () => {
    await look()
    looks.push(1)
    return (await portal.items(id)).includes('payout_lost') || 'not found yet'
  })
  expect(looks).toHaveLength(3)
})
