/** A database with unexpected settings, and one behind a pooler. */
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { startPooler } from '#lib/db/testing/pooler.ts'
import type { Pooler } from '#lib/db/testing/pooler.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPrisma } from './client.ts'
import { listen } from './listen.ts'
import { setRoleDefaults } from './migrate.ts'
import { checkDatabase, problemOf } from './session-check.ts'
import { sessionSettings } from './session-settings.ts'

let database: TestDatabase
let pooler: Pooler
/** The same behind a pooler, after `npm run db:migrate`. */
let prepared: { database: TestDatabase; pooler: Pooler }

async function foreignDatabase(): Promise<TestDatabase> {
  const database = await createTestDatabase()
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  const name = pg.escapeIdentifier(new URL(database.url).pathname.slice(1))
  for (const setting of [
    `TimeZone TO 'Asia/Tokyo'`,
    `DateStyle TO 'SQL, DMY'`,
    `default_transaction_isolation TO 'serializable'`,
  ])
    await client.query(`ALTER DATABASE ${name} SET ${setting}`)
  await client.end()
  return database
}

beforeAll(async () => {
  database = await foreignDatabase()
  pooler = await startPooler(database.url)
  const other = await foreignDatabase()
  expect(await setRoleDefaults(other.url, other.url)).toBeNull()
  prepared = { database: other, pooler: await startPooler(other.url) }
})
afterAll(async () => {
  await pooler.stop()
  await prepared.pooler.stop()
  await database.drop()
  await prepared.database.drop()
})

const withOptions = (url: string, options: string) => `${url}?options=${encodeURIComponent(options)}`

describe.each([
  ['whose settings are foreign', () => database.url],
  ['behind a pooler, after db:migrate', () => prepared.pooler.url],
  ['whose address has other settings', () => withOptions(database.url, '-c TimeZone=America/New_York')],
])('a database %s', (_what, urlOf) => {
  it('stores and returns times unchanged, and each statement sees what was committed before it', async () => {
    await checkDatabase(urlOf())
    const prisma = createPrisma(urlOf())
    const at = new Date('2026-03-29T00:30:00.123Z')
    const key = `at-${Math.random()}`
    try {
      await prisma.setting.create({ data: { key, value: 1 } })
      await prisma.workerHeartbeat.create({ data: { id: key, startedAt: at, beatAt: at } })
      expect(await prisma.workerHeartbeat.findUnique({ where: { id: key } })).toMatchObject({
        startedAt: at,
        beatAt: at,
      })
      const [epoch] = await prisma.$queryRaw<{ ms: number; now: Date }[]>`
        SELECT (extract(epoch FROM started_at) * 1000)::double precision AS ms, now() AS now
        FROM worker_heartbeat WHERE id = ${key} AND started_at = ${at}`
      expect(epoch?.ms).toBe(at.getTime())
      expect(Math.abs((epoch?.now.getTime() ?? 0) - Date.now())).toBeLessThan(60_000)
      const level = `SELECT current_setting('transaction_isolation') AS level`
      expect(await prisma.$queryRawUnsafe(level)).toEqual([{ level: 'read committed' }])
      // Even when the session lost the setting.
      await prisma.$executeRawUnsafe(`SET default_transaction_isolation TO 'serializable'`)
      const inside = await Promise.all(
        Array.from({ length: 5 }, () => prisma.$transaction((tx) => tx.$queryRawUnsafe(level))),
      )
      expect(inside.flat()).toEqual(Array(5).fill({ level: 'read committed' }))
      const snapshot = prisma.$transaction((tx) => tx.$queryRawUnsafe(level), {
        isolationLevel: 'RepeatableRead',
      })
      expect(await snapshot).toEqual([{ level: 'repeatable read' }])
    } finally {
      await prisma.$disconnect()
    }
  })
})

describe('at the start', () => {
  it('options that a pooler refuses are an error in plain words, without waiting', async () => {
    await expect(checkDatabase(withOptions(pooler.url, '-c search_path=portal'))).rejects.toThrow(
      /pooler in front of the database refuses options, which is part of DATABASE_URL\. Remove it/,
    )
    await expect(checkDatabase(`${pooler.url}?statement_timeout=5000`)).rejects.toThrow(
      /refuses statement_timeout/,
    )
  })

  it('a role that begins with other settings is an error behind a pooler, with what to run', async () => {
    await expect(checkDatabase(pooler.url)).rejects.toThrow(
      /TimeZone is "Asia\/Tokyo".*all times would be shifted.*db:migrate.*ALTER ROLE "portal" IN DATABASE "run_\w+" SET TimeZone TO 'UTC'.*RECONNECT/,
    )
    // Without one, what we set ourselves stays.
    await expect(checkDatabase(database.url)).resolves.toBeUndefined()
  })

  it.each([
    ['TimeZone', 'Asia/Tokyo', /times would be shifted/],
    ['DateStyle', 'SQL, DMY', /could not be read/],
    ['default_transaction_isolation', 'serializable', /would not see/],
    ['statement_timeout', '0', /without end/],
    ['idle_in_transaction_session_timeout', '0', /without end/],
  ] as const)('%s %s is an error, with a pooler on what a connection begins with', (name, value, words) => {
    const now = { ...sessionSettings, DateStyle: 'ISO, DMY' }
    const right = {
      pooled: true,
      role: 'portal',
      database: 'p"q',
      now,
      begins: { ...now, TimeZone: 'Etc/UTC' },
    }
    expect(problemOf(right)).toBeNull()
    const begins = { ...now, [name]: value }
    expect(problemOf({ ...right, begins })).toMatch(words)
    expect(problemOf({ ...right, begins })).toContain(`ALTER ROLE "portal" IN DATABASE "p""q" SET ${name} TO`)
    expect(problemOf({ ...right, pooled: false, begins })).toBeNull()
    expect(problemOf({ ...right, pooled: false, now: { ...now, [name]: value } })).toMatch(words)
  })

  it('a database that is away is no error', async () => {
    await expect(checkDatabase('postgresql://nobody@127.0.0.1:1/none')).resolves.toBeUndefined()
  })

  it('a database that takes connections and says nothing is no error', async () => {
    const mute = createServer((socket) => socket.on('error', () => undefined))
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve))
    const { port } = mute.address() as AddressInfo
    await expect(checkDatabase(`postgresql://portal@127.0.0.1:${port}/portal`)).resolves.toBeUndefined()
    mute.close()
  })

  it('LISTEN works on an address of its own', async () => {
    let heard = 0
    const listener = listen(database.url, 'payout_due', () => heard++)
    const prisma = createPrisma(pooler.url)
    try {
      const deadline = performance.now() + 10_000
      while (heard < 2 && performance.now() < deadline)
        await prisma.$executeRawUnsafe(`SELECT pg_notify('payout_due', '')`)
      expect(heard).toBeGreaterThanOrEqual(2)
    } finally {
      await prisma.$disconnect()
      await listener.stop()
    }
  })
})
