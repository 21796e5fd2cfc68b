// Brings a database up to this version of the code: what `prisma migrate deploy` does, with the same engine, the same
// `_prisma_migrations` table and the same checksums, but without the CLI's binary.
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg'
import { isRefusedWith } from './away.ts'
import { indexBuiltConcurrently } from './concurrent-index.ts'
import {
  appliedMigrations,
  hasMigrationsTable,
  listMigrations,
  migrationsFolder,
} from './migrations-folder.ts'
import { withSchemaEngine } from './schema-engine.ts'
import { roleDefaults } from './session-settings.ts'

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
const askForLockMs = 200

/**
 * How long a migration waits for a lock on a table. What asks for the same table after it waits as long, so this is the most that one
 * attempt adds to a request; the portal's own statements give up after eight seconds.
 */
const lockTimeoutMs = 2_000
/** Between two attempts the others go on. */
const pauseMs = 3_000
const giveUpAfterMs = 10 * 60_000

export type MigrateOptions = {
  folder?: string
  /** Hears, a line at a time, what is done and how long it took. */
  say?: (line: string) => void
  /** Tests are less patient. */
  patience?: { lockTimeoutMs: number; pauseMs: number; giveUpAfterMs: number }
}

/**
 * Applies every migration in `folder` that the database lacks, oldest first, and returns their names. Safe to call from
 * several processes at once: one applies, the others wait and find nothing to do. Safe while the portal runs: one that gets no lock on a
 * table within two seconds is given up, and tried again, for ten minutes. Throws when a migration fails; it then leaves nothing behind,
 * and the next call tries it again. Migrations of a later version that the database has already are none of its business.
 */
export async function migrate(
  databaseUrl: string,
  {
    folder = migrationsFolder,
    say = () => undefined,
    patience = { lockTimeoutMs, pauseMs, giveUpAfterMs },
  }: MigrateOptions = {},
): Promise<{ applied: string[] }> {
  const client = new pg.Client({ connectionString: databaseUrl, keepAlive: true })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await takeLock(client, say)
    const names = await listMigrations(folder)
    const isNew = !(await hasMigrationsTable(client))
    if (!isNew) await settleOldRows(client)
    const applied = await appliedMigrations(client)
    const pending = names.filter((name) => !applied.has(name))
    // Nobody uses an empty database yet. Elsewhere one by one, so that each is said, and tried again, by itself.
    const steps = isNew ? [pending] : pending.map((name) => [name])
    const apply = async (step: readonly string[]) => {
      const known = names.slice(0, names.indexOf(step.at(-1) ?? '') + 1)
      await dropUnfinishedIndexes(client, folder, step)
      await withSchemaEngine(
        databaseUrl,
        async (engine) => applyWith(engine, folder, known, await failedMigrations(client)),
        patience.lockTimeoutMs,
      )
      if (!isNew) for (const name of step) say(`Applied ${name} in ${await secondsOf(client, name)} s.`)
    }
    if (pending.length > 0) say(`Applying ${pending.length} migrations.`)
    for (const step of steps) if (step.length > 0) await patiently(() => apply(step), client, patience, say)
    return { applied: pending }
  } finally {
    // The lock ends with its session.
    await client.end()
  }
}

/**
 * Asks for the lock again and again rather than waiting inside a statement: an index that is built concurrently waits for every running
 * statement, so the two would wait for each other without end.
 */
async function takeLock(client: pg.Client, say: (line: string) => void): Promise<void> {
  for (let asked = 0; ; asked++) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      advisoryLock,
    ])
    if (rows[0]?.taken === true) return
    if (asked === 0) say('Another process is migrating this database: waiting for it.')
    await sleep(askForLockMs)
  }
}

/** Tries again what got no lock in time, or lost a deadlock. Both leave nothing behind. */
async function patiently(
  apply: () => Promise<void>,
  client: pg.Client,
  patience: Required<MigrateOptions>['patience'],
  say: (line: string) => void,
): Promise<void> {
  const givesUpAt = performance.now() + patience.giveUpAfterMs
  for (let attempt = 1; ; attempt++) {
    try {
      await apply()
      return
    } catch (error) {
      if (!lostLock.some((state) => isRefusedWith(error, state))) throw error
      const busy = await longTransactions(client)
      const who = busy.length === 0 ? '' : ` Long transactions: ${busy.join('; ')}.`
      if (performance.now() > givesUpAt)
        throw new Error(
          `A table is in use and was not free once in ${attempt} attempts. Nothing is left behind: end what uses it, or wait, and run this again.${who}`,
          { cause: error },
        )
      say(
        `A table is in use: attempt ${attempt} was given up, so that nobody waits. The next one is in ${patience.pauseMs / 1000} s.${who}`,
      )
      await sleep(patience.pauseMs)
    }
  }
}
/** lock_not_available and deadlock_detected. */
const lostLock = ['55P03', '40P01']

/** Who may be in the way, without what they asked: statements hold people's data. */
async function longTransactions(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ pid: number; name: string; seconds: number }>(
    `SELECT pid, coalesce(nullif(application_name, ''), usename::text, backend_type) AS name,
       round(extract(epoch FROM now() - xact_start))::int AS seconds
     FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND xact_start < now() - interval '1 second'
     ORDER BY xact_start LIMIT 3`,
  )
  return rows.map(({ pid, name, seconds }) => `process ${pid} (${name}), for ${seconds} s`)
}

/** An index that was built concurrently and not finished stays behind, invalid, and would be in the way of the next attempt. */
async function dropUnfinishedIndexes(
  client: pg.Client,
  folder: string,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    const index = indexBuiltConcurrently(await scriptOf(folder, name))
    if (index === undefined) continue
    const { rows } = await client.query<{ index: string }>(
      'SELECT indexrelid::regclass::text AS index FROM pg_index WHERE indexrelid = to_regclass($1) AND NOT indisvalid',
      [pg.escapeIdentifier(index)],
    )
    for (const row of rows) await client.query(`DROP INDEX CONCURRENTLY ${row.index}`)
  }
}

async function secondsOf(client: pg.Client, name: string): Promise<string> {
  const { rows } = await client.query<{ seconds: string }>(
    `SELECT round(extract(epoch FROM finished_at - started_at), 1)::text AS seconds
     FROM _prisma_migrations WHERE migration_name = $1 AND finished_at IS NOT NULL`,
    [name],
  )
  return rows[0]?.seconds ?? '?'
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

/** Gives rows with an old name the new one. */
async function settleOldRows(client: pg.Client): Promise<void> {
  await client.query(
    `UPDATE _prisma_migrations SET migration_name = renamed.now
     FROM unnest($1::text[], $2::text[]) AS renamed(before, now) WHERE migration_name = renamed.before`,
    [Object.keys(renamed), Object.values(renamed)],
  )
}

/** The migrations that began and did not end: nobody else is at work. */
async function failedMigrations(client: pg.Client): Promise<string[]> {
  if (!(await hasMigrationsTable(client))) return []
  const { rows } = await client.query<{ migration_name: string }>(
    'SELECT migration_name FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL',
  )
  return rows.map((row) => row.migration_name)
}

async function applyWith(
  engine: SchemaEngine,
  folder: string,
  names: readonly string[],
  failed: readonly string[],
): Promise<void> {
  // After a failure the engine refuses to continue until somebody marks it. Our scripts are one transaction each, so a failed
  // one left nothing behind.
  for (const migrationName of failed) await engine.markMigrationRolledBack({ migrationName })
  const migrationDirectories = await Promise.all(names.map((name) => read(folder, name)))
  const lockfile = { path: 'migration_lock.toml', content: 'provider = "postgresql"\n' }
  await engine.applyMigrations({
    migrationsList: { baseDir: folder, lockfile, shadowDbInitScript: '', migrationDirectories },
    filters: { externalTables: [], externalEnums: [] },
  })
}

async function read(folder: string, name: string) {
  const value = await scriptOf(folder, name)
  return { path: name, migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value } } }
}

const scriptOf = (folder: string, name: string) => readFile(join(folder, name, 'migration.sql'), 'utf8')
