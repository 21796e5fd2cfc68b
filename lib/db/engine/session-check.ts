/** Does every connection have the settings that the portal makes? A pooler in between may lose them. */
import pg from 'pg'
import { isDatabaseAway } from './away.ts'
import { announcedPid, connectTimeoutMs } from './client.ts'
import { roleDefaults, setUpConnection, settingNames, statementTimeoutMs } from './session-settings.ts'
import type { SettingName } from './session-settings.ts'

/** Several at once, so that a pooler spreads them over different server connections. */
const atOnce = 5

type Settings = Record<SettingName, string>

/** One connection: what is set on it now, and what PostgreSQL began it with. */
export type Session = {
  /** Is a pooler between us and PostgreSQL? */
  pooled: boolean
  role: string
  database: string
  now: Settings
  begins: Settings
}

/**
 * Throws a DatabaseProblem, in words for the operator, if times would be shifted, transactions are isolated in another way, or
 * statements may run without end; also if DATABASE_URL has a parameter that a pooler refuses. Returns quietly while the database is away.
 */
export async function checkDatabase(databaseUrl: string): Promise<void> {
  const clients = Array.from({ length: atOnce }, () => clientFor(databaseUrl))
  try {
    await Promise.all(clients.map((client) => client.connect()))
    for (let round = 0; round < 2; round++) {
      const sessions = await Promise.all(clients.map(sessionOf))
      const problem = sessions.map(problemOf).find((one) => one !== null)
      if (problem) throw new DatabaseProblem(problem)
    }
  } catch (error) {
    const refused = refusedParameter(error)
    if (refused !== null)
      throw new DatabaseProblem(
        `The pooler in front of the database refuses ${refused}, which is part of DATABASE_URL. Remove it there, and set it for the role instead (ALTER ROLE ... SET ...).`,
      )
    if (!isDatabaseAway(error)) throw error
  } finally {
    await Promise.all(clients.map((client) => client.end().catch(() => undefined)))
  }
}

export class DatabaseProblem extends Error {}

function clientFor(databaseUrl: string): pg.Client {
  const client = new pg.Client({
    connectionString: databaseUrl,
    connectionTimeoutMillis: connectTimeoutMs,
    query_timeout: statementTimeoutMs,
  })
  // A connection that breaks while idle must not end the process; the next statement reports it.
  client.on('error', () => undefined)
  return client
}

const object = (column: string) => `jsonb_object_agg(name, ${column})`
const question = `SELECT pg_backend_pid() AS pid, current_user::text AS role, current_database()::text AS database,
    ${object('setting')} AS now, ${object('reset_val')} AS begins
  FROM pg_settings WHERE name = ANY($1)`

async function sessionOf(client: pg.Client): Promise<Session> {
  await client.query(setUpConnection)
  const { rows } = await client.query<Omit<Session, 'pooled'> & { pid: number }>(question, [settingNames])
  if (!rows[0]) throw new Error('Bug: an aggregate gives one row')
  const { pid, ...session } = rows[0]
  return { ...session, pooled: announcedPid(client) !== pid }
}

/** What is wrong with a connection and how the operator mends it; null: nothing. */
export function problemOf({ pooled, role, database, now, begins }: Session): string | null {
  // What we set on one server connection is not on the next that a pooler opens: there the role's own settings count.
  const settings = pooled ? begins : now
  const wrong = settingNames.find((name) => !isRight[name](settings[name]))
  if (wrong === undefined) return null
  const what = `${wrong} is "${settings[wrong]}" on the database's connections: ${consequences[wrong]}.`
  const statements = roleDefaults(pg.escapeIdentifier(role), pg.escapeIdentifier(database)).join('; ')
  return pooled
    ? `${what} A pooler in between loses what the portal sets itself. Set DATABASE_DIRECT_URL and run "npm run db:migrate", which sets it for the role, ` +
        `or run: ${statements}; Then let the pooler make new connections (PgBouncer: RECONNECT).`
    : `${what} Run: ${statements};`
}

/** The names of the one zone in which times are what they say. */
const utc = /^(Etc\/)?(UTC|GMT|UCT|Zulu|Universal)$/
const isLimited = (ms: string) => Number(ms) > 0

const isRight: Record<SettingName, (value: string) => boolean> = {
  TimeZone: (zone) => utc.test(zone),
  DateStyle: (style) => style.startsWith('ISO'),
  default_transaction_isolation: (level) => level === 'read committed',
  statement_timeout: isLimited,
  idle_in_transaction_session_timeout: isLimited,
}

const consequences: Record<SettingName, string> = {
  TimeZone: 'all times would be shifted',
  DateStyle: 'times could not be read',
  default_transaction_isolation: 'transactions would not see what others have just written',
  statement_timeout: 'a statement could hold its locks without end',
  idle_in_transaction_session_timeout: 'a process that hangs could hold its locks without end',
}

/** PgBouncer's "unsupported startup parameter: options". */
function refusedParameter(error: unknown): string | null {
  if (!(error instanceof Error)) return null
  const name = /unsupported startup parameter(?: in options)?: (\S+)/.exec(error.message)?.[1]
  return name?.replace(/[^\w.-]/g, '') ?? null
}
