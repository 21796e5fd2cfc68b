import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
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

  it('remember since when Cardzo refuses us, until an answer works again', async () => {
    const settings = createSettingsStore(prisma)
    expect(await settings.gatewayCondition()).toEqual({
      refusedAt: null,
      refusal: null,
      simulator: false,
      lastOkAt: null,
      silentSince: null,
    })
    const refusal = { httpStatus: 401, gatewayDate: null, ourDate: '2026-11-23T15:00:00Z', command: 'status' }
    await settings.recordGatewayRefusal(refusal)
    const since = (await settings.gatewayCondition()).refusedAt
    await settings.recordGatewayRefusal({ ...refusal, httpStatus: 403 })
    expect(await settings.gatewayCondition()).toMatchObject({
      refusedAt: since,
      refusal: { httpStatus: 403 },
    })
    await settings.recordGatewayOk(true)
    const now = await settings.gatewayCondition()
    expect(now).toMatchObject({ refusedAt: null, refusal: null, simulator: true })
    expect(now.lastOkAt).toBeInstanceOf(Date)
  })

  it('keep the alarm open exactly while Cardzo refuses us, whatever answers cross each other', async () => {
    const settings = createSettingsStore(prisma)
    const refusal = { httpStatus: 401, gatewayDate: null, ourDate: '2026-11-23T15:00:00Z', command: 'status' }
    const alarms = () => prisma.openItem.count({ where: { kind: 'locked_out', closedAt: null } })
    for (let round = 0; round < 20; round++) {
      await Promise.all([
        settings.recordGatewayRefusal(refusal),
        settings.recordGatewayOk(true),
        settings.recordGatewayOk(true),
      ])
      const { refusedAt } = await settings.gatewayCondition()
      expect(await alarms()).toBe(refusedAt === null ? 0 : 1)
    }
    await settings.recordGatewayOk(true)
    expect(await alarms()).toBe(0)
  })

  it('do not write a row for every poll that works', async () => {
    const settings = createSettingsStore(prisma)
    await settings.recordGatewayOk(true)
    const version = () => prisma.$queryRaw`SELECT xmin::text AS xmin FROM gateway_state`
    const before = await version()
    await settings.recordGatewayOk(true)
    expect(await version()).toEqual(before)
    await settings.recordGatewayOk(false)
    expect(await version()).not.toEqual(before)
  })
})
