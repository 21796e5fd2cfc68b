// What in our database lacks a shard key, read from the catalog of a freshly migrated one. Citus asks that every unique key and every foreign
// key between sharded tables holds the column that the rows are spread by.
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { joinEmbeddedPostgres, migrate } from '#lib/runtime/database.ts'

/** Columns that we have and that one could try to spread by. None of them names a merchant. */
const candidates = ['endpoint_id', 'receiver_id', 'payout_id']
const scratch = 'shard_keys'
const migrationsFolder = 'prisma/migrations'

/** A key or foreign key: its table and columns, and where it points. */
export type Key = { table: string; name: string; columns: string[]; to?: string }
export type Catalog = {
  tables: { name: string; columns: string[]; triggers: number; isSingleRow: boolean }[]
  unique: Key[]
  foreign: Key[]
  sequences: Key[]
}

export async function reportShardKeys(): Promise<string> {
  const { url, leave } = await joinEmbeddedPostgres({ dataDir: join(process.cwd(), '.data', 'bench') })
  const address = new URL(url)
  address.pathname = `/${scratch}`
  try {
    await query(url, `DROP DATABASE IF EXISTS ${scratch} WITH (FORCE)`)
    await query(url, `CREATE DATABASE ${scratch}`)
    await migrate(address.href)
    const report = describe(await readCatalog(address.href))
    const schemas = await trySchemas(address.href)
    await query(url, `DROP DATABASE ${scratch} WITH (FORCE)`)
    return `${report}\n\n${schemas}`
  } finally {
    await leave()
  }
}

/** A schema for each merchant, in one database: every migration carried out in two of them, one after the other. */
async function trySchemas(url: string): Promise<string> {
  const names = (await readdir(migrationsFolder)).filter((name) => /^\d/.test(name)).sort()
  const failed: string[] = []
  for (const schema of ['merchant_a', 'merchant_b']) {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    try {
      await client.query(`CREATE SCHEMA ${schema}; SET search_path = ${schema}, public`)
      for (const name of names) {
        const text = await readFile(join(migrationsFolder, name, 'migration.sql'), 'utf8')
        const error = await client.query(text).then(
          () => undefined,
          (reason: unknown) => reason,
        )
        if (error instanceof Error) failed.push(`${name} in ${schema} (${error.message})`)
      }
    } finally {
      await client.end()
    }
  }
  const shared = await query<{ functions: number; channels: string[] }>(
    url,
    `SELECT count(DISTINCT oid) FILTER (WHERE prosrc LIKE '%advisory%')::int AS functions,
       array_agg(DISTINCT channel[1]) FILTER (WHERE channel IS NOT NULL) AS channels
     FROM pg_proc LEFT JOIN LATERAL regexp_matches(prosrc, 'pg_notify\\(''(\\w+)''', 'g') AS channel ON true
     WHERE pronamespace = 'merchant_a'::regnamespace`,
  )
  return (
    `A schema for each merchant: of ${names.length} migrations in two schemas, ${failed.length} failed` +
    `${failed.length === 0 ? '' : `: ${failed.join('; ')}`}. Shared by the whole database all the same: ` +
    `${shared[0]?.functions ?? 0} functions with advisory locks, and the channels ${(shared[0]?.channels ?? []).map((channel) => `\`${channel}\``).join(', ')}.`
  )
}

/** What is ours: neither Prisma's table nor the queue's schema. */
const ours = `relnamespace = 'public'::regnamespace AND relname NOT LIKE '\\_prisma%'`
const columnsOf = (table: string, numbers: string) => `
  (SELECT array_agg(attname::text ORDER BY attnum) FROM pg_attribute WHERE attrelid = ${table} AND attnum = ANY (${numbers}))`

async function readCatalog(url: string): Promise<Catalog> {
  const tables = await query<Catalog['tables'][number]>(
    url,
    `SELECT relname::text AS name,
       (SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped) AS columns,
       (SELECT count(*)::int FROM pg_trigger WHERE tgrelid = pg_class.oid AND NOT tgisinternal) AS triggers,
       EXISTS (SELECT FROM pg_constraint WHERE conrelid = pg_class.oid AND contype = 'c' AND pg_get_constraintdef(oid) = 'CHECK ((id = 1))')
         AS "isSingleRow"
     FROM pg_class WHERE relkind IN ('r', 'p') AND NOT relispartition AND ${ours} ORDER BY 1`,
  )
  const unique = await query<Key>(
    url,
    `SELECT relname::text AS table, indexrelid::regclass::text AS name, coalesce(${columnsOf('indrelid', 'indkey::int2[]')}, '{}') AS columns
     FROM pg_index JOIN pg_class ON pg_class.oid = indrelid WHERE indisunique AND NOT relispartition AND ${ours} ORDER BY 1, 2`,
  )
  const foreign = await query<Key>(
    url,
    `SELECT relname::text AS table, conname::text AS name, confrelid::regclass::text AS to, ${columnsOf('conrelid', 'conkey')} AS columns
     FROM pg_constraint JOIN pg_class ON pg_class.oid = conrelid WHERE contype = 'f' AND conparentid = 0 AND ${ours} ORDER BY 1, 2`,
  )
  const sequences = await query<Key>(
    url,
    `SELECT relname::text AS table, attname::text AS name, ARRAY[attname::text] AS columns
     FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0
     WHERE relkind IN ('r', 'p') AND NOT relispartition AND ${ours}
       AND CASE WHEN NOT attisdropped THEN pg_get_serial_sequence(quote_ident(relname), attname) IS NOT NULL END
     ORDER BY 1`,
  )
  return { tables, unique, foreign, sequences }
}

/** The report, in Markdown. */
export function describe({ tables, unique, foreign, sequences }: Catalog): string {
  const holds = (column: string) => (key: Key) => key.columns.includes(column)
  const withTriggers = tables.filter(({ triggers }) => triggers > 0)
  const singles = tables.filter(({ isSingleRow }) => isSingleRow)
  // A primary key of one random id is unique anyway: with a shard key beside it nothing that we rely on is lost.
  const natural = unique.filter(({ columns }) => columns.join() !== 'id')
  return [
    '| spread by | tables that have the column | unique keys that hold it | foreign keys that hold it |',
    '| --- | --: | --: | --: |',
    ...candidates.map(
      (column) =>
        `| \`${column}\` | ${tables.filter(({ columns }) => columns.includes(column)).length} of ${tables.length} | ` +
        `${unique.filter(holds(column)).length} of ${unique.length} | ${foreign.filter(holds(column)).length} of ${foreign.length} |`,
    ),
    '',
    `Unique keys other than of one id (${natural.length}): ${listed(natural)}.`,
    '',
    `Foreign keys (${foreign.length}), by the table they point to: ${counted(foreign.map(({ to = '' }) => to))}.`,
    '',
    `Tables with triggers (${withTriggers.length}, ${withTriggers.reduce((sum, { triggers }) => sum + triggers, 0)} triggers): ` +
      `${withTriggers.map(({ name, triggers }) => `\`${name}\` ${triggers}`).join(', ')}.`,
    '',
    `Numbers from one sequence (${sequences.length}): ${sequences.map(({ table, name }) => `\`${table}.${name}\``).join(', ')}.`,
    '',
    `Tables with one row (${singles.length}): ${singles.map(({ name }) => `\`${name}\``).join(', ')}.`,
  ].join('\n')
}

const listed = (keys: readonly Key[]) =>
  keys.map(({ table, columns }) => `\`${table} (${columns.join(', ')})\``).join(', ')

function counted(names: readonly string[]): string {
  const counts = Map.groupBy(names, (name) => name)
  return [...counts]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([name, all]) => `\`${name}\` ${all.length}`)
    .join(', ')
}

async function query<Row extends object>(url: string, text: string): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}
