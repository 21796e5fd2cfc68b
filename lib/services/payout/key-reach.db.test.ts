/** Which payouts an API key can see, list and cancel. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { usualScopes } from '#lib/payouts/permissions.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { cancelPayout } from './cancel-payout.ts'
import { createPayout } from './create-payout.ts'
import { enterPayout } from './enter-payout.ts'
import { listPayouts } from './list-payouts.ts'
import { requestWithdrawal } from './request-withdrawal.ts'
import { showPayout } from './show-payout.ts'

const operator = { kind: 'operator', name: 'test' } as const
type Key = Actor & { kind: 'api_key' }

let portal: Awaited<ReturnType<typeof createTestPortal>>
let keys: Record<'none' | 'noneToo' | 'any' | 'ada' | 'adaToo' | 'ben' | 'adaReads', Key>
const emails = { ada: `${randomUUID()}@example.com`, ben: `${randomUUID()}@example.com` }
let clerk: Actor & { kind: 'user' }
let receiver: Actor & { kind: 'user' }

async function makeKey(ownerEmail?: string, scopes?: string[]): Promise<Key> {
  const asked = { name: 'system', ...(ownerEmail && { ownerEmail }), ...(scopes && { scopes }) }
  const made = await createApiKey(portal.deps, operator, asked)
  if (!made.ok) throw new Error(made.code)
  const caller = await authenticateApiKey(portal.deps, made.key)
  if (!caller.ok) throw new Error(caller.code)
  return caller.actor
}

async function person(role: 'clerk' | 'receiver' | 'approver', email = `${randomUUID()}@example.com`) {
  const draft = { id: randomUUID(), email, name: role, role, passwordHash: null, totpSecret: null }
  const made = await portal.deps.people.createUser(draft, operator)
  if (made === 'email_taken') throw new Error(made)
  return { kind: 'user' as const, id: draft.id, role, name: role, receiverId: made.receiverId }
}

beforeAll(async () => {
  portal = await createTestPortal()
  await person('approver', emails.ada)
  await person('approver', emails.ben)
  clerk = await person('clerk')
  receiver = await person('receiver')
  keys = {
    none: await makeKey(),
    noneToo: await makeKey(),
    any: await makeKey(undefined, ['payouts:read', 'payouts:cancel-any']),
    ada: await makeKey(emails.ada),
    adaToo: await makeKey(emails.ada),
    ben: await makeKey(emails.ben),
    adaReads: await makeKey(emails.ada, ['payouts:read']),
  }
})
afterAll(() => portal.close())

const destination = { account_number: 'DE89370400440532013000', first_name: 'Ada' }
const byKey = async (key: Key) => {
  const receiver = { externalId: randomUUID() }
  const body = { amount: '10.00', currency: 'EUR', receiver, destination }
  const made = await createPayout(portal.deps, key, { idempotencyKey: randomUUID(), body })
  if (!made.ok) throw new Error(made.code)
  return made.payout.id
}
const inBrowser = async () => {
  const form = { formId: randomUUID(), amount: '10.00', currency: 'EUR', destination, ipAddress: null }
  const made = await requestWithdrawal(portal.deps, receiver, form)
  if (!made.ok) throw new Error(made.code)
  return made.payoutId
}
const atTheDesk = async () => {
  const form = { formId: randomUUID(), amount: '10.00', currency: 'EUR', destination }
  const made = await enterPayout(portal.deps, clerk, { ...form, receiver: { externalId: randomUUID() } })
  if (!made.ok) throw new Error(made.code)
  return made.payoutId
}

const origins = {
  'a key without an owner': () => byKey(keys.none),
  'a key of Ada': () => byKey(keys.ada),
  'a key of Ben': () => byKey(keys.ben),
  'a browser': inBrowser,
  'the desk': atTheDesk,
}
type Origin = keyof typeof origins

const all = Object.keys(origins) as Origin[]
const reach: Record<keyof typeof keys, { sees: Origin[]; cancels: Origin[] }> = {
  none: { sees: all, cancels: ['a key without an owner'] },
  noneToo: { sees: all, cancels: ['a key without an owner'] },
  any: { sees: all, cancels: all },
  ada: { sees: ['a key of Ada'], cancels: ['a key of Ada'] },
  adaToo: { sees: ['a key of Ada'], cancels: ['a key of Ada'] },
  ben: { sees: ['a key of Ben'], cancels: ['a key of Ben'] },
  adaReads: { sees: ['a key of Ada'], cancels: [] },
}

describe.each(Object.entries(reach))('key "%s"', (name, { sees, cancels }) => {
  const key = () => keys[name as keyof typeof keys]
  let ids: Record<Origin, string>
  beforeEach(async () => {
    const made = await Promise.all(all.map(async (origin) => [origin, await origins[origin]()] as const))
    ids = Object.fromEntries(made) as Record<Origin, string>
  })

  it('sees, lists and cancels what it reaches, and finds nothing else', async () => {
    const listed: string[] = []
    let cursor: string | undefined
    do {
      const page = await listPayouts(portal.deps, key(), { limit: 2, ...(cursor && { cursor }) })
      if (!page.ok) throw new Error(page.code)
      listed.push(...page.data.map(({ id }) => id))
      cursor = page.nextCursor ?? undefined
    } while (cursor !== undefined)
    for (const origin of all) {
      const id = ids[origin]
      expect(listed.includes(id), `lists what came through ${origin}`).toBe(sees.includes(origin))
      const shown = await showPayout(portal.deps, key(), id)
      expect(shown, `sees what came through ${origin}`).toMatchObject(
        sees.includes(origin) ? { ok: true } : { code: 'not_found' },
      )
      const before = await portal.payout(id)
      const cancelled = await cancelPayout(portal.deps, key(), { id })
      if (cancels.includes(origin)) expect(cancelled).toMatchObject({ ok: true })
      else {
        const own = name === 'adaReads' && sees.includes(origin)
        expect(cancelled, `cancels what came through ${origin}`).toMatchObject({
          code: own ? 'forbidden' : 'not_found',
        })
        expect(await portal.payout(id)).toEqual(before)
      }
    }
  })
})

it('a new key of the same owner reaches what a revoked one asked for', async () => {
  const old = await makeKey(emails.ben)
  const id = await byKey(old)
  await revokeApiKey(portal.deps, operator, { id: old.id })
  expect(await cancelPayout(portal.deps, await makeKey(emails.ben), { id })).toMatchObject({ ok: true })
})

it('cancelling everything needs its own scope, and a key without an owner', async () => {
  expect(usualScopes).not.toContain('payouts:cancel-any')
  expect(keys.none.scopes).toEqual(usualScopes)
  const asked = { name: 'x', ownerEmail: emails.ada, scopes: ['payouts:cancel-any'] }
  expect(await createApiKey(portal.deps, operator, asked)).toMatchObject({ errors: [{ path: 'scopes' }] })
  // Written past the verb it gives no more either.
  const forged: Key = { ...keys.ada, scopes: ['payouts:cancel-any', 'payouts:read'] }
  expect(await cancelPayout(portal.deps, forged, { id: await inBrowser() })).toMatchObject({
    code: 'not_found',
  })
})
