/**
 * The portal behind a pooler: PgBouncer in transaction mode where it is installed, with fewer server connections than the portal opens to it.
 * Elsewhere the stand-in keeps a server connection for each of ours, and the same must hold.
 */
import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { createTestPortal, seen } from '#lib/services/testing/portal.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { startPooler } from '#lib/db/testing/pooler.ts'
import type { Pooler } from '#lib/db/testing/pooler.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPrisma } from './client.ts'
import type { Database } from './client.ts'
import { setRoleDefaults } from './migrate.ts'
import { checkDatabase } from './session-check.ts'
import { roleDefaults, sessionSettings } from './session-settings.ts'

const serverConnections = 3

type Place = { database: TestDatabase; pooler: Pooler; close: () => Promise<void> }

/** An empty database behind a pooler, as `npm run db:migrate` leaves it. */
async function openPlace(): Promise<Place> {
  const database = await createTestDatabase()
  await setRoleDefaults(database.url, database.url)
  const pooler = await startPooler(database.url, { serverConnections })
  const close = async () => {
    await pooler.stop()
    await database.drop()
  }
  return { database, pooler, close }
}

let pooler: Pooler
let close: () => Promise<void>
beforeAll(async () => {
  ;({ pooler, close } = await openPlace())
})
afterAll(() => close())

async function withDatabase<T>(run: (database: Database) => Promise<T>, poolSize = 10): Promise<T> {
  const through = createPrisma(pooler.url, { poolWaitMs: 20_000, poolSize })
  try {
    return await run(through)
  } finally {
    await through.$disconnect()
  }
}

it('the check at the start finds nothing to complain about', async () => {
  await expect(checkDatabase(pooler.url)).resolves.toBeUndefined()
})

it('docs/operations.md has the statements that set it', () => {
  const page = readFileSync('docs/operations.md', 'utf8')
  expect(page).toContain(`${roleDefaults('portal', 'portal').join(';\n')};`)
})

it('a role may set its own defaults, and hears what to run for another', async () => {
  const { database, close: drop } = await openPlace()
  const role = `portal_${randomBytes(4).toString('hex')}`
  const owner = new pg.Client({ connectionString: database.url })
  await owner.connect()
  try {
    await owner.query(`CREATE ROLE ${role} LOGIN PASSWORD '${role}'`)
    const address = new URL(database.url)
    address.username = role
    address.password = role
    expect(await setRoleDefaults(address.href, address.href)).toBeNull()
    expect(await setRoleDefaults(address.href, database.url)).toContainEqual(
      expect.stringMatching(/^ALTER ROLE "portal" IN DATABASE "run_\w+" SET TimeZone TO 'UTC'$/),
    )
  } finally {
    await owner.query(`DROP ROLE ${role}`)
    await owner.end()
    await drop()
  }
})

it('every server connection has the settings, also one that none of ours has set up', async () => {
  // A client that sets nothing, on connections that PgBouncer opens for it: as many as there are, held by open transactions.
  const clients = Array.from(
    { length: serverConnections },
    () => new pg.Client({ connectionString: pooler.url }),
  )
  await Promise.all(clients.map((client) => client.connect()))
  try {
    const seen = await Promise.all(
      clients.map(async (client) => {
        await client.query('BEGIN')
        const { rows } = await client.query<{ name: string; value: string }>(
          'SELECT name, reset_val AS value FROM pg_settings WHERE name = ANY($1)',
          [Object.keys(sessionSettings)],
        )
        return Object.fromEntries(rows.map(({ name, value }) => [name, value.replace(/^ISO, .*/, 'ISO')]))
      }),
    )
    expect(seen).toEqual(clients.map(() => sessionSettings))
  } finally {
    await Promise.all(clients.map((client) => client.end()))
  }
})

it('no statement is prepared by name, by hand or by Prisma, however often it comes again', async () => {
  const prepared = await withDatabase(async (through) => {
    for (let n = 0; n < 4; n++) {
      await Promise.all(
        Array.from({ length: 2 * serverConnections }, async () => {
          await through.sql.query('SELECT $1::int AS again', [n])
          await through.setting.findMany({ where: { key: String(n) } })
        }),
      )
    }
    return through.$queryRaw<{ statement: string }[]>`SELECT statement FROM pg_prepared_statements`
  })
  expect(prepared).toEqual([])
})

it('PgBouncer shares fewer server connections than it has clients', async () => {
  const pids = await withDatabase((through) =>
    Promise.all(
      Array.from({ length: 40 }, () => through.$queryRaw<{ pid: number }[]>`SELECT pg_backend_pid() AS pid`),
    ),
  )
  const used = new Set(pids.flat().map(({ pid }) => pid)).size
  if (pooler.mode === 'transaction') expect(used).toBeLessThanOrEqual(serverConnections)
  else expect(used).toBeLessThanOrEqual(10)
})

describe.each([10, 2])('with %i connections in each process', (poolSize) => {
  it('payouts go through two portals and their workers at once, and each is paid once', async () => {
    const place = await openPlace()
    const address = { url: place.pooler.url, directUrl: place.database.url, drop: () => Promise.resolve() }
    const first = await createTestPortal({}, { database: address, poolSize })
    const second = await createTestPortal({}, { database: address, gateway: first.gateway, poolSize })
    try {
      first.startWorker()
      second.startWorker()
      const asked = await Promise.all(
        Array.from({ length: 8 }, (_, n) => (n % 2 === 0 ? first : second).ask()),
      )
      const approver = await first.approver()
      const end = async (id: string, n: number) => {
        const [near, far] = n % 2 === 0 ? [first, second] : [second, first]
        const waiting = await far.until(id, 'awaiting_approval')
        expect(await approvePayout(near.deps, approver, seen(waiting))).toMatchObject({ ok: true })
        return far.until(id, 'paid')
      }
      const paid = await Promise.all(asked.map(end))
      const pays = paid.map(({ clientOrderId }) => first.gateway.order(clientOrderId).paysReceived)
      expect(pays).toEqual(asked.map(() => 1))
      expect([...first.errors, ...second.errors]).toEqual([])
      expect(await first.deps.history.verify()).toMatchObject({ firstBroken: null })
    } finally {
      await second.stopAll()
      await first.stopAll()
      await place.close()
    }
  })
})
