import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { createMonitoringStore } from './monitoring-store.ts'

let prisma: Database
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url)
})
afterAll(async () => {
  await prisma.$disconnect()
  await drop()
})

it('reports pending migrations when one is missing', async () => {
  const monitoring = createMonitoringStore(prisma)
  expect(await monitoring.migrationsPending()).toBe(false)
  // One of a newer version: an update is under way, or somebody went back.
  await prisma.$executeRaw`
    INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) VALUES ('later', '', '29991231235959_later', now())`
  expect(await monitoring.migrationsPending()).toBe(false)
  await prisma.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL`
  expect(await monitoring.migrationsPending()).toBe(true)
})

it('counts zero in an empty database, for every status', async () => {
  const counts = await createMonitoringStore(prisma).counts()
  expect(counts).toMatchObject({ openItems: 0, dueNow: 0, oldestDueAgeMs: 0, mailsWaiting: 0 })
  expect(Object.values(counts.byStatus)).toEqual(Array.from({ length: 15 }, () => 0))
})

it('rejects a ping of a database that is away', async () => {
  const away = createPrisma('postgresql://nobody:x@127.0.0.1:1/nothing')
  await expect(createMonitoringStore(away).ping()).rejects.toThrow()
  await away.$disconnect()
})

it('says that work is untaken when it has long been due, nobody has any in hand and Cardzo answers nobody', async () => {
  const portal = await createTestPortal()
  const untaken = () => portal.deps.monitoring.workUntaken(60_000)
  try {
    const [id, other] = [await portal.ask({}), await portal.ask({})]
    expect(await untaken()).toBe(false)
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET due_at = now() - interval '61 seconds' WHERE payout_id = ${id}::uuid`
    expect(await untaken()).toBe(true)
    await portal.prisma
      .$executeRaw`UPDATE payout_work SET lease_until = now() + interval '1 minute' WHERE payout_id = ${other}::uuid`
    expect(await untaken()).toBe(false)
    await portal.prisma.$executeRaw`UPDATE payout_work SET lease_until = NULL`
    await portal.prisma.$executeRaw`INSERT INTO gateway_state (id, last_ok_at) VALUES (1, now())`
    expect(await untaken()).toBe(false)
    await portal.prisma.$executeRaw`UPDATE gateway_state SET last_ok_at = now() - interval '2 minutes'`
    expect(await untaken()).toBe(true)
  } finally {
    await portal.close()
  }
})
