// Brings a database up to this version of the code: what `prisma migrate deploy` does, with the same engine, the same
// `_prisma_migrations` table and the same checksums, but without the CLI's binary.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { isRefusedWith } from './away.ts'
import { hasMigrationsTable, listMigrations, migrationsFolder } from './migrations-folder.ts'
import { withSchemaEngine } from './schema-engine.ts'
import { roleDefaults } from './session-settings.ts'

export { pendingMigrations } from './migrations-folder.ts'

/** What migrations were called before. Installations and backups have the old names, so a row here is never removed. */
export const renamed: Record<string, string> = {
  '20261123154213_init': '20261123154213_payouts_people_callbacks_and_mails',
  '20261123162837_fault_lab': '20261123162837_settlement_stop_and_chained_history',
  '20261125071759_control': '20261125071759_approvals_policy_and_balances',
  '20261126030200_said': '20261126030200_what_an_item_said',
  '20261126030300_gate': '20261126030300_gateway_gate_of_all_workers',
  '20261126100200_expired_counts': '20261126100200_index_for_expired_rate_limits',
}

// The advisory lock for migrating; any number that no other lock of ours has. Processes that start together queue up for it.
const advisoryLock = 4_273_001

/**
 * Applies every migration in `folder` that the database lacks, oldest first, and returns their names. Safe to call from
 * several processes at once: one applies, the others wait and find nothing to do. Throws when a migration fails; it
 * then leaves nothing behind, and the next call tries it again.
 */
export async function migrate(
  databaseUrl: string,
  folder = migrationsFolder,
): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: databaseUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    // A migration may take longer than any statement of the portal, and waiting for another's too.
    await client.query('SET statement_timeout TO 0')
    await client.query('SELECT pg_advisory_lock($1)', [advisoryLock])
    const failed = (await hasMigrationsTable(client)) ? await settleOldRows(client) : []
    return { applied: await withSchemaEngine(databaseUrl, (engine) => apply(engine, folder, failed)) }
  } finally {
    // The lock ends with its session.
    await client.end()
  }
}

/**
 * Makes the portal's session settings the defaults of the role in `databaseUrl`, so that every connection of a pooler begins with them.
 * Returns null, or the statements that somebody with the right to it must run, because we may not.
 */
export async function setRoleDefaults(directUrl: string, databaseUrl: string): Promise<string[] | null> {
  const client = new pg.Client({ connectionString: directUrl })
  client.on('error', () => undefined)
  await client.connect()
  try {
    const { rows } = await client.query<{ database: string }>('SELECT current_database() AS database')
    const role = decodeURIComponent(new URL(databaseUrl).username)
    const statements = roleDefaults(
      role === '' ? 'CURRENT_USER' : pg.escapeIdentifier(role),
      pg.escapeIdentifier(rows[0]?.database ?? ''),
    )
    try {
      await client.query(statements.join('; '))
      return null
    } catch (error) {
      if (isRefusedWith(error, insufficientPrivilege)) return statements
      throw error
    }
  } finally {
    await client.end()
  }
}
const insufficientPrivilege = '42501'

/** Gives rows with an old name the new one, and returns the migrations that began and did not end: nobody else is at work. */
async function settleOldRows(client: pg.Client): Promise<string[]> {
  await client.query(
    `UPDATE _prisma_migrations SET migration_name = renamed.now
     FROM unnest($1::text[], $2::text[]) AS renamed(before, now) WHERE migration_name = renamed.before`,
    [Object.keys(renamed), Object.values(renamed)],
  )
  const { rows } = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  )
  return rows.map((row) => row.migration_name)
}

async function apply(engine: SchemaEngine, folder: string, failed: string[]): Promise<string[]> {
  // After a failure the engine refuses to continue until somebody marks it. Our scripts are one transaction each, so a failed
  // one left nothing behind.
  for (const migrationName of failed) await engine.markMigrationRolledBack({ migrationName })
  const names = await listMigrations(folder)
  const migrationDirectories = await Promise.all(names.map((name) => read(folder, name)))
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }
  const { appliedMigrationNames } = await engine.applyMigrations({
    migrationsList: { baseDir: folder, lockfile, shadowDbInitScript: '', migrationDirectories },
    filters: { externalTables: [], externalEnums: [] },
  })
  return appliedMigrationNames
}

async function read(folder: string, name: string) {
  const content = await readFile(join(folder, name, 'migration.sql'), 'utf8')
  return {
    path: name,
    migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: content } },
  }
}
