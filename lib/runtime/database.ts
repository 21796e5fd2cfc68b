/** Which database this process uses. Not in deps.ts, because a web bundle has no use for the embedded server. */
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { migrate, setRoleDefaults } from '#lib/db/engine/migrate.ts'

export { checkDatabase } from '#lib/db/engine/session-check.ts'
export { checkSchema } from '#lib/db/engine/schema-check.ts'
export { compareMigrations } from '#lib/db/engine/migrations-folder.ts'
export { resetDatabase } from '#lib/db/engine/reset-database.ts'
export { joinEmbeddedPostgres, migrate, setRoleDefaults }

export type OpenDatabase = {
  url: string
  /** Call last, when every connection is closed. */
  leave: () => Promise<void>
}

/**
 * The database at DATABASE_URL as it is or, without one, the embedded server of `dataDir`: started if nobody has yet, and
 * brought up to this version. Throws when the embedded server won't start; a given address is not tried.
 */
export async function openDatabase(
  databaseUrl: string | undefined,
  dataDir = '.data',
): Promise<OpenDatabase> {
  if (databaseUrl !== undefined) return { url: databaseUrl, leave: () => Promise.resolve() }
  const { url, leave } = await joinEmbeddedPostgres({ dataDir })
  try {
    await migrate(url)
  } catch (error) {
    await leave()
    throw error
  }
  return { url, leave }
}
