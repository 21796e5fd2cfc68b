/** API keys: what they let a system do, until when, and what pages show of them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { usualScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { createPayout } from '#lib/services/payout/create-payout.ts'
import type { Deps } from '#lib/services/ports.ts'
import { createAccounts } from '#lib/services/testing/accounts.ts'
import { createTestPortal, sampleRequest } from '#lib/services/testing/portal.ts'
import { authenticateApiKey } from './authenticate-api-key.ts'
import { createApiKey } from './create-api-key.ts'
import { revokeApiKey } from './revoke-api-key.ts'
import { showKeys } from './show-keys.ts'

const operator: Actor = { kind: 'operator', name: 'Test operator' }

const code = '123456'

let portal: Awaited<ReturnType<typeof createTestPortal>>
let deps: Deps
beforeAll(async () => {
  portal = await createTestPortal()
  deps = portal.deps
})
afterAll(() => portal.close())

const { person } = createAccounts(() => deps)

describe('API keys', () => {
  const created = async (more: { scopes?: string[]; expiresInDays?: number } = {}) => {
    const made = await createApiKey(deps, operator, { name: 'Shop', ...more })
    if (!made.ok) throw new Error(made.code)
    return made
  }

  it('may do what their scopes name and nothing else', async () => {
    const { key } = await created({ scopes: ['payouts:read'] })
    const caller = await authenticateApiKey(deps, key)
    if (!caller.ok) throw new Error(caller.code)
    expect(caller.actor.scopes).toEqual(['payouts:read'])
    expect(
      await createPayout(deps, caller.actor, { idempotencyKey: randomUUID(), body: sampleRequest }),
    ).toEqual({
      ok: false,
      code: 'forbidden',
    })
    const all = await authenticateApiKey(deps, (await created()).key)
    expect(all).toMatchObject({ actor: { scopes: usualScopes } })
    for (const scopes of [[], ['everything'], ['payouts:read', 'everything']])
      expect(await createApiKey(deps, operator, { name: 'Shop', scopes })).toMatchObject({
        code: 'invalid_request',
        errors: [{ path: 'scopes' }],
      })
  })

  it('expire when they were made for a number of days', async () => {
    const { id, key } = await created({ expiresInDays: 30 })
    const row = await portal.prisma.apiKey.findUniqueOrThrow({ where: { id } })
    expect(Math.round((row.expiresAt!.getTime() - Date.now()) / 86_400_000)).toBe(30)
    expect(await authenticateApiKey(deps, key)).toMatchObject({ ok: true })
    await portal.prisma.apiKey.update({ where: { id }, data: { expiresAt: new Date(Date.now() - 1000) } })
    expect(await authenticateApiKey(deps, key)).toEqual({ ok: false, code: 'unauthorized' })
    for (const expiresInDays of [0, -1, 1.5, Number.NaN, 3651])
      expect(await createApiKey(deps, operator, { name: 'Shop', expiresInDays })).toMatchObject({
        errors: [{ path: 'expiresInDays' }],
      })
  })

  it('are listed with their state, but never in plain text', async () => {
    const { id: adminId } = await person('admin')
    const admin: Actor = { kind: 'user', id: adminId, role: 'admin', name: 'Ana', receiverId: null }
    const [live, revoked] = [await created(), await created()]
    expect(await revokeApiKey(deps, admin, { id: revoked.id, code: '' })).toMatchObject({
      code: 'step_up_required',
    })
    await revokeApiKey(deps, admin, { id: revoked.id, code })
    const shown = await showKeys(deps, admin)
    const states = shown.ok
      ? new Map(shown.keys.map(({ id, state }) => [id, state]))
      : new Map<string, string>()
    expect([states.get(live.id), states.get(revoked.id)]).toEqual(['active', 'revoked'])
    expect(JSON.stringify(shown)).not.toContain(live.key)
  })

  it('let a system in until revoked, and are shown only once', async () => {
    const owner = await person('admin')
    const made = await createApiKey(deps, operator, { name: 'Shop', ownerEmail: owner.email })
    if (!made.ok) throw new Error(made.code)
    expect(await authenticateApiKey(deps, made.key)).toEqual({
      ok: true,
      actor: { kind: 'api_key', id: made.id, name: 'Shop', ownerId: owner.id, scopes: usualScopes },
    })
    expect(JSON.stringify(await portal.prisma.apiKey.findMany())).not.toContain(made.key)
    expect(await revokeApiKey(deps, operator, { id: made.id })).toEqual({ ok: true, id: made.id })
    expect(await revokeApiKey(deps, operator, { id: made.id })).toEqual({ ok: true, id: made.id })
    for (const key of [made.key, '', 'cpp_wrong'])
      expect(await authenticateApiKey(deps, key)).toEqual({ ok: false, code: 'unauthorized' })
    for (const id of [randomUUID(), 'no id'])
      expect(await revokeApiKey(deps, operator, { id })).toMatchObject({ code: 'not_found' })
    expect(
      await createApiKey(deps, operator, { name: 'Shop', ownerEmail: 'nobody@demo.example' }),
    ).toMatchObject({
      errors: [{ path: 'owner' }],
    })
  })
})
