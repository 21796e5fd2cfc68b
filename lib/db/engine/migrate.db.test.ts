import { cp, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { afterAll, beforeAll, beforeEach, expect, inject, it } from 'vitest'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import { createDatabaseFrom } from '#lib/db/testing/server.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createMigration, missingSql } from './create-migration.ts'
import { migrate, pendingMigrations, renamed } from './migrate.ts'
import { listMigrations, migrationsFolder } from './migrations-folder.ts'

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
  expect(await migrate(database.url, folder)).toEqual({ applied: both })
  expect(await pendingMigrations(database.url, folder)).toEqual([])
  expect(await migrate(database.url, folder)).toEqual({ applied: [] })
})

it('runs trigger functions as written, with their semicolons', async () => {
  await migrate(database.url, folder)
  await query(`INSERT INTO notes VALUES (7, 'kept; really')`)
  await expect(query('DELETE FROM notes')).rejects.toThrow('notes stay; 7')
})

it('migrates once when processes start together', async () => {
  const results = await Promise.all([1, 2, 3].map(() => migrate(database.url, folder)))
  expect(results.flatMap((result) => result.applied)).toEqual(['20260101000000_guarded'])
})

it('leaves nothing of a failed migration behind and applies it once it is repaired', async () => {
  await write('20260102000000_broken', 'CREATE TABLE half (id int); SELECT nonsense;')
  await expect(migrate(database.url, folder)).rejects.toThrow('nonsense')
  expect(await pendingMigrations(database.url, folder)).toEqual(['20260102000000_broken'])
  expect(await query(`SELECT to_regclass('half') AS half`)).toEqual([{ half: null }])

  await write('20260102000000_broken', 'CREATE TABLE half (id int);')
  expect(await migrate(database.url, folder)).toEqual({ applied: ['20260102000000_broken'] })
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
  await migrate(database.url, folder)
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
  await migrate(database.url, folder)
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
