import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { createTestDatabase, patient } from '#lib/db/testing/database.ts'
import { createGatewayConditionStore } from './gateway-condition-store.ts'

let prisma: Database
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

describe('the condition of the gateway', () => {
  it('remembers since when Cardzo locks us out, until an answer works again', async () => {
    const condition = createGatewayConditionStore(prisma)
    expect(await condition.read()).toEqual({
      lockedOutAt: null,
      lockOut: null,
      simulator: false,
      lastOkAt: null,
      silentSince: null,
    })
    const refusal = { httpStatus: 401, gatewayDate: null, ourDate: '2026-11-23T15:00:00Z', command: 'status' }
    await condition.recordLockedOut(1, refusal)
    const since = (await condition.read()).lockedOutAt
    await condition.recordLockedOut(1, { ...refusal, httpStatus: 403 })
    expect(await condition.read()).toMatchObject({
      lockedOutAt: since,
      lockOut: { httpStatus: 403 },
    })
    await condition.recordOk(1, true)
    const now = await condition.read()
    expect(now).toMatchObject({ lockedOutAt: null, lockOut: null, simulator: true })
    expect(now.lastOkAt).toBeInstanceOf(Date)
  })

  it('keeps the alarm open exactly while Cardzo locks us out, whatever answers cross each other', async () => {
    const condition = createGatewayConditionStore(prisma)
    const refusal = { httpStatus: 401, gatewayDate: null, ourDate: '2026-11-23T15:00:00Z', command: 'status' }
    const alarms = () => prisma.openItem.count({ where: { kind: 'locked_out', closedAt: null } })
    for (let round = 0; round < 20; round++) {
      await Promise.all([
        condition.recordLockedOut(1, refusal),
        condition.recordOk(1, true),
        condition.recordOk(1, true),
      ])
      const { lockedOutAt } = await condition.read()
      expect(await alarms()).toBe(lockedOutAt === null ? 0 : 1)
    }
    await condition.recordOk(1, true)
    expect(await alarms()).toBe(0)
  })

  it('writes no row for every poll that works', async () => {
    const condition = createGatewayConditionStore(prisma)
    await condition.recordOk(1, true)
    const version = () => prisma.$queryRaw`SELECT xmin::text AS xmin FROM gateway_state`
    const before = await version()
    await condition.recordOk(1, true)
    expect(await version()).toEqual(before)
    await condition.recordOk(1, false)
    expect(await version()).not.toEqual(before)
  })
})
