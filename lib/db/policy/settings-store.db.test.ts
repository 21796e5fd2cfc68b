import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createHealthStore } from '#lib/db/safety/heartbeat-store.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { usualSettings } from '#lib/services/ports.ts'
import { createSettingsStore } from './settings-store.ts'

const operator = { kind: 'operator', name: 'Test operator' } as const

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

describe('settings', () => {
  it('are what the product ships with until the operator changes one, and keep who did', async () => {
    const settings = createSettingsStore(prisma)
    expect(await settings.read()).toEqual(usualSettings)
    await settings.change({ coolingOffH: 0 }, operator)
    expect(await settings.change({ sendDelayS: { '*': 5 } }, operator)).toEqual({
      ...usualSettings,
      coolingOffH: 0,
      sendDelayS: { '*': 5 },
    })
    const events = await prisma.auditEvent.findMany({
      where: { kind: 'settings_changed' },
      orderBy: { id: 'asc' },
    })
    expect(events.map(({ data, actorName }) => ({ data, actorName }))).toEqual([
      { data: { before: usualSettings, changed: { coolingOffH: 0 } }, actorName: 'Test operator' },
      {
        data: { before: { ...usualSettings, coolingOffH: 0 }, changed: { sendDelayS: { '*': 5 } } },
        actorName: 'Test operator',
      },
    ])
  })

  it('mail the receivers of API payouts unless somebody switched it off', async () => {
    const settings = createSettingsStore(prisma)
    expect(await settings.mailApiReceivers()).toBe(true)
    await prisma.setting.create({ data: { key: 'mail_api_receivers', value: false } })
    expect(await settings.mailApiReceivers()).toBe(false)
  })
})

describe('health', () => {
  it('sees a worker while its heart beats, and not after its goodbye', async () => {
    const health = createHealthStore(prisma)
    expect(await health.workerSeenWithinMs(60_000)).toBe(false)
    await health.beat('worker-1')
    await health.beat('worker-1')
    expect(await health.workerSeenWithinMs(60_000)).toBe(true)
    await prisma.$executeRaw`UPDATE worker_heartbeat SET beat_at = now() - interval '61 seconds'`
    expect(await health.workerSeenWithinMs(60_000)).toBe(false)
    await health.beat('worker-1')
    await health.goodbye('worker-1')
    expect(await health.workerSeenWithinMs(60_000)).toBe(false)
  })

  it('says that migrations are pending when one is missing', async () => {
    const health = createHealthStore(prisma)
    expect(await health.migrationsPending()).toBe(false)
    await prisma.$executeRaw`UPDATE _prisma_migrations SET finished_at = NULL`
    expect(await health.migrationsPending()).toBe(true)
  })

  it('counts nothing as nothing, with a zero for every status', async () => {
    const counts = await createHealthStore(prisma).counts()
    expect(counts).toMatchObject({ openItems: 0, dueNow: 0, oldestDueAgeMs: 0, mailsWaiting: 0 })
    expect(Object.values(counts.byStatus)).toEqual(Array.from({ length: 15 }, () => 0))
  })

  it('rejects a ping of a database that is away', async () => {
    const away = createPrisma('postgresql://nobody:x@127.0.0.1:1/nothing')
    await expect(createHealthStore(away).ping()).rejects.toThrow()
    await away.$disconnect()
  })
})
