// The PostgreSQL server of the lab: the embedded one in a folder of its own, with real commits (they must survive a kill), a
// fresh database per seed, and a way to pull its plug.
import { appendFileSync, existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { isAlive } from '#lib/db/engine/embedded-postgres/clients.ts'
import { findPlace } from '#lib/db/engine/embedded-postgres/place.ts'
import { findRunning } from '#lib/db/engine/embedded-postgres/server.ts'
import { migrate } from '#lib/db/engine/migrate.ts'
import type { Variables } from '#lib/processes/start-process.ts'

const template = 'chaos_template'
/** Recovery from a kill takes moments with a lab's amount of data. */
const restartTimeoutMs = 60_000

export type DatabaseServer = {
  port: () => number
  /** The same server under another database name, and perhaps behind another port. */
  urlOf: (database: string, port?: number) => string
  /** An empty, migrated database. */
  create: (database: string) => Promise<void>
  drop: (database: string) => Promise<void>
  /** What the portal's processes must be told about it, beside DATABASE_URL. */
  variablesOf?: (database: string) => Variables
  /** Ends the server (SIGKILL: as in a power cut; SIGINT: open transactions are rolled back) and starts it again. A cluster has faults of its own. */
  restart?: (how: 'SIGKILL' | 'SIGINT', keepLogIn: string) => Promise<void>
  /** Adds what the server has logged since its start to a file. */
  saveLog: (file: string) => void
  stop: () => Promise<void>
}

export async function startDatabaseServer(dataDir: string): Promise<DatabaseServer> {
  let joined = await joinEmbeddedPostgres({ dataDir })
  const leaves = [joined.leave]
  const urlOf = (database: string, port?: number) => {
    const url = new URL(joined.url)
    url.pathname = `/${database}`
    if (port !== undefined) url.port = String(port)
    return url.href
  }
  const saveLog = (file: string) => {
    const log = join(dataDir, 'logs', 'postgres.log')
    if (existsSync(log)) appendFileSync(file, readFileSync(log))
  }
  await run(urlOf('postgres'), `DROP DATABASE IF EXISTS ${template}`)
  await run(urlOf('postgres'), `CREATE DATABASE ${template}`)
  await migrate(urlOf(template))

  return {
    port: () => Number(new URL(joined.url).port),
    urlOf,
    saveLog,
    create: (database) => run(urlOf('postgres'), `CREATE DATABASE ${database} TEMPLATE ${template}`),
    drop: (database) => run(urlOf('postgres'), `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
    async restart(how, keepLogIn) {
      const running = await findRunning(await findPlace(dataDir))
      if (running) {
        process.kill(running.pid, how)
        while (isAlive(running.pid)) await sleep(10)
      }
      saveLog(keepLogIn)
      const deadline = Date.now() + restartTimeoutMs
      for (;;) {
        try {
          joined = await joinEmbeddedPostgres({ dataDir })
          leaves.push(joined.leave)
          return
        } catch (error) {
          // The killed server's children need a moment to notice and to let go of its shared memory.
          if (Date.now() > deadline) throw error
          await sleep(100)
        }
      }
    },
    async stop() {
      for (const leave of leaves.splice(0)) await leave()
    },
  }
}

async function run(url: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
