/**
 * Replacing a secret while payouts are on their way (docs/rotation.md). An endpoint's own secrets are in lib/runtime/endpoints.db.test.ts,
 * a webhook's in lib/services/webhook.
 */
import { randomBytes, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { signedCallback } from '#lib/cardzo/testing.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createStores } from '#lib/db/stores.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { readCursor, writeCursor } from '#lib/services/api/cursor.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { freezeUrlOf, showFreeze } from '#lib/services/destination/freeze-destination.ts'
import { authenticateApiKey } from '#lib/services/key/authenticate-api-key.ts'
import { createApiKey } from '#lib/services/key/create-api-key.ts'
import { revokeApiKey } from '#lib/services/key/revoke-api-key.ts'
import { recordCallback } from '#lib/services/order/record-callback.ts'
import { statusUrlOf } from '#lib/services/payout/links.ts'
import { checkReceipt, receiptCode } from '#lib/services/payout/receipt.ts'
import { recordReturn } from '#lib/services/payout/record-return.ts'
import { showStatus } from '#lib/services/payout/show-status.ts'
import { reseal, sealAtStart } from '#lib/services/seal/reseal.ts'
import { deviceFor, deviceOf } from '#lib/services/sign-in/devices.ts'
import { createTestPortal, eventually, sampleRequest, seen } from '#lib/services/testing/portal.ts'
import { createScriptedGateway } from '#lib/services/testing/scripted-gateway.ts'
import { startSimulator } from '#lib/simulator/server.ts'
import type { Simulator } from '#lib/simulator/server.ts'
import { connectEndpoints } from './connect-endpoints.ts'
import { readEnv } from './env.ts'

type Portal = Awaited<ReturnType<typeof createTestPortal>>
const operator = { kind: 'operator', name: 'test' } as const

let database: TestDatabase
let undo: (() => unknown)[]
beforeEach(async () => {
  database = await createTestDatabase()
  undo = []
})
afterEach(async () => {
  for (const each of undo.reverse()) await each()
  await database.drop()
})

async function open(
  config: Parameters<typeof createTestPortal>[0],
  given: Parameters<typeof createTestPortal>[1] = {},
): Promise<Portal> {
  const portal = await createTestPortal(config, { database, ...given })
  undo.push(() => portal.stopAll())
  return portal
}

async function approve(portal: Portal, id: string): Promise<void> {
  const waiting = await portal.until(id, 'awaiting_approval')
  expect(await approvePayout(portal.deps, await portal.approver(), seen(waiting))).toMatchObject({ ok: true })
}

const tokenIn = (url: string | null) => url?.split('/').at(-1) ?? ''

describe('AUTH_SECRET', () => {
  it('is replaced while payouts are on their way: every link, cookie, cursor and code from before goes on working', async () => {
    const gateway = createScriptedGateway()
    const before = await open({ linkSecret: 'the old secret' }, { gateway })
    const oldWorker = before.startWorker()
    const [paid, waits] = [await before.ask(), await before.ask()]
    await approve(before, paid)
    await before.until(paid, 'paid')
    await before.until(waits, 'awaiting_approval')
    await oldWorker.stop()
    // Nothing of this one was sent when the secret was replaced.
    const unsent = await before.ask()
    const { deps: old } = before
    const handedOut = {
      status: statusUrlOf(old.config, await before.payout(waits)),
      unsent: statusUrlOf(old.config, await before.payout(unsent)),
      device: deviceFor(old, 'user-1'),
      cursor: writeCursor(old.config, { name: 'payouts' }, 'place'),
      code: receiptCode(old.config, await before.payout(paid)),
    }
    await before.stopAll()
    const back: string[] = []
    const check = gateway.check.bind(gateway)
    gateway.check = (order, guard) => {
      back.push(order.redirectUrl)
      return check(order, guard)
    }

    const after = await open(
      { linkSecret: 'the new secret', otherLinkSecrets: ['the old secret'] },
      { gateway },
    )
    after.startWorker()
    const { deps } = after
    await approve(after, waits)
    await approve(after, unsent)
    await after.until(unsent, 'paid')
    expect((await after.until(waits, 'paid')).version).toBeGreaterThan(1)

    // What people have still opens, and what pages, mails and the API show now is the same link.
    for (const [id, link] of [
      [waits, handedOut.status],
      [unsent, handedOut.unsent],
    ] as const) {
      expect((await showStatus(deps, tokenIn(link))).ok).toBe(true)
      expect(statusUrlOf(deps.config, await after.payout(id))).toBe(link)
    }
    // The way back from the bank that payout-check named after the change.
    expect(back).toHaveLength(1)
    expect((await recordReturn(deps, back[0]?.split('/').at(-2) ?? '')).ok).toBe(true)
    expect(deviceOf(deps, 'user-1', handedOut.device)).not.toBeNull()
    expect(readCursor(deps.config, { name: 'payouts' }, handedOut.cursor ?? '')).toMatchObject({
      place: 'place',
    })
    const reference = (await after.payout(paid)).clientOrderId
    const asked = { reference, code: handedOut.code, ip: null }
    expect((await checkReceipt(deps, asked)).ok).toBe(true)

    // What is made now is made with the new one alone, and a process that still signs with the old one shows the same.
    const fresh = await after.payout(await after.ask())
    const between = { ...old.config, otherLinkSecrets: ['the new secret'] }
    expect(statusUrlOf(between, fresh)).toBe(statusUrlOf(deps.config, fresh))
    expect(deviceOf({ ...old, config: between }, 'user-1', deviceFor(deps, 'user-1'))).not.toBeNull()
    const alone = { ...deps.config, otherLinkSecrets: [] }
    expect(statusUrlOf(deps.config, fresh)).toBe(statusUrlOf(alone, fresh))

    // Once the old one is taken away, links that people have go on: only what was derived or signed is gone.
    const later = { ...deps, config: alone }
    expect((await showStatus(later, tokenIn(handedOut.status))).ok).toBe(true)
    expect(statusUrlOf(alone, await after.payout(waits))).not.toBe(handedOut.status)
    expect(deviceOf(later, 'user-1', handedOut.device)).toBeNull()
    expect(readCursor(alone, { name: 'payouts' }, handedOut.cursor ?? '').ok).toBe(false)
    expect((await checkReceipt(later, asked)).ok).toBe(false)
  })

  it('is replaced: the link in a mail that freezes an account still does', async () => {
    const portal = await open({ linkSecret: 'the old secret' })
    const id = await portal.ask()
    const { receiver } = await portal.payout(id)
    const made = await portal.prisma.destination.create({
      data: {
        id: '00000000-0000-4000-8000-0000000000d1',
        receiverId: receiver.id,
        print: 'x',
        sealed: portal.deps.vault.seal('{}', 'destination:00000000-0000-4000-8000-0000000000d1'),
        createdByName: 'test',
        label: 'x',
      },
    })
    const link = tokenIn(freezeUrlOf(portal.deps.config, made.id))
    const rotated = { ...portal.deps, config: { ...portal.deps.config, linkSecret: 'the new secret' } }
    expect((await showFreeze(rotated, link)).ok).toBe(false)
    const overlapping = { ...rotated, config: { ...rotated.config, otherLinkSecrets: ['the old secret'] } }
    expect((await showFreeze(overlapping, link)).ok).toBe(true)
  })
})

describe('Cardzo’s secrets of the environment', () => {
  const keyOf = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 })
      .privateKey.export({ type: 'pkcs8', format: 'pem' })
      .toString()
  const [oldKey, newKey] = [keyOf(), keyOf()]
  let folder: string
  let simulator: Simulator
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'rotation-'))
    undo.push(() => rmSync(folder, { recursive: true }))
  })

  /** Cardzo, with this key and control value of ours; it remembers its orders. */
  async function cardzo(keyPem: string, control: string, port = 0): Promise<Simulator> {
    simulator = await startSimulator({
      port,
      merchant: {
        login: 'first',
        keyPem,
        control,
        endpoint: { id: '39915' },
        requiredFields: ['account_number', 'first_name'],
      },
      settings: { stepMs: 15, retryMs: 15 },
      ledgerFile: join(folder, 'ledger.json'),
    })
    undo.push(() => simulator.close())
    return simulator
  }

  /** A worker and web server with these variables, as after a restart. */
  function restart(portal: Portal, more: Record<string, string>): void {
    const env = readEnv({
      APP_URL: 'http://localhost:3000',
      AUTH_SECRET: 'a secret for tests that is long enough',
      DATABASE_URL: database.url,
      CARDZO_API_URL: simulator.url,
      CARDZO_ENDPOINT_ID: '39915',
      CARDZO_LOGIN: 'first',
      CARDZO_CURRENCIES: 'EUR',
      CARDZO_REQUIRED_FIELDS: 'account_number,first_name',
      CARDZO_TIMEOUT_MS: '3000',
      ...more,
    })
    const { endpoints, gate, log, config } = portal.deps
    const connected = connectEndpoints(env, endpoints, { gate, log, pollIntervalMs: config.pollIntervalMs })
    undo.push(() => connected.close())
    portal.deps.gateway = connected.gateway
  }

  it('CARDZO_MERCHANT_CONTROL: with the next one set beforehand, Cardzo may switch at any moment', async () => {
    const { port } = await cardzo(oldKey, 'old control')
    const portal = await open({
      timeoutMs: 3000,
      currencies: ['EUR'],
      requiredFields: ['account_number', 'first_name'],
    })
    const key = { CARDZO_PRIVATE_KEY: oldKey }
    restart(portal, {
      ...key,
      CARDZO_MERCHANT_CONTROL: 'old control',
      CARDZO_MERCHANT_CONTROL_NEXT: 'new control',
    })
    portal.startWorker()
    const ids = await Promise.all([portal.ask(), portal.ask()])
    for (const id of ids) await portal.until(id, 'awaiting_approval')

    // Cardzo switches with both on their way.
    await simulator.close()
    await cardzo(oldKey, 'new control', port)
    for (const id of ids) await approve(portal, id)
    for (const id of ids) await portal.until(id, 'paid')
    const { orderId, clientOrderId } = await portal.payout(ids[0])
    for (const control of ['old control', 'new control']) {
      const callback = signedCallback({ status: 'approved', orderId: orderId ?? '', clientOrderId }, control)
      expect((await recordCallback(portal.deps, Object.entries(callback))).http).toBe(200)
    }
    expect(
      await portal.deps.items
        .list({})
        .then((items) => items.filter(({ kind, closedAt }) => kind === 'locked_out' && closedAt === null)),
    ).toEqual([])

    // The new one takes over, and the old one is not believed any more.
    restart(portal, { ...key, CARDZO_MERCHANT_CONTROL: 'new control' })
    const last = signedCallback({ status: 'approved', orderId: orderId ?? '', clientOrderId }, 'old control')
    expect((await recordCallback(portal.deps, Object.entries(last))).http).toBe(403)
    const more = await portal.ask()
    await approve(portal, more)
    await portal.until(more, 'paid')
    expect(simulator.ledger.all().every(({ timesPaid }) => timesPaid === 1)).toBe(true)
  })

  it('CARDZO_PRIVATE_KEY: between both switches payouts wait, and none is lost or sent twice', async () => {
    const { port } = await cardzo(oldKey, 'control')
    const portal = await open({
      timeoutMs: 3000,
      currencies: ['EUR'],
      requiredFields: ['account_number', 'first_name'],
    })
    const control = { CARDZO_MERCHANT_CONTROL: 'control' }
    restart(portal, { ...control, CARDZO_PRIVATE_KEY: oldKey })
    portal.startWorker()
    const waits = await portal.ask()
    await portal.until(waits, 'awaiting_approval')
    const paid = await portal.ask()
    await approve(portal, paid)
    await portal.until(paid, 'paid')

    // Ours is new, Cardzo's is not yet.
    restart(portal, { ...control, CARDZO_PRIVATE_KEY: newKey })
    const unsent = await portal.ask()
    await eventually(async () => {
      const items = await portal.deps.items.list({})
      return items.some(({ kind, closedAt }) => kind === 'locked_out' && closedAt === null)
        ? true
        : 'nobody is told'
    }, 30_000)
    expect((await portal.payout(unsent)).orderId).toBeNull()
    await simulator.close()
    await cardzo(newKey, 'control', port)
    await approve(portal, waits)
    await approve(portal, unsent)
    for (const id of [waits, unsent]) await portal.until(id, 'paid')
    expect(simulator.ledger.all().map(({ timesPaid }) => timesPaid)).toEqual([1, 1, 1])
  }, 120_000)
})

describe('the database’s password', () => {
  let admin: pg.Client
  let role: string
  beforeEach(async () => {
    role = `rotated_${randomBytes(6).toString('hex')}`
    admin = new pg.Client({ connectionString: database.url })
    await admin.connect()
    undo.push(async () => {
      await admin.query(`DROP ROLE IF EXISTS ${role}_next; DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)
      await admin.end()
    })
    await admin.query(`CREATE ROLE ${role} LOGIN PASSWORD 'old' SUPERUSER`)
  })
  const as = (username: string, password: string) => {
    const url = Object.assign(new URL(database.url), { username, password }).href
    return { database: { url, drop: () => Promise.resolve() } }
  }
  const refused = (username: string, password: string) =>
    expect(
      new pg.Client({ connectionString: as(username, password).database.url }).connect(),
    ).rejects.toThrow(/password authentication failed|not permitted to log in/)

  it('by a second login: both work side by side, and the first one ends when nobody uses it', async () => {
    const before = await open({}, as(role, 'old'))
    before.startWorker()
    const [first, second] = [await before.ask(), await before.ask()]
    await approve(before, first)
    await admin.query(
      `CREATE ROLE ${role}_next LOGIN PASSWORD 'new' IN ROLE ${role}; ALTER ROLE ${role}_next SET role TO ${role}`,
    )
    const after = await open({}, { ...as(`${role}_next`, 'new'), gateway: before.gateway })
    after.startWorker()
    const [who] = await after.prisma.sql.query<{ name: string }>('SELECT current_user::text AS name')
    expect(who).toEqual({ name: role })
    await Promise.all([first].map((id) => before.until(id, 'paid')))
    await before.stopAll()
    await admin.query(`ALTER ROLE ${role} NOLOGIN`)
    await refused(role, 'old')
    await approve(after, second)
    await after.until(second, 'paid')
    await after.stopAll()
    expect([...before.errors, ...after.errors]).toEqual([])
  })

  it('changed in place: what had begun is finished by a worker that knows the new one', async () => {
    const before = await open({}, as(role, 'old'))
    const worker = before.startWorker()
    const id = await before.ask()
    await before.until(id, 'awaiting_approval')
    await approve(before, id)
    await admin.query(`ALTER ROLE ${role} PASSWORD 'new'`)
    await refused(role, 'old')
    const after = await open({}, { ...as(role, 'new'), gateway: before.gateway })
    after.startWorker()
    await after.until(id, 'paid')
    const { clientOrderId } = await after.payout(id)
    expect(before.gateway.calls.filter((call) => call === `pay ${clientOrderId}`)).toHaveLength(1)
    await worker.stop()
    await before.stopAll()
    await after.stopAll()
  })
})

it('DATA_KEYS: the old one, both, the new one first and sealed again, the new one alone: payouts go on through all of it', async () => {
  const [old, next] = [
    { id: 'old', key: randomBytes(32) },
    { id: 'next', key: randomBytes(32) },
  ]
  const portal = await open({})
  /** What a process is after a restart with these keys. */
  const restart = (...keys: Parameters<typeof createVault>[0]) => {
    const vault = createVault(keys)
    const hooks = { enqueueMail: () => Promise.resolve() }
    const { endpoints: _endpoints, ...stores } = createStores(portal.prisma, {
      hooks,
      vault,
      keepMailTexts: true,
    })
    Object.assign(portal.deps, stores, { vault })
  }
  restart(old)
  let worker = portal.startWorker()
  const ids = [await portal.ask(), await portal.ask(), await portal.ask()]
  for (const id of ids) await portal.until(id, 'awaiting_approval')
  await approve(portal, ids[0] ?? '')
  await portal.until(ids[0] ?? '', 'paid')
  await worker.stop()

  restart(old, next)
  const unsent = await portal.ask()
  restart(next, old)
  await sealAtStart(portal.deps, new AbortController().signal)
  worker = portal.startWorker()
  await approve(portal, ids[1] ?? '')
  await portal.until(ids[1] ?? '', 'paid')
  await portal.until(unsent, 'awaiting_approval')
  expect(await reseal(portal.deps, operator)).toMatchObject({ ok: true, resealed: { unreadable: 0 } })
  await worker.stop()

  restart(next)
  portal.startWorker()
  for (const id of [ids[2] ?? '', unsent]) {
    await approve(portal, id)
    const paid = await portal.until(id, 'paid')
    expect(paid.destination['account_number']).toBe(sampleRequest.destination.account_number)
  }
  expect(portal.errors).toEqual([])
})

it('an API key: the new one works beside the old one until that is revoked, and repeats find the same payout', async () => {
  const portal = await open({})
  const make = async (name: string) => {
    const made = await createApiKey(portal.deps, operator, { name })
    if (!made.ok) throw new Error(made.code)
    return made
  }
  const [old, next] = [await make('shop, old'), await make('shop, new')]
  for (const { key } of [old, next])
    expect(await authenticateApiKey(portal.deps, key)).toMatchObject({ ok: true })
  const id = await portal.ask({}, 'order-1')
  expect(await revokeApiKey(portal.deps, operator, { id: old.id })).toMatchObject({ ok: true })
  expect(await authenticateApiKey(portal.deps, old.key)).not.toMatchObject({ ok: true })
  expect(await authenticateApiKey(portal.deps, next.key)).toMatchObject({ ok: true })
  expect(await portal.ask({}, 'order-1')).toBe(id)
})
