// npm run db:migrate
import { compareMigrations, migrate, openDatabase, setRoleDefaults } from '#lib/runtime/database.ts'
import { readDatabaseUrl } from '#lib/runtime/env.ts'
import { loadDotenv } from '#lib/runtime/load-dotenv.ts'

async function main(): Promise<void> {
  loadDotenv()
  const direct = readDatabaseUrl(process.env, 'DATABASE_DIRECT_URL')
  const database = await openDatabase(readDatabaseUrl())
  try {
    // An embedded database has been migrated by opening it; asking again is how another's is.
    // It holds a lock for its whole session, which a pooler does not keep together.
    const { applied } = await migrate(direct ?? database.url, { say: (line) => console.log(line) })
    const { later } = await compareMigrations(direct ?? database.url)
    console.log(
      applied.length === 0
        ? 'The database is up to date.'
        : `The database is up to date: ${applied.length} applied.`,
    )
    if (later.length > 0)
      console.log(
        `It also has ${later.length} of a newer version, from ${later[0] ?? ''} on. This version works with them.`,
      )
    if (direct === undefined) return
    const left = await setRoleDefaults(direct, database.url)
    if (left)
      console.log(
        `The settings of the portal's role are not set yet. A superuser must run:\n${left.join(';\n')};`,
      )
  } finally {
    await database.leave()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
