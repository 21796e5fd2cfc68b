// Which migrations this version of the code has, and which of them a database has. Doesn't load the migration engine, so it is
// cheap enough for a readiness check.
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'

/** Every command runs in the project's folder (npm sees to that). */
export const migrationsFolder = join(/* turbopackIgnore: true */ process.cwd(), 'prisma', 'migrations')

const patienceMs = 5_000

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
export const pendingMigrations = async (databaseUrl: string, folder = migrationsFolder): Promise<string[]> =>
  (await compareMigrations(databaseUrl, folder)).lacking

/**
 * What the database lacks of the migrations in `folder`, and what it has beyond them, both oldest first. A later one belongs to a newer
 * version, with which this one works (docs/upgrades.md). Throws when the database cannot be reached.
 */
export async function compareMigrations(
  databaseUrl: string,
  folder = migrationsFolder,
): Promise<{ lacking: string[]; later: string[] }> {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: patienceMs,
    // One that takes connections and says nothing is away too.
    query_timeout: patienceMs,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const applied = await appliedMigrations(client)
    const known = await listMigrations(folder)
    const newest = known.at(-1) ?? ''
    return {
      lacking: known.filter((name) => !applied.has(name)),
      later: [...applied].filter((name) => name > newest).sort(),
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The names of the migrations that the database has completely. */
export async function appliedMigrations(client: pg.Client): Promise<Set<string>> {
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
