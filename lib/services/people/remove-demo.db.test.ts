import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { apiScopes } from '#lib/payouts/permissions.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import { createTestPortal, sampleRequest } from '#lib/services/testing/portal.ts'
import { createUser } from './create-user.ts'
import { demoPassword, demoPeople, demoShopName } from './demo-codes.ts'
import { findDemoPeople, removeDemo } from './remove-demo.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const operator = { kind: 'operator', name: 'root' } as const

it('ends the accounts, keys and unsent payouts of the demo, and nobody else’s', async () => {
  const { deps } = portal
  for (const person of demoPeople) await createUser(deps, operator, { ...person, password: demoPassword })
  const made = async (name: string) => {
    const key = await createApiKey(deps, operator, { name })
    if (!key.ok) throw new Error(key.code)
    const actor = { kind: 'api_key', id: key.id, name, ownerId: null, scopes: apiScopes } as const
    const payout = await createPayout(deps, actor, { idempotencyKey: randomUUID(), body: sampleRequest })
    if (!payout.ok) throw new Error(payout.code)
    return { key: key.id, payout: payout.payout.id }
  }
  const [demo, own] = [await made(demoShopName), await made('Shop')]

  expect(await findDemoPeople(deps)).toHaveLength(demoPeople.length)
  const done = await removeDemo(deps, operator)
  expect(done).toMatchObject({
    ok: true,
    removed: { revokedKeys: [demo.key], cancelled: [demo.payout], stillOpen: [] },
  })
  expect(await findDemoPeople(deps)).toEqual([])
  const live = (await deps.keys.list()).filter(({ revokedAt }) => revokedAt === null)
  const ids = live.map(({ id }) => id)
  expect(ids).toContain(own.key)
  expect(ids).not.toContain(demo.key)
  expect((await deps.payouts.find(demo.payout))?.status).toBe('cancelled')
  expect((await deps.payouts.find(own.payout))?.status).toBe('requested')
})
