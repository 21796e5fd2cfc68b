import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { startPooler } from '#lib/db/testing/pooler.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createPrisma } from './client.ts'
import type { Database } from './client.ts'

let database: TestDatabase
let direct: Database
beforeAll(async () => {
  database = await createTestDatabase()
  direct = createPrisma(database.url)
})
afterAll(async () => {
  await direct.$disconnect()
  await database.drop()
})

const prepared = (through: Database) =>
  through.sql.query<{ statement: string }>(
    `SELECT statement FROM pg_prepared_statements WHERE statement LIKE '%the same again%'`,
  )

describe('statements by hand', () => {
  it('give large numbers, times and JSON as what they are', async () => {
    const [row] = await direct.sql.query(
      `SELECT 9007199254740993::bigint AS big, $1::timestamptz AS moment, $2::jsonb AS data, $3::uuid[] AS ids`,
      [new Date('2026-01-02T03:04:05.678Z'), JSON.stringify({ a: ['\u0000b'] }), []],
    )
    expect(row).toEqual({
      big: 9007199254740993n,
      moment: new Date('2026-01-02T03:04:05.678Z'),
      data: { a: ['b'] },
      ids: [],
    })
  })

  it('are planned once for each connection when they come again', async () => {
    for (let n = 0; n < 3; n++) await direct.sql.query(`SELECT $1::int AS "the same again"`, [n])
    expect((await prepared(direct)).length).toBe(1)
  })

  it('are not prepared behind a pooler, where the next one may run on another connection', async () => {
    const pooler = await startPooler(database.url)
    const pooled = createPrisma(pooler.url)
    try {
      for (let n = 0; n < 3; n++) await pooled.sql.query(`SELECT $1::int AS "the same again, pooled"`, [n])
      expect((await prepared(pooled)).filter(({ statement }) => statement.includes('pooled'))).toEqual([])
    } finally {
      await pooled.$disconnect()
      await pooler.stop()
    }
  })
})
