/** What a process has prepared before a migration, it can still ask after it. */
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { isDatabaseAway, isStaleStatement } from './away.ts'
import { createPrisma } from './client.ts'
import type { Database } from './client.ts'

let database: TestDatabase
let portal: Database
let operator: pg.Client
beforeAll(async () => {
  database = await createTestDatabase()
  portal = createPrisma(database.url, { poolSize: 4, poolWaitMs: 20_000 })
  operator = new pg.Client({ connectionString: database.url })
  await operator.connect()
})
afterAll(async () => {
  await operator.end()
  await portal.$disconnect()
  await database.drop()
})
beforeEach(() =>
  operator.query('DROP TABLE IF EXISTS thing; CREATE TABLE thing AS SELECT 1 AS id, 7 AS size'),
)

const change = 'ALTER TABLE thing ALTER COLUMN size TYPE bigint; ALTER TABLE thing ADD COLUMN more text'

it('PostgreSQL refuses a prepared statement whose columns a migration has changed', async () => {
  const again = () => operator.query({ name: 'things', text: 'SELECT * FROM thing' })
  await again()
  await operator.query(change)
  const refused: unknown = await again().catch((error: unknown) => error)
  expect(isStaleStatement(refused)).toBe(true)
})

it('statements by hand and through Prisma go on under load while a migration changes what they give back', async () => {
  let over = false
  let asked = 0
  const ask = async (run: () => Promise<unknown>) => {
    while (!over) {
      await run()
      asked++
    }
  }
  const all = Promise.all([
    ...[1, 2, 3].map((n) =>
      ask(() => portal.sql.query(`SELECT * FROM thing WHERE id = $1 OR id = ${n}`, [1])),
    ),
    ...[1, 2, 3].map(() => ask(() => portal.$queryRaw`SELECT * FROM thing WHERE id = ${1}`)),
    ask(() => portal.$queryRaw`UPDATE thing SET id = ${1} WHERE id = 1 RETURNING *`),
  ])
  const until = async (count: number) => {
    while (asked < count) await Promise.race([all, new Promise((resolve) => setImmediate(resolve))])
  }
  await until(200)
  await operator.query(change)
  const before = asked
  await until(before + 200)
  await operator.query('ALTER TABLE thing DROP COLUMN more')
  await until(asked + 200)
  over = true
  await all
  expect(await portal.sql.query('SELECT size FROM thing')).toEqual([{ size: 7n }])
})

it('inside a transaction it is a refusal to try again, and the next transaction works', async () => {
  const inTransaction = () => portal.$transaction((tx) => tx.$queryRaw`SELECT * FROM thing`)
  // Prepared at the second time on each connection; one at a time they use the same.
  for (let n = 0; n < 3; n++) await inTransaction()
  await operator.query(change)
  const refused: unknown = await inTransaction().catch((error: unknown) => error)
  expect(isDatabaseAway(refused)).toBe(true)
  expect(await inTransaction()).toEqual([{ id: 1, size: 7n, more: null }])
})
