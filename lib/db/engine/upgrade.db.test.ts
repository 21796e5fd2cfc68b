/**
 * A database of the version before balances and policy, with open work in it and the migrations' names of that time, is brought up
 * to this one.
 */
import { randomUUID } from 'node:crypto'
import { cp, mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { createSealStore } from '#lib/db/seal/reseal.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createDatabaseFrom } from '#lib/db/testing/server.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPrisma } from './client.ts'
import { migrate, renamed } from './migrate.ts'
import { migrationsFolder, pendingMigrations } from './migrations-folder.ts'

const before = 2
const plainWords = '20261126110100'
const dueWork = '20261126120000'
let folder: string
let database: TestDatabase
let client: pg.Client
let appliedBefore: Record<string, unknown>[]
const approver = randomUUID()
const payouts = {
  approved: randomUUID(),
  byPolicy: randomUUID(),
  checking: randomUUID(),
  rejected: randomUUID(),
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
  const names = (await readdir(migrationsFolder)).filter((name) => /^\d/.test(name)).sort()
  const oldNames = Object.fromEntries(Object.entries(renamed).map(([was, is]) => [is, was]))
  const copy = async (name: string, as = name) => {
    await cp(join(migrationsFolder, name), join(folder, as), { recursive: true })
  }
  for (const name of names.slice(0, before)) await copy(name, oldNames[name])
  database = await createDatabaseFrom(inject('testServer').adminUrl, 'template1')
  await migrate(database.url, { folder })
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  appliedBefore = await rows('SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY 1')
  await fill()
  await rm(folder, { recursive: true })
  for (const name of names.filter((one) => one < plainWords)) await copy(name)
  await migrate(database.url, { folder })
  await fillBeforePlainWords()
  for (const name of names.filter((one) => one >= plainWords && one < dueWork)) await copy(name)
  await migrate(database.url, { folder })
  await fillBeforeDueWork()
  await migrate(database.url)
})
afterAll(async () => {
  await client.end()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** As the previous version wrote them. */
async function fill(): Promise<void> {
  const receiver = randomUUID()
  await client.query(`
    INSERT INTO receiver (id, external_id) VALUES ('${receiver}', 'cust-42');
    INSERT INTO app_user (id, email, name, role) VALUES ('${approver}', 'ana@example.com', 'Ana', 'approver');
    INSERT INTO policy (currency, auto_approve_below_minor, updated_by)
      VALUES ('EUR', 50000, 'root'), ('JPY', 700, 'root'), ('KWD', 1500, 'root')`)
  const insert = (id: string, columns: Record<string, string>) => {
    const all = {
      id: `'${id}'`,
      amount_minor: '10050',
      currency: `'EUR'`,
      receiver_id: `'${receiver}'`,
      destination: `'{"account_number":"DE89370400440532013000"}'`,
      source: `'api'`,
      idempotency_key: `'api:${id}'`,
      request_hash: `'h'`,
      client_order_id: `'po-${id}'`,
      order_id: `'${id}'`,
      status_token_hash: `'s${id}'`,
      return_token_hash: `'r${id}'`,
      ...columns,
    }
    return client.query(
      `INSERT INTO payout (${Object.keys(all).join(', ')}) VALUES (${Object.values(all).join(', ')})`,
    )
  }
  await insert(payouts.approved, {
    status: `'approved'`,
    approved_by_id: `'${approver}'`,
    approved_at: 'now()',
    policy_note: `'{"approved": false}'`,
  })
  await insert(payouts.byPolicy, { status: `'approved'`, policy_note: `'{"approved": true}'` })
  await insert(payouts.checking, { status: `'checking'` })
  await insert(payouts.rejected, {
    status: `'rejected'`,
    final_at: 'now()',
    due_at: 'NULL',
    policy_note: `'{"approved": false}'`,
  })
}

/** As the last version that said gateway_refuses_us wrote them. */
async function fillBeforePlainWords(): Promise<void> {
  const insert = (columns: string, values: string) =>
    client.query(`
      INSERT INTO open_item (id, kind, severity, what, why, ${columns})
      VALUES (gen_random_uuid(), 'gateway_refuses_us', 'critical', 'what', 'why', ${values})`)
  await insert('open_key', `'gateway_refuses_us:'`)
  await insert('closed_at, said', `now(), 'gateway_refuses_us:#gateway_refuses_us: 401'`)
  await client.query(`INSERT INTO money_check (id, holds, result) VALUES (1, false, '{}')`)
}

/** As the last version that kept due work in the payout's row wrote it, with a payout in a worker's hands. */
async function fillBeforeDueWork(): Promise<void> {
  await client.query(`
    UPDATE payout SET due_at = '2026-11-26 12:00:48Z', lease_until = '2026-11-26 12:00:48Z', leased_by = 'worker-1', lease_fence = 7,
      woken_at = '2026-11-26 12:00:00Z', progress = '{"checkAttempts": 1}' WHERE id = '${payouts.checking}'`)
}

const rows = async (sql: string) => (await client.query<Record<string, unknown>>(sql)).rows

it('gives renamed migrations their new names, and applies none twice', async () => {
  expect(appliedBefore.map(({ name }) => name)).toEqual(['20261123154213_init', '20261123162837_fault_lab'])
  expect(await pendingMigrations(database.url)).toEqual([])
  const now = await rows('SELECT migration_name AS name, checksum FROM _prisma_migrations ORDER BY 1')
  expect(now.slice(0, before)).toEqual(
    appliedBefore.map(({ name, checksum }) => ({ name: renamed[String(name)], checksum })),
  )
  expect(now).toHaveLength((await readdir(migrationsFolder)).filter((name) => /^\d/.test(name)).length)
})

it('turns the old policy into the first version of the new one, in major units of each currency', async () => {
  const [version] = await rows(
    `SELECT decision, active_key, body -> 'currencies' AS currencies FROM policy_version`,
  )
  const below = (amount: string) => ({ autoApprove: { below: amount, sources: ['api'] } })
  expect(version).toEqual({
    decision: 'confirmed',
    active_key: 'active',
    currencies: { EUR: below('500.00'), JPY: below('700'), KWD: below('1.500') },
  })
})

it('keeps what people and the policy approved, and leaves the rest to be judged', async () => {
  const judged = await rows(`SELECT id, approvals_required AS needed, policy_version AS version FROM payout`)
  const of = (id: string) => judged.find((row) => row['id'] === id)
  expect(of(payouts.approved)).toMatchObject({ needed: 1, version: 0 })
  expect(of(payouts.byPolicy)).toMatchObject({ needed: 0, version: 0 })
  expect(of(payouts.checking)).toMatchObject({ needed: null, version: 0 })
  expect(of(payouts.rejected)).toMatchObject({ needed: 1, version: 0 })
  expect(await rows(`SELECT payout_id, approver_id, order_id, voided_at FROM approval`)).toEqual([
    { payout_id: payouts.approved, approver_id: approver, order_id: payouts.approved, voided_at: null },
  ])
})

it('seals every destination and keys every hash, with the approvals bound to them', async () => {
  const prisma = createPrisma(database.url)
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  expect(await createSealStore(prisma, vault).reseal(2)).toMatchObject({ payouts: 4, unreadable: 0 })
  await prisma.$disconnect()
  const sealed = await rows(`SELECT id, destination, content_hash, request_hash FROM payout`)
  for (const row of sealed)
    expect(row).toMatchObject({
      destination: null,
      content_hash: expect.stringMatching(/^f1\.test\./) as string,
      request_hash: expect.stringMatching(/^v1\.test\./) as string,
    })
  expect(await rows(`SELECT content_hash FROM approval`)).toEqual([
    { content_hash: sealed.find((row) => row['id'] === payouts.approved)?.['content_hash'] },
  ])
})

it('reads rows with words from before', async () => {
  expect(await rows('SELECT kind, open_key, said FROM open_item ORDER BY closed_at NULLS FIRST')).toEqual([
    { kind: 'locked_out', open_key: 'locked_out:', said: null },
    { kind: 'locked_out', open_key: null, said: 'locked_out:#gateway_refuses_us: 401' },
  ])
  expect(await rows('SELECT balanced FROM money_check')).toEqual([{ balanced: false }])
})

it('lets approved payouts be claimed, and nothing else', async () => {
  const claim = (id: string) =>
    client
      .query(
        `BEGIN; UPDATE payout SET status = 'paying', validated_at = now(), pay_claimed_at = now() WHERE id = '${id}'`,
      )
      .then(
        () => client.query('ROLLBACK').then(() => 'claimed'),
        (error: unknown) => client.query('ROLLBACK').then(() => (error as { code?: string }).code),
      )
  expect(await claim(payouts.approved)).toBe('claimed')
  expect(await claim(payouts.byPolicy)).toBe('claimed')
  expect(await claim(payouts.checking)).toBe('PS002')
  await client.query(`UPDATE app_user SET disabled_at = now() WHERE id = '${approver}'`)
  expect(await claim(payouts.approved)).toBe('PS002')
})

it('moves due work, leases, fences and notes to rows of their own, and none is lost sight of', async () => {
  const work = (id: string) => rows(`SELECT * FROM payout_work WHERE payout_id = '${id}'`)
  const leaseEnd = new Date('2026-11-26T12:00:48Z')
  expect(await work(payouts.checking)).toEqual([
    {
      payout_id: payouts.checking,
      endpoint_id: 1,
      due_at: leaseEnd,
      priority: 1,
      news_at: null,
      lease_until: leaseEnd,
      leased_by: 'worker-1',
      fence: '7',
      woken_at: new Date('2026-11-26T12:00:00Z'),
      progress: { checkAttempts: 1 },
    },
  ])
  expect(await work(payouts.approved)).toMatchObject([
    { due_at: expect.any(Date) as Date, priority: 0, fence: '0' },
  ])
  expect(await work(payouts.rejected)).toMatchObject([{ due_at: null }])
  expect(
    await rows(`SELECT FROM payout LEFT JOIN payout_work ON payout_id = id
      WHERE payout_id IS NULL OR (final_at IS NULL) <> (due_at IS NOT NULL)`),
  ).toEqual([])
})
