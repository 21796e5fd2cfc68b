/** Real worker processes that are killed while they make a batch: the next one goes on, and each row becomes exactly one payout. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { checkBatch } from '#lib/services/batch/check-batch.ts'
import { showBatch } from '#lib/services/batch/show-batch.ts'
import { submitBatch } from '#lib/services/batch/submit-batch.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { startWorker } from './testing/worker-process.ts'

let database: Awaited<ReturnType<typeof createTestDatabase>>
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
})
afterAll(() => portal.close())

it('each row of a batch is one payout, wherever its workers are killed', async () => {
  const clerk = await createStaff(portal).person('clerk')
  const name = randomUUID().slice(0, 8)
  const rows = Array.from(
    { length: 350 },
    (_, n) => `${name}-${n},cust-${name}-${n},EUR,${n + 1}.00,DE89370400440532013000,Ada`,
  )
  const bytes = new TextEncoder().encode(
    ['key,receiver,currency,amount,account_number,first_name', ...rows].join('\n'),
  )
  const checked = await checkBatch(portal.deps, clerk, { name: 'payroll.csv', bytes })
  if (!checked.ok || !checked.batch) throw new Error(JSON.stringify(checked))
  const { id } = checked.batch
  await submitBatch(portal.deps, clerk, { id, leaveOut: 0 })
  const leaseEnds = () =>
    portal.prisma.$executeRaw`UPDATE batch SET lease_until = NULL WHERE id = ${id}::uuid`

  // Payouts of the second chunk are there and not noted; then in the middle of the making of a chunk; then between two chunks.
  for (const at of ['batches.record:before:2', 'payouts.create:after:40', 'batches.record:after:1']) {
    const killed = startWorker(database, { CRASH_POINTS: `at=${at}` })
    expect(await killed.ended, killed.said()).toBe('SIGKILL')
    await leaseEnds()
  }
  const made = await portal.prisma.payout.count({
    where: { idempotencyKey: { startsWith: `batch:${name}-` } },
  })
  expect(made).toBeGreaterThan(0)
  expect(made).toBeLessThan(rows.length + 1)

  const last = startWorker(database)
  await expect
    .poll(async () => (await portal.deps.batches.find(id))?.endedAt ?? null, {
      timeout: 60_000,
      message: last.said(),
    })
    .not.toBeNull()
  last.worker.kill('SIGTERM')
  await last.ended
  const [found] = await portal.prisma.$queryRaw<{ payouts: bigint; keys: bigint; noted: bigint }[]>`
    SELECT count(*) AS payouts, count(DISTINCT idempotency_key) AS keys,
      count(*) FILTER (WHERE EXISTS (SELECT FROM batch_row WHERE payout_id = payout.id)) AS noted
    FROM payout WHERE idempotency_key LIKE ${`batch:${name}-%`}`
  expect(found).toEqual({ payouts: 350n, keys: 350n, noted: 350n })
  expect(await showBatch(portal.deps, clerk, { id })).toMatchObject({ state: 'done', batch: { done: 350 } })
}, 180_000)
