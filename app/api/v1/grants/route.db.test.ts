/** Grants and balances over HTTP, on a real database. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { grantViewSchema, receiverBalancesSchema } from '#lib/contract/grant.ts'
import type { ApiScope } from '#lib/payouts/permissions.ts'
import { hashToken } from '#lib/services/payout/links.ts'
import { createTestPortal } from '#lib/services/testing/portal.ts'

const world = vi.hoisted(() => ({ getDeps: vi.fn() }))
vi.mock('#app/_server/deps.ts', () => ({ getDeps: world.getDeps }))
vi.mock('#lib/runtime/deps.ts', () => import('#lib/db/engine/away.ts'))

const grants = await import('./route.ts')
const balances = await import('../receivers/[externalId]/balances/route.ts')
const payouts = await import('../payouts/route.ts')

let portal: Awaited<ReturnType<typeof createTestPortal>>
let key: string
beforeAll(async () => {
  portal = await createTestPortal()
  world.getDeps.mockResolvedValue(portal.deps)
  key = await makeKey()
})
afterAll(() => portal.close())

async function makeKey(scopes?: ApiScope[]): Promise<string> {
  const made = randomUUID()
  const draft = { id: randomUUID(), name: 'shop', keyHash: hashToken(made), ownerId: null }
  await portal.deps.keys.create({ ...draft, ...(scopes && { scopes }) }, { kind: 'operator', name: 'test' })
  return made
}

const here = { params: Promise.resolve({}) }
const base = 'http://portal.test/api/v1'
const body = (more: object = {}) => ({
  receiver: { externalId: randomUUID() },
  amount: '25.00',
  currency: 'EUR',
  reference: randomUUID(),
  ...more,
})
function send(path: string, content: unknown, headers: Record<string, string> = {}) {
  const usual = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' }
  return new Request(base + path, {
    method: 'POST',
    body: JSON.stringify(content),
    headers: { ...usual, 'Idempotency-Key': randomUUID(), ...headers },
  })
}
const get = (path: string, by = key) =>
  new Request(base + path, { headers: { Authorization: `Bearer ${by}` } })
const balancesOf = (externalId: string, by = key) =>
  balances.GET(get(`/receivers/${encodeURIComponent(externalId)}/balances`, by), here)

describe('granting', () => {
  it('answers 201, and 200 marked as a replay when it was granted before', async () => {
    const [given, headers] = [body(), { 'Idempotency-Key': randomUUID() }]
    const first = await grants.POST(send('/grants', given, headers), here)
    expect([first.status, first.headers.has('idempotent-replayed')]).toEqual([201, false])
    const made = grantViewSchema.parse(await first.json())
    expect(made).toMatchObject({ amount: '25.00', currency: 'EUR', source: 'api', reversedAt: null })
    // By its key, and by its reference under another key.
    for (const more of [headers, {}]) {
      const again = await grants.POST(send('/grants', given, more), here)
      expect([again.status, again.headers.get('idempotent-replayed')]).toEqual([200, 'true'])
      expect(await again.json()).toEqual(made)
    }
  })

  it('refuses with the right code', async () => {
    const [given, headers] = [body(), { 'Idempotency-Key': randomUUID() }]
    await grants.POST(send('/grants', given, headers), here)
    const cases: [unknown, Record<string, string>, number, string][] = [
      [{ ...given, amount: '26' }, {}, 422, 'grant_reference_reused'],
      [body(), headers, 422, 'idempotency_key_reused'],
      [body(), { 'Idempotency-Key': '' }, 400, 'idempotency_key_required'],
      [body({ amount: '0' }), {}, 400, 'invalid_request'],
      [body({ currency: 'GBP' }), {}, 400, 'invalid_request'],
      [body({ more: 1 }), {}, 400, 'invalid_request'],
      [body(), { Authorization: 'Bearer wrong' }, 401, 'unauthorized'],
      [
        body(),
        { Authorization: `Bearer ${await makeKey(['payouts:write', 'balances:read'])}` },
        403,
        'forbidden',
      ],
      [body(), { 'Content-Type': 'text/plain' }, 415, 'unsupported_media_type'],
    ]
    for (const [content, more, status, code] of cases) {
      const answer = await grants.POST(send('/grants', content, more), here)
      expect([answer.status, ((await answer.json()) as { code: string }).code]).toEqual([status, code])
    }
    expect(grants.PUT().status).toBe(405)
  })
})

describe('looking', () => {
  it('lists the latest grants, of one receiver if named, and refuses unknown parameters', async () => {
    const given = body()
    await grants.POST(send('/grants', given), here)
    const list = async (query: string) => {
      const answer = await grants.GET(get(`/grants${query}`), here)
      return [answer.status, (await answer.json()) as { data: unknown[]; errors: unknown[] }] as const
    }
    const [status, { data }] = await list(`?receiver=${given.receiver.externalId}`)
    expect([status, data]).toMatchObject([200, [{ reference: given.reference }]])
    expect((await list(''))[1].data.length).toBeGreaterThan(1)
    expect((await list('?receiver=nobody'))[1].data).toEqual([])
    for (const query of ['?receiver=', '?receiver=a&receiver=b', '?limit=0', '?x=1', '?cursor=x'])
      expect((await list(query))[0], query).toBe(400)
  })

  it('shows a receiver’s balances, whatever characters the external id has', async () => {
    for (const externalId of [
      randomUUID(),
      `a/b ${randomUUID()}`,
      `50%25 ${randomUUID()}`,
      `ż-${randomUUID()}`,
    ]) {
      await grants.POST(send('/grants', body({ receiver: { externalId } })), here)
      const answer = await balancesOf(externalId)
      expect(receiverBalancesSchema.parse(await answer.json())).toMatchObject({
        receiver: { externalId },
        balances: [{ currency: 'EUR', granted: '25.00', available: '25.00', reserved: '0.00', paid: '0.00' }],
      })
    }
    expect((await balancesOf('nobody')).status).toBe(404)
    expect((await balancesOf('\0')).status).toBe(404)
    expect((await balances.GET(get('/receivers/%E0%A4%A/balances'), here)).status).toBe(404)
    expect((await balancesOf('nobody', await makeKey(['payouts:write']))).status).toBe(403)
  })
})

describe('a payout beyond what there is', () => {
  it('is 409 insufficient_balance or 422 limit_exceeded, with what is left in its detail', async () => {
    const operator = { kind: 'operator', name: 'test' } as const
    await portal.deps.settings.change({ requireBalanceMerchant: true }, operator)
    const receiver = { externalId: randomUUID(), firstName: 'Ada' }
    await grants.POST(send('/grants', body({ receiver })), here)
    const ask = async (amount: string) => {
      const request = {
        amount,
        currency: 'EUR',
        receiver,
        destination: { account_number: 'DE89370400440532013000' },
      }
      const answer = await payouts.POST(send('/payouts', request), here)
      return [answer.status, (await answer.json()) as { code?: string; detail?: string }] as const
    }
    expect(await ask('25.01')).toMatchObject([
      409,
      { code: 'insufficient_balance', detail: 'That is more than is available. Available: 25.00 EUR.' },
    ])
    const limits = { payout: '20.00', receiverDay: null, receiverMonth: null, approverDay: null }
    const euro = { autoApprove: { below: '0', sources: [] }, rules: [], limits }
    await portal.deps.policy.set({ currencies: { EUR: euro }, risk: {} }, 'test', operator)
    expect(await ask('20.01')).toMatchObject([
      422,
      {
        code: 'limit_exceeded',
        detail: 'That is more than you can request. At most 20.00 EUR in one payout.',
      },
    ])
    expect((await ask('20.00'))[0]).toBe(201)
  })
})
