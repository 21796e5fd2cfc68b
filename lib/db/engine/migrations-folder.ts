// Which migrations this version of the code has, and which of them a database has. Doesn't load the migration engine, so it is
// cheap enough for a readiness check.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** Every command runs in the project's folder (npm sees to that). */
export const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), 'prisma', 'migrations')

/** Names of the migrations in `folder`, oldest first; a migration is a folder named by its time. */
export async function listMigrations(folder = migrationsFolder): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true })
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort()
}

/**
 * The migrations in `folder` that the database at `databaseUrl` has not completely applied, oldest first.
 * Throws when the database cannot be reached.
 */
export async function pendingMigrations(databaseUrl: string, folder = migrationsFolder): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, connectionTimeoutMillis: 5000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const applied = await appliedMigrations(client)
    return (await listMigrations(folder)).filter((name) => !applied.has(name))
  } finally {
    await client.end().catch(() => undefined)
  }
}

async function appliedMigrations(client: pg.Client): Promise<Set<string>> {
  if (!(await hasMigrationsTable(client))) return new Set()
  const { rows } = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  return new Set(rows.map((row) => row.migration_name))
}

/** False for a database that no migration has ever touched. */
export async function hasMigrationsTable(client: pg.Client): Promise<boolean> {
  const { rows } = await client.query<{ name: string | null }>(
    `SELECT to_regclass('_prisma_migrations')::text AS name`,
  )
  return typeof rows[0]?.name === 'string'
}
