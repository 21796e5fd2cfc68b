// For developers: writes the next migration, from the difference between what the existing migrations make of an empty
// database and `prisma/schema.prisma`.
//   npm run db:new-migration -- add_receivers
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createDatabaseFrom } from '#lib/db/testing/server.ts'
import { joinEmbeddedPostgres } from './embedded-postgres.ts'
import { migrate } from './migrate.ts'
import { migrationsFolder } from './migrations-folder.ts'
import { withSchemaEngine } from './schema-engine.ts'

type Options = {
  folder: string
  schemaFile: string
  /** A scratch database, empty or migrated: it is brought up to the newest migration. */
  databaseUrl: string
}

/**
 * Writes `<folder>/<time>_<name>/migration.sql` and returns the path of its folder, or undefined when the schema is what the
 * migrations make. Append hand-written SQL (triggers, partial indexes) to the file afterwards.
 */
export async function createMigration(name: string, options: Options): Promise<string | undefined> {
  const { folder } = options
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error('A migration is named in lower case: letters, digits, _')
  await mkdir(folder, { recursive: true })
  await migrate(options.databaseUrl, { folder })
  const sql = await missingSql(options)
  if (sql === undefined) return undefined

  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const target = join(folder, `${time}_${name}`)
  await mkdir(target)
  await writeFile(join(target, 'migration.sql'), sql)
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n')
  return target
}

/** The SQL that a migrated database lacks to match `schemaFile`; undefined: none. */
export async function missingSql({
  schemaFile,
  databaseUrl,
}: Pick<Options, 'schemaFile' | 'databaseUrl'>): Promise<string | undefined> {
  const files = [{ path: 'schema.prisma', content: await readFile(schemaFile, 'utf8') }]
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: { tag: 'schemaDatasource', files, configDir: '.' },
      to: { tag: 'schemaDatamodel', files },
      script: true,
      exitCode: null,
      filters: { externalTables: [], externalEnums: [] },
    }),
  )
  return stdout === null || stdout.trim() === '' || stdout.includes('This is an empty migration')
    ? undefined
    : stdout
}

async function main(name: string | undefined): Promise<void> {
  if (name === undefined) throw new Error('Name the migration: npm run db:new-migration -- add_receivers')
  const server = await joinEmbeddedPostgres({ dataDir: join(process.cwd(), '.data') })
  try {
    const database = await createDatabaseFrom(server.url, 'template1')
    try {
      const schemaFile = join(process.cwd(), 'prisma', 'schema.prisma')
      const written = await createMigration(name, {
        folder: migrationsFolder,
        schemaFile,
        databaseUrl: database.url,
      })
      process.stdout.write(
        written === undefined ? 'The schema has not changed.\n' : `${written}/migration.sql\n`,
      )
    } finally {
      await database.drop()
    }
  } finally {
    await server.leave()
  }
}

if (import.meta.main) {
  main(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
