/** A real worker process that is killed in the middle of a part of an import: the next one applies every row once. */
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { checkImport } from '#lib/services/moving/check-import.ts'
import { decideImport } from '#lib/services/moving/decide-import.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createStaff } from '#lib/services/testing/staff.ts'
import { startWorker } from './testing/worker-process.ts'

const code = '123456'
let database: Awaited<ReturnType<typeof createTestDatabase>>
let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  database = await createTestDatabase()
  portal = await createTestPortal({}, { database })
})
afterAll(() => portal.close())

it('killed inside the second of three parts, it leaves the first, and the next worker applies the rest', async () => {
  const staff = createStaff(portal)
  const [ana, ben] = [await staff.person('admin', 'Ana'), await staff.person('admin', 'Ben')]
  const rows = Array.from({ length: 2_500 }, (_, n) => `moved-${n},,Ada,,`)
  const bytes = new TextEncoder().encode(['receiver,email,first_name,last_name,locale', ...rows].join('\n'))
  const request = { kind: 'receivers' as const, name: 'old.csv', bytes, source: '', atOnce: false, code }
  const checked = await checkImport(portal.deps, ana, request)
  if (!checked.ok || !checked.imported) throw new Error(JSON.stringify(checked))
  const { id } = checked.imported
  await decideImport(portal.deps, ben, { id, decision: 'confirmed', code })

  // Somebody else is about to make a receiver of the second part, so the worker waits inside its transaction.
  const rival = new pg.Client({ connectionString: database.directUrl ?? database.url })
  await rival.connect()
  await rival.query('BEGIN')
  await rival.query(
    `INSERT INTO receiver (id, external_id, first_name) VALUES (gen_random_uuid(), 'moved-1500', 'Ada')`,
  )
  const first = startWorker(database)
  await expect
    .poll(
      async () =>
        (
          await portal.prisma.$queryRaw<unknown[]>`
            SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'INSERT INTO receiver%'
              AND datname = current_database()`
        ).length,
      { timeout: 60_000, message: first.said() },
    )
    .toBeGreaterThan(0)
  first.worker.kill('SIGKILL')
  expect(await first.ended).toBe('SIGKILL')
  await rival.query('ROLLBACK')
  await rival.end()
  // What it had not committed went with it.
  await expect.poll(() => portal.prisma.receiver.count(), { timeout: 30_000 }).toBe(1_000)
  expect(await portal.deps.imports.find(id)).toMatchObject({ done: 1, made: 1_000, endedAt: null })

  const second = startWorker(database)
  await expect
    .poll(() => portal.deps.imports.find(id), { timeout: 60_000, message: second.said() })
    .toMatchObject({ done: 3, made: 2_500, leftOut: 0, endedAt: expect.any(Date) as Date })
  second.worker.kill('SIGTERM')
  await second.ended
  expect(await portal.prisma.receiver.count()).toBe(2_500)
  expect(await portal.prisma.importPart.count()).toBe(0)
}, 180_000)
