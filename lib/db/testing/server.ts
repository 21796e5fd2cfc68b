// A PostgreSQL server for tests, kept between runs in its own folder, and databases made from a migrated template in
// milliseconds. Names carry the number of the process that made them, so what a killed run left is found and dropped.
import { randomBytes } from 'node:crypto'
import { join } from 'node:path'
import pg from 'pg'
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { isAlive } from '#lib/db/engine/embedded-postgres/clients.ts'
import { migrate } from '#lib/db/engine/migrate.ts'

export interface TestServer {
  /** A database to send CREATE DATABASE to; nothing else is in it. */
  adminUrl: string
  /** The name of a database with every migration applied; nobody connects to it. */
  template: string
  stop: () => Promise<void>
}

export interface TestDatabase {
  url: string
  /** Past the pooler, when `url` leads to one. */
  directUrl?: string
  /** Drops the database, even while somebody is connected. */
  drop: () => Promise<void>
}

/** Starts (or joins) the test server of this project and prepares a template of this run's own. */
export async function startTestServer(): Promise<TestServer> {
  const dataDir = join(process.cwd(), '.data', 'tests')
  const server = await joinEmbeddedPostgres({ dataDir, fast: true })
  try {
    await dropLeftovers(server.url)
    const template = newName()
    await run(server.url, `CREATE DATABASE ${template}`)
    await migrate(withDatabase(server.url, template))
    const stop = async () => {
      await run(server.url, `DROP DATABASE IF EXISTS ${template} WITH (FORCE)`)
      await server.leave()
    }
    return { adminUrl: server.url, template, stop }
  } catch (error) {
    await server.leave()
    throw error
  }
}

/** A database of one's own, as the migrations leave it: empty tables, triggers and all. */
export async function createDatabaseFrom(adminUrl: string, template: string): Promise<TestDatabase> {
  const name = newName()
  // Copying files beats writing every page to the log where nothing waits for the disk (30 ms against 50).
  await run(adminUrl, `CREATE DATABASE ${name} TEMPLATE ${template} STRATEGY file_copy`)
  return {
    url: withDatabase(adminUrl, name),
    drop: async () => {
      await run(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    },
  }
}

function newName(): string {
  return `run_${process.pid}_${randomBytes(6).toString('hex')}`
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function dropLeftovers(adminUrl: string): Promise<void> {
  const names = await run(adminUrl, `SELECT datname AS name FROM pg_database WHERE datname LIKE 'run\\_%'`)
  for (const name of names) {
    if (isAlive(Number(name.split('_')[1]))) continue
    await run(adminUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
  }
}

/** Connections that stay, for each address: one costs more than what most statements here do. They end with the process or the server. */
const pools = new Map<string, pg.Pool>()

/** Sends one statement and returns the column `name` of its rows. */
async function run(url: string, statement: string): Promise<string[]> {
  const pool = pools.get(url) ?? new pg.Pool({ connectionString: url, max: 2, allowExitOnIdle: true })
  if (!pools.has(url)) pool.on('error', () => undefined)
  pools.set(url, pool)
  return (await pool.query<{ name: string }>(statement)).rows.map((row) => row.name)
}
