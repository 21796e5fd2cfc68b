import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createHeartbeatStore } from './heartbeat-store.ts'

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

it('sees a worker while it beats, and not after its goodbye', async () => {
  const heartbeats = createHeartbeatStore(prisma)
  expect(await heartbeats.beatWithinMs(60_000)).toBe(false)
  await heartbeats.beat('worker-1')
  await heartbeats.beat('worker-1')
  expect(await heartbeats.beatWithinMs(60_000)).toBe(true)
  await prisma.$executeRaw`UPDATE worker_heartbeat SET beat_at = now() - interval '61 seconds'`
  expect(await heartbeats.beatWithinMs(60_000)).toBe(false)
  await heartbeats.beat('worker-1')
  await heartbeats.goodbye('worker-1')
  expect(await heartbeats.beatWithinMs(60_000)).toBe(false)
})
