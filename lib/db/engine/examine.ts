/**
 * What `npm run doctor` asks the database: how it is set up, who we are there, what waits. Everything in one transaction that can't write,
 * on one connection that ends with it.
 */
import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { connectTimeoutMs } from './client.ts'
import { readGuards } from './guards.ts'
import { hasMigrationsTable, listMigrations } from './migrations-folder.ts'

/** Settings that decide whether what was acknowledged stays, by the names of `pg_settings`. */
const settingsAsked = [
  'archive_command',
  'archive_library',
  'archive_mode',
  'cluster_name',
  'data_checksums',
  'fsync',
  'full_page_writes',
  'max_connections',
  'server_version',
  'server_version_num',
  'superuser_reserved_connections',
  'synchronous_commit',
  'synchronous_standby_names',
  'wal_level',
] as const
type SettingAsked = (typeof settingsAsked)[number]

export type Standby = { name: string; state: string | null; sync: string | null; lagBytes: number | null }

export type Examined = {
  settings: Partial<Record<SettingAsked, string>>
  role: {
    name: string
    isSuper: boolean
    ownsTables: boolean
    /** May it see what standbys do? */
    monitors: boolean
  }
  isStandby: boolean
  /** The last part of the way: behind a pooler, from there to PostgreSQL. */
  encrypted: boolean
  connections: { used: number; ours: number }
  standbys: Standby[]
  archiver: { archived: number; failing: boolean; lastFailed: string | null } | null
  /** By the database's clock, and by ours before and after it was asked. */
  clock: { there: number; before: number; after: number }
  migrations: { table: boolean; pending: string[]; unknown: string[] }
  guards: GuardFaults | null
  portal: PortalFacts | null
}

/** `missing` and `changed`: what `prisma/guards` has and the database lacks, or has otherwise; `off`: triggers that are switched off. */
export type GuardFaults = { compared: number; missing: string[]; changed: string[]; off: string[] }

export type PortalFacts = {
  isUsed: boolean
  workers: { alive: number; markerTroubles: string[]; clocksDiffer: number; lastBeat: Date | null }
  items: { kind: string; severity: string; count: number }[]
  endpoints: {
    id: number
    name: string
    source: string
    active: boolean
    lockedOutAt: Date | null
    silentSince: Date | null
    lastOkAt: Date | null
  }[]
  stops: number
  askFirstSince: Date | null
  oldestDueS: number
}

/** Throws what `pg` throws while the database is away. Each list is cut, so that nothing grows with the tables. */
export async function examineDatabase(url: string, guardsFolder = 'prisma/guards'): Promise<Examined> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: 8_000,
  })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query('BEGIN READ ONLY')
    await client.query(`SET LOCAL statement_timeout TO 7000; SET LOCAL TimeZone TO 'UTC'`)
    const before = Date.now()
    const [clock] = (await client.query<{ now: Date }>('SELECT clock_timestamp() AS now')).rows
    const after = Date.now()
    const settings = await settingsOf(client)
    const [facts] = (await client.query<Facts>(factsQuestion)).rows
    if (!facts || !clock) throw new Error('Bug: an aggregate gives one row')
    const migrations = await migrationsOf(client)
    const isOurs = migrations.table && migrations.pending.length === 0
    return {
      settings,
      role: {
        name: facts.role,
        isSuper: facts.isSuper,
        ownsTables: facts.ownsTables,
        monitors: facts.monitors,
      },
      isStandby: facts.isStandby,
      encrypted: facts.encrypted,
      connections: { used: facts.used, ours: facts.ours },
      standbys: (await client.query<Standby>(standbysQuestion)).rows,
      archiver: (await client.query<NonNullable<Examined['archiver']>>(archiverQuestion)).rows[0] ?? null,
      clock: { there: clock.now.getTime(), before, after },
      migrations,
      guards: migrations.table ? await compareGuards(client, guardsFolder) : null,
      portal: isOurs ? await portalOf(client) : null,
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

type Facts = {
  role: string
  isSuper: boolean
  ownsTables: boolean
  monitors: boolean
  isStandby: boolean
  encrypted: boolean
  used: number
  ours: number
}

const factsQuestion = `
  SELECT current_user::text AS role, rolsuper AS "isSuper",
    EXISTS (SELECT FROM pg_class WHERE relname = 'payout' AND relkind IN ('r', 'p') AND relowner = r.oid) AS "ownsTables",
    pg_has_role(current_user, 'pg_monitor', 'USAGE') OR pg_has_role(current_user, 'pg_read_all_stats', 'USAGE') AS monitors,
    pg_is_in_recovery() AS "isStandby",
    coalesce((SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()), false) AS encrypted,
    (SELECT count(*)::int FROM pg_stat_activity WHERE backend_type = 'client backend' OR backend_type IS NULL) AS used,
    (SELECT count(*)::int FROM pg_stat_activity WHERE usename = current_user AND datname = current_database()) AS ours
  FROM pg_roles r WHERE rolname = current_user`

/** The details of others' connections are for those who monitor. */
const standbysQuestion = `
  SELECT coalesce(application_name, '?') AS name, state, sync_state AS sync,
    pg_wal_lsn_diff(CASE WHEN pg_is_in_recovery() THEN NULL ELSE pg_current_wal_lsn() END, replay_lsn)::float8 AS "lagBytes"
  FROM pg_stat_replication ORDER BY 1 LIMIT 20`

const archiverQuestion = `
  SELECT archived_count::int AS archived, last_failed_wal AS "lastFailed",
    last_failed_time IS NOT NULL AND last_failed_time > coalesce(last_archived_time, '-infinity') AS failing
  FROM pg_stat_archiver`

async function settingsOf(client: pg.Client): Promise<Examined['settings']> {
  const { rows } = await client.query<{ name: SettingAsked; setting: string }>(
    'SELECT name, setting FROM pg_settings WHERE name = ANY($1)',
    [settingsAsked],
  )
  return Object.fromEntries(rows.map(({ name, setting }) => [name, setting]))
}

async function migrationsOf(client: pg.Client): Promise<Examined['migrations']> {
  const known = await listMigrations()
  if (!(await hasMigrationsTable(client))) return { table: false, pending: known, unknown: [] }
  const { rows } = await client.query<{ name: string }>(
    'SELECT migration_name AS name FROM _prisma_migrations WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL',
  )
  const applied = rows.map(({ name }) => name)
  return {
    table: true,
    pending: known.filter((name) => !applied.includes(name)),
    unknown: applied.filter((name) => !known.includes(name)),
  }
}

/**
 * Takes the database's own guards out of the files; what is left there is missing or different. What the database has beside them (guards of
 * new partitions, say) harms nobody. Null: this installation has no such files.
 */
async function compareGuards(client: pg.Client, folder: string): Promise<GuardFaults | null> {
  const files = await readdir(folder).catch(() => null)
  if (files === null) return null
  const texts = await Promise.all(
    files.filter((name) => name.endsWith('.sql')).map((name) => readFile(join(folder, name), 'utf8')),
  )
  const here = await readGuards(client)
  // Longest first, because one text may be a part of another.
  const bySize = here.toSorted((a, b) => b.sql.length - a.sql.length)
  const left = bySize.reduce((text, { sql }) => text.replace(`\n${sql}\n`, '\n'), texts.join('\n'))
  const lost = [...left.matchAll(guardInSql)].map(([, words = '', name = '']) => ({
    kind: kindOf(words),
    name,
  }))
  const { rows } = await client.query<{ name: string }>(`
    SELECT t.tgname || ' on ' || t.tgrelid::regclass AS name FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
    WHERE NOT t.tgisinternal AND t.tgenabled NOT IN ('O', 'A') AND c.relnamespace = 'public'::regnamespace ORDER BY 1 LIMIT 20`)
  const isHere = ({ kind, name }: { kind: string; name: string }) =>
    here.some((guard) => guard.kind === kind && guard.name === name)
  return {
    compared: here.length,
    missing: lost.filter((guard) => !isHere(guard)).map(({ name }) => name),
    changed: lost.filter(isHere).map(({ name }) => name),
    off: rows.map(({ name }) => name),
  }
}

const guardInSql =
  /^(ALTER TABLE \S+ ADD CONSTRAINT|CREATE UNIQUE INDEX|CREATE VIEW|CREATE OR REPLACE FUNCTION|CREATE (?:CONSTRAINT )?TRIGGER) "?(\w+)/gm

/** A trigger may be called like its function. */
const kindOf = (words: string): string =>
  words.startsWith('ALTER') ? 'check' : (words.split(' ').at(-1) ?? '').toLowerCase()

async function portalOf(client: pg.Client): Promise<PortalFacts> {
  const [workers] = (
    await client.query<PortalFacts['workers']>(`
      SELECT count(*) FILTER (WHERE lives)::int AS alive, max(beat_at) AS "lastBeat",
        count(*) FILTER (WHERE lives AND clock_ahead_ms IS NOT NULL)::int AS "clocksDiffer",
        coalesce(array_agg(DISTINCT left(marker_trouble, 200)) FILTER (WHERE lives AND marker_trouble IS NOT NULL), '{}') AS "markerTroubles"
      FROM (SELECT *, beat_at > now() - interval '1 minute' AS lives FROM worker_heartbeat ORDER BY beat_at DESC LIMIT 1000) AS known`)
  ).rows
  const items = await client.query<PortalFacts['items'][number]>(`
    SELECT kind, severity::text AS severity, count(*)::int AS count
    FROM (SELECT kind, severity FROM open_item WHERE closed_at IS NULL LIMIT 10000) AS waiting GROUP BY 1, 2 ORDER BY 3 DESC, 1`)
  const endpoints = await client.query<PortalFacts['endpoints'][number]>(`
    SELECT e.id, e.name, e.source, e.active, s.refused_at AS "lockedOutAt", g.silent_since AS "silentSince", s.last_ok_at AS "lastOkAt"
    FROM endpoint e LEFT JOIN gateway_state s ON s.id = e.id LEFT JOIN gateway_gate g ON g.id = e.id ORDER BY e.id LIMIT 100`)
  const [state] = (
    await client.query<Pick<PortalFacts, 'isUsed' | 'stops' | 'askFirstSince' | 'oldestDueS'>>(`
      SELECT EXISTS (SELECT FROM payout_event) AS "isUsed",
        (SELECT count(*)::int FROM send_stop WHERE released_at IS NULL) AS stops,
        (SELECT min(started_at) FROM ask_first WHERE ended_at IS NULL) AS "askFirstSince",
        coalesce((SELECT extract(epoch FROM now() - min(due_at)) FROM payout_work
          WHERE due_at <= now() AND (lease_until IS NULL OR lease_until <= now())), 0)::float8 AS "oldestDueS"`)
  ).rows
  if (!workers || !state) throw new Error('Bug: an aggregate gives one row')
  return { workers, items: items.rows, endpoints: endpoints.rows, ...state }
}
