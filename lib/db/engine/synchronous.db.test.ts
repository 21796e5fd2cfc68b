/**
 * Where commits wait for a standby (docs/replication.md): what the portal does when none answers. The test server keeps its own commits out
 * of this, because it has `synchronous_commit` off; this database has it on, and the standby that it waits for does not exist.
 */
import { randomUUID } from 'node:crypto'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, it, vi } from 'vitest'
import { createLedgerStore } from '#lib/db/balance/ledger-store.ts'
import { createPayouts } from '#lib/db/payout/create-payout.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { draftPayout } from '#lib/services/payout/draft-payout.ts'
import { readRequest } from '#lib/services/payout/read-request.ts'
import { createTestPortal, sampleRequest, system } from '#lib/services/testing/portal.ts'
import { isDatabaseAway } from './away.ts'
import { createPrisma } from './client.ts'
import type { Database } from './client.ts'

const answerMs = 500
const patienceMs = 10_000
let database: TestDatabase
let admin: pg.Client
/** One connection, so that a statement that hangs on it would hold up the next. */
let prisma: Database

beforeAll(async () => {
  database = await createTestDatabase()
  admin = new pg.Client({ connectionString: inject('testServer').adminUrl })
  await admin.connect()
  const name = pg.escapeIdentifier(new URL(database.url).pathname.slice(1))
  await admin.query(`ALTER DATABASE ${name} SET synchronous_commit TO on`)
  prisma = createPrisma(database.url, { poolSize: 1, answerMs })
})
beforeEach(() => standbyIs('missing'))
afterAll(async () => {
  await standbyIs('not needed')
  await admin.end()
  await prisma.$disconnect()
  await database.drop()
})

async function standbyIs(what: 'missing' | 'not needed'): Promise<void> {
  await admin.query(
    what === 'missing'
      ? `ALTER SYSTEM SET synchronous_standby_names TO 'nobody'`
      : 'ALTER SYSTEM RESET synchronous_standby_names',
  )
  await admin.query('SELECT pg_reload_conf()')
  const wanted = what === 'missing' ? 'nobody' : ''
  await vi.waitFor(async () => {
    const { rows } = await admin.query<object>('SHOW synchronous_standby_names')
    expect(rows).toEqual([{ synchronous_standby_names: wanted }])
  }, patienceMs)
}

const put = (key: string, on = prisma) =>
  on.sql.query(`INSERT INTO setting (key, value) VALUES ($1, '1'::jsonb) RETURNING key`, [key])
const isThere = async (key: string) => (await prisma.setting.findUnique({ where: { key } })) !== null
const servedBy = async (on = prisma) =>
  (await on.sql.query<{ pid: number }>('SELECT pg_backend_pid() AS pid'))[0]?.pid
/** Processes of PostgreSQL that wait for the standby in this database. */
const waiting = async () =>
  (
    await admin.query<{ pid: number }>(
      `SELECT pid FROM pg_stat_activity WHERE wait_event = 'SyncRep' AND datname = $1`,
      [new URL(database.url).pathname.slice(1)],
    )
  ).rows.map(({ pid }) => pid)

async function failure(writing: Promise<unknown>): Promise<unknown> {
  return writing.then(
    () => 'it was taken for written',
    (error: unknown) => error,
  )
}

it.each([
  ['a statement by hand', (key: string) => put(key)],
  [
    'a transaction',
    (key: string) =>
      prisma.$transaction(async (transaction) => transaction.setting.create({ data: { key, value: 1 } })),
  ],
])(
  '%s that gets no answer is given up with its connection, and its write is unknown',
  async (kind, write) => {
    const before = await servedBy()
    expect(await failure(write(kind))).toSatisfy(isDatabaseAway)
    // The next does not queue up behind it: there it would get no answer either.
    expect(await servedBy()).not.toBe(before)
    await standbyIs('not needed')
    // Unknown, and here it did take place after all.
    await expect.poll(() => isThere(kind)).toBe(true)
  },
)

/**
 * What a write ends with when somebody cancels its wait for the standby. Other writes of the same portal may wait
 * too, even before it, so every wait is cancelled until this write has ended.
 */
async function cancelled(writing: Promise<unknown>): Promise<unknown> {
  let ended = false
  const written = failure(writing).finally(() => {
    ended = true
  })
  await expect
    .poll(async () => {
      await admin.query('SELECT pg_cancel_backend(pid) FROM unnest($1::int[]) AS pid', [await waiting()])
      return ended
    })
    .toBe(true)
  return written
}

it('a commit whose wait for the standby somebody cancels is not taken for written', async () => {
  const patient = createPrisma(database.url, { poolSize: 1 })
  try {
    const before = await servedBy(patient)
    expect(await cancelled(put('cancelled', patient))).toSatisfy(isDatabaseAway)
    expect(await servedBy(patient)).not.toBe(before)
  } finally {
    await patient.$disconnect()
  }
})

// Reading waits for nobody: the one who asked would be told of a payout that is gone when the standby takes over.
it.each([
  ['looks', 'api'],
  ['asks for it once more', 'api'],
  ['asks for it once more in the browser', 'browser'],
] as const)(
  'a payout whose wait was cancelled is not found by one who %s under its key, until a standby has it',
  async (how, source) => {
    await standbyIs('not needed')
    const portal = await createTestPortal({}, { database })
    const payouts = createPayouts(
      prisma,
      { enqueueMail: () => Promise.resolve() },
      portal.deps.vault as Vault,
    )
    const key = `api:${randomUUID()}`
    const draft = draftPayout(
      portal.deps,
      system,
      { source, key, body: {}, ipAddress: null },
      readRequest({ ...sampleRequest, receiver: { externalId: randomUUID() }, metadata: {} }),
      { endpoint: { id: 1, fields: [] }, policyVersion: 0, judgedSource: source, reserves: false },
    )
    const ask = (on: Pick<typeof payouts, 'create'>) =>
      on.create({ ...draft, saves: null }, system, [], { dayMinor: null, monthMinor: null })
    const again = async () => (how === 'looks' ? (await payouts.opening(key)).earlier : ask(payouts))
    try {
      await standbyIs('missing')
      expect(await cancelled(ask(portal.deps.payouts))).toSatisfy(isDatabaseAway)
      // Who cancelled is told a moment before others can see the row.
      await expect.poll(() => prisma.payout.count({ where: { idempotencyKey: key } })).toBe(1)
      expect(await failure(again())).toSatisfy(isDatabaseAway)
      await standbyIs('not needed')
      expect(await again()).toMatchObject(how === 'looks' ? { id: draft.id } : { kind: 'existing' })
    } finally {
      await standbyIs('not needed')
      await portal.prisma.$disconnect()
    }
  },
)

it('nor is a grant', async () => {
  await standbyIs('not needed')
  const portal = await createTestPortal({}, { database })
  const ledger = createLedgerStore(prisma)
  const key = randomUUID()
  const draft = {
    id: randomUUID(),
    receiver: { externalId: randomUUID() },
    currency: 'EUR',
    amountMinor: 100n,
    reference: key,
    idempotencyKey: key,
    source: 'api',
  } as const
  const again = [() => ledger.findGrant({ idempotencyKey: key }), () => ledger.grant(draft, system)]
  try {
    await standbyIs('missing')
    expect(await cancelled(portal.deps.ledger.grant(draft, system))).toSatisfy(isDatabaseAway)
    await expect.poll(() => prisma.grant.count({ where: { id: draft.id } })).toBe(1)
    for (const ask of again) expect(await failure(ask())).toSatisfy(isDatabaseAway)
    await standbyIs('not needed')
    expect(await again[0]?.()).toMatchObject({ id: draft.id })
    expect(await again[1]?.()).toMatchObject({ kind: 'existing' })
  } finally {
    await standbyIs('not needed')
    await portal.prisma.$disconnect()
  }
})
