/**
 * What every connection of the portal is set to. Prisma writes and reads times without a zone and means UTC; a server in another zone
 * would misread them.
 */

// Ten times what our slowest statement, the sum over a filtered list, takes on a million rows.
export const statementTimeoutMs = 8_000

/** Names as `pg_settings` writes them. Times are in milliseconds. */
export const sessionSettings = {
  TimeZone: 'UTC',
  DateStyle: 'ISO',
  default_transaction_isolation: 'read committed',
  statement_timeout: String(statementTimeoutMs),
  idle_in_transaction_session_timeout: String(statementTimeoutMs + 2_000),
} as const
export type SettingName = keyof typeof sessionSettings
export const settingNames = Object.keys(sessionSettings) as SettingName[]

/**
 * Sent on each new connection: a pooler refuses them as connection parameters, and DATABASE_URL may have others. The last answer says which
 * process of PostgreSQL serves the connection, and names that server by when it was started.
 */
export const setUpConnection = [
  ...settingNames.map((name) => `SET ${name} TO '${sessionSettings[name]}'`),
  'SELECT pg_backend_pid() AS pid, pg_postmaster_start_time()::text AS "startedAt"',
].join('; ')

/**
 * Makes them the role's own in this database. A pooler in transaction mode gives each transaction any server connection, also one that
 * none of ours has set up: then these are what it begins with. `role` and `database` are written as in SQL.
 */
export const roleDefaults = (role: string, database: string): string[] =>
  settingNames.map(
    (name) => `ALTER ROLE ${role} IN DATABASE ${database} SET ${name} TO '${sessionSettings[name]}'`,
  )
