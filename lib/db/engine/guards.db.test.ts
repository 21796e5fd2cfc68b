/** docs/database.md describes every table and guard, and prisma/guards has the text of each as it is in the database. */
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { filesOf, pageFaults, readGuards, readPage, readTables } from './guards.ts'

const folder = join('prisma', 'guards')
const page = readPage(readFileSync(join('docs', 'database.md'), 'utf8'))
let database: Awaited<ReturnType<typeof createTestDatabase>>
let client: pg.Client

beforeAll(async () => {
  database = await createTestDatabase()
  client = new pg.Client({ connectionString: database.url })
  await client.connect()
  if (process.env['UPDATE_DOCS'] === undefined) return
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder)
  for (const [name, text] of filesOf(page, await readGuards(client))) writeFileSync(join(folder, name), text)
})
afterAll(async () => {
  await client.end()
  await database.drop()
})

const faults = async () =>
  pageFaults(page, [...(await readTables(client)), ...(await readGuards(client)).map(({ name }) => name)])
const written = () =>
  new Map(
    readdirSync(folder)
      .sort()
      .map((name) => [name, readFileSync(join(folder, name), 'utf8')]),
  )
const inDatabase = async () => new Map([...filesOf(page, await readGuards(client))].sort())

it('describes every table and guard once, and none that does not exist', async () => {
  expect(await faults()).toEqual([])
})

it('has the text of every guard as it is in the database; npm run db:guards writes it', async () => {
  expect(Object.fromEntries(written())).toEqual(Object.fromEntries(await inDatabase()))
})

it('notices what is new, what is gone and what has changed', async () => {
  await client.query('BEGIN')
  await client.query(`
    CREATE TABLE unheard_of (id int);
    DROP TRIGGER payout_guard ON payout;
    DROP FUNCTION payout_guard();
    CREATE TRIGGER unheard_of_stays BEFORE DELETE ON unheard_of FOR EACH ROW EXECUTE FUNCTION never_deleted();
    CREATE OR REPLACE FUNCTION hand_days() RETURNS int LANGUAGE sql STABLE AS 'SELECT 0';
    ALTER TABLE payout DROP CONSTRAINT payout_amount, ADD CONSTRAINT payout_amount CHECK (amount_minor >= 0)`)
  expect(await faults()).toEqual([
    'unheard_of is not described',
    'unheard_of_stays is not described',
    'there is no payout_guard',
  ])
  const now = await inDatabase()
  expect([...written()].filter(([name, text]) => now.get(name) !== text).map(([name]) => name)).toEqual([
    'payout.sql',
    'people.sql',
  ])
  await client.query('ROLLBACK')
})

it('judges how fresh a status is after the wait for the stop: triggers fire in the order of their names', async () => {
  const claims = (await readGuards(client))
    .map(({ name }) => name)
    .filter((name) => /^payout_claim_/.test(name))
  expect([...new Set(claims)].sort()).toEqual([
    'payout_claim_allowed',
    'payout_claim_during_stop',
    'payout_claim_fresh',
    'payout_claim_in_doubt',
  ])
})
