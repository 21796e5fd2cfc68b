import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { usualSettings } from '#lib/services/ports.ts'
import { createSettingsStore } from './settings-store.ts'

const operator = { kind: 'operator', name: 'Test operator' } as const

let prisma: PrismaClient
let drop: () => Promise<void>

beforeAll(async () => {
  const database = await createTestDatabase()
  drop = database.drop
  prisma = createPrisma(database.url, patient)
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
