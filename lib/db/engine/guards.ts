/** What the database itself refuses and works out, as SQL: triggers, functions, views, CHECK constraints, partial unique indexes. */
import type pg from 'pg'

export type Guard = {
  kind: 'check' | 'index' | 'view' | 'function' | 'trigger'
  name: string
  /** Null for functions and views. */
  table: string | null
  sql: string
}

/** All of ours in the schema `public` (extensions bring functions too), in the order in which they could be made. */
export async function readGuards(client: pg.Client): Promise<Guard[]> {
  const { rows } = await client.query<Guard>(`
    SELECT 'check' AS kind, conname::text AS name, conrelid::regclass::text AS table,
           format('ALTER TABLE %s ADD CONSTRAINT %s %s;', conrelid::regclass, conname, pg_get_constraintdef(oid, true)) AS sql
      FROM pg_constraint WHERE contype = 'c' AND connamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'index', i.indexrelid::regclass::text, i.indrelid::regclass::text, pg_get_indexdef(i.indexrelid) || ';'
      FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
      WHERE i.indisunique AND i.indpred IS NOT NULL AND c.relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'view', relname::text, NULL, format(E'CREATE VIEW %s AS\\n%s', relname, pg_get_viewdef(oid, true))
      FROM pg_class WHERE relkind = 'v' AND relnamespace = 'public'::regnamespace
    UNION ALL
    SELECT 'function', proname::text, NULL, rtrim(pg_get_functiondef(oid), E'\\n') || ';'
      FROM pg_proc WHERE pronamespace = 'public'::regnamespace
        AND NOT EXISTS (SELECT FROM pg_depend WHERE objid = pg_proc.oid AND deptype = 'e')
    UNION ALL
    SELECT 'trigger', t.tgname::text, t.tgrelid::regclass::text, pg_get_triggerdef(t.oid, true) || ';'
      FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid
      WHERE NOT t.tgisinternal AND c.relnamespace = 'public'::regnamespace`)
  const order = ['check', 'index', 'view', 'function', 'trigger']
  const keyOf = ({ kind, table, name }: Guard) => `${order.indexOf(kind)} ${table ?? ''} ${name}`
  return rows
    .map((guard) => ({ ...guard, sql: tidy(guard.sql) }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
}

/** The names of all tables of ours. */
export async function readTables(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`
    SELECT relname::text AS name FROM pg_class
    WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> '_prisma_migrations' ORDER BY 1`)
  return rows.map(({ name }) => name)
}

/** PostgreSQL says `public.` everywhere and writes a trigger in one line. */
const tidy = (sql: string): string =>
  sql
    .replaceAll('public.', '')
    .replaceAll('$function$', () => '$$')
    .replace(/^(CREATE (?:CONSTRAINT )?TRIGGER .+?) (FOR EACH .+)$/m, '$1\n  $2')
    .replace(/^( {2}FOR EACH .+?) (WHEN .+)$/m, '$1\n  $2')
    .replace(/^( {2}.+) (EXECUTE FUNCTION .+)$/m, '$1\n  $2')
    .replaceAll(/[ \n]+\n/g, '\n')
    .replace(/\n;$/, ';')

/** By subject, the names that docs/database.md describes: one list item each, which begins with the name in backticks. */
export function readPage(page: string): Map<string, string[]> {
  const sections = page.split(/^## /m).slice(1)
  return new Map(
    sections.map((section) => {
      const [heading = ''] = section.split('\n')
      const items = [...section.matchAll(/^- `(\w+)(?:\(\))?`: \S/gm)]
      return [heading.trim(), items.map(([, name = '']) => name)]
    }),
  )
}

/** What is wrong with the page's names, in words; empty when each object is described once and nothing else is. */
export function pageFaults(page: Map<string, string[]>, names: string[]): string[] {
  const described = [...page.values()].flat()
  const objects = [...new Set(names)]
  return [
    ...objects.filter((name) => !described.includes(name)).map((name) => `${name} is not described`),
    ...described.filter((name) => !objects.includes(name)).map((name) => `there is no ${name}`),
    ...described
      .filter((name, at) => described.indexOf(name) < at)
      .map((name) => `${name} is described twice`),
  ]
}

/** By file name, the SQL of each subject's guards. */
export function filesOf(page: Map<string, string[]>, guards: Guard[]): Map<string, string> {
  const files = [...page].map(([subject, names]): [string, string] => {
    const own = guards.filter(({ name }) => names.includes(name))
    const head = `-- ${subject}: read from the migrated database by "npm run db:guards", explained in docs/database.md.\n`
    return [`${subject}.sql`, [head, ...own.map(({ sql }) => `${sql}\n`)].join('\n')]
  })
  return new Map(files.filter(([, text]) => text.includes('\n\n')))
}
