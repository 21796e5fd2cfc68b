/**
 * The plans of the statements that the code really sends, with what each touched, functions and triggers included: PostgreSQL's own
 * `auto_explain` tells them to the connection that sent the statement.
 */
import pg from 'pg'

/** One node of a plan, as PostgreSQL's JSON has it. */
type Node = {
  'Node Type': string
  'Relation Name'?: string
  'Index Name'?: string
  'Actual Rows'?: number
  'Actual Loops'?: number
  'Rows Removed by Filter'?: number
  'Rows Removed by Index Recheck'?: number
  'Rows Removed by Join Filter'?: number
  Plans?: Node[]
}

export type Told = {
  query: string
  scans: { table: string; index: string | null; node: string; rows: number }[]
}

/** From now on every new connection to this database tells its plans. Needs a superuser, which the tests' server has. */
export async function tellPlans(databaseUrl: string): Promise<void> {
  const name = new URL(databaseUrl).pathname.slice(1)
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const settings = {
    session_preload_libraries: 'auto_explain',
    'auto_explain.log_min_duration': '0',
    'auto_explain.log_analyze': 'on',
    'auto_explain.log_timing': 'off',
    'auto_explain.log_nested_statements': 'on',
    'auto_explain.log_format': 'json',
    'auto_explain.log_level': 'notice',
    // As on a disk without moving parts, and as it looks on a table too large to be read whole.
    random_page_cost: '1.1',
  }
  try {
    for (const [key, value] of Object.entries(settings))
      await client.query(`ALTER DATABASE ${name} SET ${key} = '${value}'`)
  } finally {
    await client.end()
  }
}

/** Hears every plan that is told to this process, until `stop`. */
export function hearPlans(): { take: () => Told[]; stop: () => void } {
  let heard: Told[] = []
  const { prototype } = pg.Client
  // oxlint-disable-next-line typescript/unbound-method -- called with its own `this` below
  const emit = prototype.emit
  prototype.emit = function (this: pg.Client, event: string | symbol, ...rest: unknown[]) {
    if (event === 'notice') {
      const told = readNotice((rest[0] as { message?: string }).message ?? '')
      if (told) heard.push(told)
    }
    return emit.call(this, event as never, ...(rest as never[]))
  }
  return {
    take() {
      const taken = heard
      heard = []
      return taken
    },
    stop() {
      prototype.emit = emit
    },
  }
}

function readNotice(message: string): Told | null {
  const at = message.indexOf('plan:\n')
  if (!message.startsWith('duration:') || at < 0) return null
  const told = JSON.parse(message.slice(at + 'plan:\n'.length)) as { 'Query Text': string; Plan: Node }
  const scans: Told['scans'] = []
  collect(told.Plan, scans)
  return { query: told['Query Text'], scans }
}

/** Every node that reads a table, with the rows that it read, not only those that it gave on. */
function collect(node: Node, into: Told['scans']): void {
  const table = node['Relation Name']
  const each =
    (node['Actual Rows'] ?? 0) +
    (node['Rows Removed by Filter'] ?? 0) +
    (node['Rows Removed by Index Recheck'] ?? 0)
  if (table !== undefined || node['Node Type'] === 'Bitmap Index Scan')
    into.push({
      table: table ?? '',
      index: node['Index Name'] ?? null,
      node: node['Node Type'],
      rows: Math.round(each * (node['Actual Loops'] ?? 1)),
    })
  for (const child of node.Plans ?? []) collect(child, into)
}
