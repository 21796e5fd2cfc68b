// The cluster as the fault lab's database server: a database per seed behind PgBouncer, with the portal's role.
import { appendFileSync, readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { migrate, setRoleDefaults } from '#lib/db/engine/migrate.ts'
import type { Cluster } from '../cluster/types.ts'
import type { DatabaseServer } from './database-server.ts'

const template = 'chaos_template'
const writersDatabase = 'chaos_writer'

export type ClusterServer = DatabaseServer & {
  cluster: Cluster
  writersUrls: [pooled: string, direct: string]
}

export async function serveCluster(cluster: Cluster): Promise<ClusterServer> {
  const run = async (statement: string) => {
    const client = new pg.Client({ connectionString: cluster.directUrl('postgres') })
    client.on('error', () => undefined)
    await client.connect()
    try {
      await client.query(statement)
    } finally {
      await client.end()
    }
  }
  await run(`CREATE DATABASE ${template}`)
  await run(`CREATE DATABASE ${writersDatabase}`)
  await migrate(cluster.directUrl(template))
  return {
    cluster,
    writersUrls: [cluster.pooledUrl(writersDatabase), cluster.directUrl(writersDatabase)],
    port: () => cluster.poolerPort,
    urlOf(database, port) {
      const url = new URL(cluster.directUrl(database))
      if (port !== undefined) url.port = String(port)
      return url.href
    },
    variablesOf: (database) => ({ DATABASE_DIRECT_URL: cluster.directUrl(database) }),
    async create(database) {
      await run(`CREATE DATABASE ${database} TEMPLATE ${template}`)
      const refused = await setRoleDefaults(cluster.directUrl(database), cluster.pooledUrl(database))
      if (refused) throw new Error(`The portal's role may not set its own defaults: ${refused.join('; ')}`)
    },
    drop: (database) => run(`DROP DATABASE IF EXISTS ${database} WITH (FORCE)`),
    saveLog(file) {
      for (const log of readdirSync(cluster.folder).filter((name) => name.endsWith('.log')))
        appendFileSync(file, `== ${log}\n${readFileSync(join(cluster.folder, log), 'utf8')}`)
    },
    stop: cluster.stop,
  }
}
