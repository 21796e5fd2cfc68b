// For developers: writes the next migration from the difference between the schema as the last migration left it and
// `prisma/schema.prisma`. The newest migration's folder keeps its schema for that: the engine in use cannot read one from a database.
//   npm run db:new-migration -- add_receivers
import { existsSync } from 'node:fs'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { joinEmbeddedPostgres } from './embedded-postgres.ts'
import { listMigrations, migrationsFolder } from './migrations-folder.ts'
import { withSchemaEngine } from './schema-engine.ts'

/**
 * Writes `<folder>/<time>_<name>/migration.sql` (and the schema beside it) and returns that folder's path, or undefined
 * when nothing has changed. Hand-written SQL (triggers, partial indexes) is appended to the file afterwards, by hand.
 */
export async function createMigration(
  name: string,
  options: { folder: string; schemaFile: string; databaseUrl: string },
): Promise<string | undefined> {
  const { folder, schemaFile, databaseUrl } = options
  if (!/^[a-z0-9_]+$/.test(name)) throw new Error('A migration is named in lower case: letters, digits, _')
  const last = existsSync(folder) ? (await listMigrations(folder)).at(-1) : undefined
  const copy = last === undefined ? undefined : join(folder, last, 'schema.prisma')
  const before = copy === undefined ? undefined : await readFile(copy, 'utf8')
  const after = await readFile(schemaFile, 'utf8')
  const sql = await difference(before, after, databaseUrl)
  if (sql === undefined) return undefined

  const time = new Date().toISOString().replace(/\D/g, '').slice(0, 14)
  const target = join(folder, `${time}_${name}`)
  await mkdir(target, { recursive: true })
  await writeFile(join(target, 'migration.sql'), sql)
  await writeFile(join(target, 'schema.prisma'), after)
  if (copy !== undefined) await rm(copy)
  await writeFile(join(folder, 'migration_lock.toml'), 'provider = "postgresql"\n')
  return target
}

async function difference(before: string | undefined, after: string, databaseUrl: string) {
  const target = (content: string) => ({
    tag: 'schemaDatamodel' as const,
    files: [{ path: 'schema.prisma', content }],
  })
  const { stdout } = await withSchemaEngine(databaseUrl, (engine) =>
    engine.diff({
      from: before === undefined ? { tag: 'empty' } : target(before),
      to: target(after),
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
  // The engine wants a server to talk to, though comparing schemas asks it nothing.
  const database = await joinEmbeddedPostgres({ dataDir: join(process.cwd(), '.data') })
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
    await database.leave()
  }
}

if (import.meta.main) {
  main(process.argv[2]).catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
    process.exitCode = 1
  })
}
