import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createMonitoringStore } from './monitoring-store.ts'

let prisma: PrismaClient
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
