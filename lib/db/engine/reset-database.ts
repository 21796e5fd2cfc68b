// Starts over with an empty database of the same name.
import pg from 'pg'

/** Drops the database at `databaseUrl` with everything in it, disconnects its users, and creates it again, empty. */
export async function resetDatabase(databaseUrl: string): Promise<void> {
  const admin = new URL(databaseUrl)
  const name = pg.escapeIdentifier(decodeURIComponent(admin.pathname.slice(1)))
  admin.pathname = '/postgres'
  const client = new pg.Client({ connectionString: admin.href })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await client.query(`CREATE DATABASE ${name}`)
  } finally {
    await client.end()
  }
}
