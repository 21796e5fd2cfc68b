import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createDatabaseFrom } from '#lib/db/testing/server.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createMigration, missingSql } from './create-migration.ts'
import { migrate, renamed } from './migrate.ts'
import {
  compareMigrations,
  listMigrations,
  migrationsFolder,
  pendingMigrations,
} from './migrations-folder.ts'
import { checkSchema } from './schema-check.ts'

const guarded = `
CREATE TABLE notes (id int PRIMARY KEY, text text NOT NULL);
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'notes stay; %', OLD.id;
END;
$$;
CREATE TRIGGER notes_stay BEFORE DELETE ON notes FOR EACH ROW EXECUTE FUNCTION refuse();
`

let folder: string
let database: TestDatabase

const write = async (name: string, sql: string) => {
  await mkdir(join(folder, name), { recursive: true })
  await writeFile(join(folder, name, 'migration.sql'), sql)
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'migrations-'))
})
beforeEach(async () => {
  await rm(folder, { recursive: true })
  await write('20260101000000_guarded', guarded)
  database = await createDatabaseFrom(inject('testServer').adminUrl, 'template1')
  return () => database.drop()
})
afterAll(() => rm(folder, { recursive: true, force: true }))

async function query(sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: database.url })
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}

it('applies each migration once, oldest first, and lists pending ones before', async () => {
  await write('20260102000000_more', 'ALTER TABLE notes ADD COLUMN more int')
  const both = ['20260101000000_guarded', '20260102000000_more']
  expect(await pendingMigrations(database.url, folder)).toEqual(both)
  expect(await migrate(database.url, { folder })).toEqual({ applied: both })
  expect(await pendingMigrations(database.url, folder)).toEqual([])
  expect(await migrate(database.url, { folder })).toEqual({ applied: [] })
})

it('runs trigger functions as written, with their semicolons', async () => {
  await migrate(database.url, { folder })
  await query(`INSERT INTO notes VALUES (7, 'kept; really')`)
  await expect(query('DELETE FROM notes')).rejects.toThrow('notes stay; 7')
})

it('migrates once when processes start together', async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, { folder })))
  expect(results.flatMap((result) => result.applied)).toEqual(['20260101000000_guarded'])
})

it('leaves nothing of a failed migration behind and applies it once it is repaired', async () => {
  await write('20260102000000_broken', 'CREATE TABLE half (id int); SELECT nonsense;')
  await expect(migrate(database.url, { folder })).rejects.toThrow('nonsense')
  expect(await pendingMigrations(database.url, folder)).toEqual(['20260102000000_broken'])
  expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }])

  await write('20260102000000_broken', 'CREATE TABLE half (id int);')
  expect(await migrate(database.url, { folder })).toEqual({ applied: ['20260102000000_broken'] })
})

describe('while the portal runs', () => {
  const patience = { lockTimeoutMs: 50, pauseMs: 20, giveUpAfterMs: 10_000 }
  let other: pg.Client
  beforeEach(async () => {
    await migrate(database.url, { folder })
    await query(`INSERT INTO notes VALUES (1, 'one')`)
    other = new pg.Client({ connectionString: database.url, application_name: 'a long report' })
    await other.connect()
    return () => other.end()
  })

  it('a migration gives way to what uses its table, and is tried again until the table is free', async () => {
    await write('20260102000000_more', 'ALTER TABLE notes ADD COLUMN more int')
    await other.query('BEGIN; SELECT * FROM notes')
    const said: string[] = []
    const say = (line: string) => {
      said.push(line)
      // After the second attempt the report is done.
      if (line.includes('attempt 2')) void other.query('COMMIT')
    }
    expect(await migrate(database.url, { folder, say, patience })).toEqual({
      applied: ['20260102000000_more'],
    })
    expect(said[0]).toBe('Applying 1 migrations.')
    expect(said).toContainEqual(expect.stringContaining('attempt 1 was given up'))
    expect(said.at(-1)).toMatch(/^Applied 20260102000000_more in \d+\.\d s\.$/)
    expect(await query('SELECT more FROM notes')).toEqual([{ more: null }])
  })

  it('says who is in the way when it gives up, and leaves nothing behind', async () => {
    await write('20260102000000_more', 'CREATE TABLE beside (id int); ALTER TABLE notes ADD COLUMN more int')
    await other.query('BEGIN; SELECT * FROM notes')
    await vi.waitFor(async () => expect(await query(openFor('1 second'))).toHaveLength(1), {
      timeout: 10_000,
    })
    const tried = migrate(database.url, { folder, patience: { ...patience, giveUpAfterMs: 0 } })
    await expect(tried).rejects.toThrow(/A table is in use.*a long report/)
    expect(await query(`SELECT to_regclass('beside') AS beside`)).toEqual([{ beside: null }])
    await other.query('COMMIT')
    expect(await migrate(database.url, { folder, patience })).toEqual({ applied: ['20260102000000_more'] })
  })
  const openFor = (time: string) =>
    `SELECT FROM pg_stat_activity WHERE application_name = 'a long report' AND xact_start < now() - interval '${time}'`

  const concurrently = '-- Locks: none.\nCREATE INDEX CONCURRENTLY notes_text ON notes (text);\n'

  it('an index is built concurrently by two at once, while a transaction writes', async () => {
    await write('20260102000000_index', concurrently)
    await other.query(`BEGIN; INSERT INTO notes VALUES (2, 'two')`)
    const both = Promise.all([1, 2].map(() => migrate(database.url, { folder, patience })))
    // It waits for that transaction, and others write meanwhile.
    await vi.waitFor(async () => {
      expect(await query(`SELECT FROM pg_stat_progress_create_index`)).toHaveLength(1)
      await query(`UPDATE notes SET text = 'more' WHERE id = 1`)
    }, 20_000)
    await other.query('COMMIT')
    expect((await both).flatMap(({ applied }) => applied)).toContain('20260102000000_index')
    expect(await query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_text'::regclass`)).toEqual([
      { indisvalid: true },
    ])
  })

  it('an index that was not finished is built again', async () => {
    await query(`INSERT INTO notes VALUES (2, 'one')`)
    await write('20260102000000_index', concurrently.replace('CREATE INDEX', 'CREATE UNIQUE INDEX'))
    await expect(migrate(database.url, { folder, patience })).rejects.toThrow('Unique constraint failed')
    await query(`UPDATE notes SET text = 'two' WHERE id = 2`)
    expect(await migrate(database.url, { folder, patience })).toEqual({ applied: ['20260102000000_index'] })
    expect(await query(`SELECT indisvalid FROM pg_index WHERE indexrelid = 'notes_text'::regclass`)).toEqual([
      { indisvalid: true },
    ])
  })
})

it('runs on a database with later migrations, and not on one that lacks some', async () => {
  expect(await checkSchema(database.url, folder)).toMatchObject({
    problem: expect.stringMatching(/lacks 1 migrations.*guarded\.\nRun "npm run db:migrate"/) as string,
  })
  await write('20260102000000_later', 'ALTER TABLE notes ADD COLUMN later int')
  await migrate(database.url, { folder })
  expect(await checkSchema(database.url, folder)).toEqual({ problem: null, note: null })

  // Going back: the version before does not know the later one, and leaves it alone.
  await rm(join(folder, '20260102000000_later'), { recursive: true })
  expect(await checkSchema(database.url, folder)).toEqual({
    problem: null,
    note: expect.stringContaining('from 20260102000000_later on') as string,
  })
  expect(await migrate(database.url, { folder })).toEqual({ applied: [] })
  expect(await query('SELECT later FROM notes')).toEqual([])

  // And forward again, with one beside it that came from another branch.
  await write('20260102000000_later', 'ALTER TABLE notes ADD COLUMN later int')
  await write('20260101120000_between', 'ALTER TABLE notes ADD COLUMN between_them int')
  expect(await compareMigrations(database.url, folder)).toEqual({
    lacking: ['20260101120000_between'],
    later: [],
  })
  expect(await migrate(database.url, { folder })).toEqual({ applied: ['20260101120000_between'] })

  const away = new URL(database.url)
  away.port = '1'
  expect(await checkSchema(away.href, folder)).toBe('away')
})

it('gives no migration another name any more: a version before would take it for one that it lacks', () => {
  expect(Object.keys(renamed)).toHaveLength(6)
})

it('writes the next migration from what changed in the schema', async () => {
  await rm(folder, { recursive: true })
  const schemaFile = join(folder, 'schema.prisma')
  const head = 'datasource db {\n  provider = "postgresql"\n}\n'
  await mkdir(folder)
  await writeFile(schemaFile, `${head}model Note {\n  id Int @id\n}\n`)
  const options = { folder, schemaFile, databaseUrl: database.url }
  expect(await createMigration('init', options)).toMatch(/\d{14}_init$/)
  expect(await createMigration('nothing', options)).toBeUndefined()
  await writeFile(schemaFile, `${head}model Note {\n  id Int @id\n  text String?\n}\n`)
  expect(await createMigration('text', options)).toMatch(/_text$/)
  await migrate(database.url, { folder })
  expect(await query('SELECT * FROM "Note"')).toEqual([])
  await expect(createMigration('Not A Name', options)).rejects.toThrow('lower case')
})

it('knows every migration by its former name', async () => {
  await rm(folder, { recursive: true })
  const now = await listMigrations()
  const oldNames = Object.fromEntries(Object.entries(renamed).map(([was, is]) => [is, was]))
  expect(now).toEqual(expect.arrayContaining(Object.values(renamed)))
  for (const name of now)
    await cp(join(migrationsFolder, name), join(folder, oldNames[name] ?? name), { recursive: true })
  await migrate(database.url, { folder })
  const applied = () =>
    query('SELECT id, migration_name AS name, checksum, finished_at FROM _prisma_migrations ORDER BY name')
  const before = (await applied()) as { name: string }[]
  expect(await pendingMigrations(database.url)).toEqual(Object.values(renamed))

  expect(await migrate(database.url)).toEqual({ applied: [] })
  expect(await pendingMigrations(database.url)).toEqual([])
  expect(await applied()).toEqual(before.map((row) => ({ ...row, name: renamed[row.name] ?? row.name })))
})

it('makes exactly what prisma/schema.prisma says', async () => {
  const own = await createTestDatabase()
  const options = { schemaFile: join('prisma', 'schema.prisma'), databaseUrl: own.url }
  try {
    expect(await missingSql(options)).toBeUndefined()
    const client = new pg.Client({ connectionString: own.url })
    await client.connect()
    await client.query('ALTER TABLE receiver DROP COLUMN email')
    await client.end()
    expect(await missingSql(options)).toContain('ADD COLUMN     "email" TEXT')
  } finally {
    await own.drop()
  }
})

it("gives every test a database that has all of this version's migrations", async () => {
  const own = await createTestDatabase()
  try {
    expect(await pendingMigrations(own.url)).toEqual([])
  } finally {
    await own.drop()
  }
})
