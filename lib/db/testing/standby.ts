/**
 * A primary and a standby that follows it, of our own: two servers from the programs that npm installed. The standby begins as a copy of
 * the primary's folder, taken while that is stopped, so no pg_basebackup is needed.
 */
import { chmod, chown, cp, mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import pg from 'pg'
import { findPlace } from '#lib/db/engine/embedded-postgres/place.ts'
import type { Place } from '#lib/db/engine/embedded-postgres/place.ts'
import {
  connect,
  createCluster,
  startServer,
  stopServer,
  superuser,
} from '#lib/db/engine/embedded-postgres/server.ts'
import { migrate } from '#lib/db/engine/migrate.ts'

const password = 'standby'

export type Pair = {
  primary: { url: string }
  standby: { url: string; admin: pg.Pool }
  /** Kills the standby's server as a crash does. */
  kill: () => void
  /** Starts it again at the same address, after `kill`. */
  start: () => Promise<void>
  /** Both stop, and nothing is left. */
  end: () => Promise<void>
}

/** Both have the portal's tables. Takes some seconds. */
export async function startPair(): Promise<Pair> {
  const root = await mkdtemp(join(tmpdir(), 'portal-pair-'))
  // The servers' user must be able to pass through.
  await chmod(root, 0o711)
  const [home, copy] = [await placeIn(root, 'primary'), await placeIn(root, 'standby')]
  await createCluster(home, password, true)
  const first = await start(home, root, 'primary')
  await settle(first.port)
  await stopServer(first.pid)
  await copyCluster(home, copy)
  const primary = await start(home, root, 'primary')
  const followed = `host=127.0.0.1 port=${primary.port} user=${superuser} password=${password}`
  await writeFile(join(copy.data, 'postgresql.auto.conf'), `primary_conninfo = '${followed}'\n`)
  await writeFile(join(copy.data, 'standby.signal'), '')
  let standby = await start(copy, root, 'standby')
  const admin = new pg.Pool({ connectionString: urlOf(standby.port), max: 1 })
  admin.on('error', () => undefined)
  await migrate(urlOf(primary.port))
  return {
    primary: { url: urlOf(primary.port) },
    standby: { url: urlOf(standby.port), admin },
    kill: () => void process.kill(standby.pid, 'SIGQUIT'),
    async start() {
      await stopServer(standby.pid)
      standby = await start(copy, root, 'standby', standby.port)
    },
    async end() {
      await admin.end()
      await Promise.all([standby, primary].map(({ pid }) => stopServer(pid)))
      await Promise.all(
        [root, dirname(home.data), dirname(copy.data)].map((path) =>
          rm(path, { recursive: true, force: true }),
        ),
      )
    },
  }
}

const urlOf = (port: number) => `postgresql://${superuser}:${password}@127.0.0.1:${port}/portal`

async function placeIn(root: string, name: string): Promise<Place> {
  await mkdir(join(root, name), { mode: 0o711 })
  return findPlace(join(root, name), { inMemory: true })
}

const start = (place: Place, root: string, name: string, preferredPort?: number) =>
  startServer(place, { preferredPort, password, fast: true, logFile: join(root, 'logs', `${name}.log`) })

/** The portal's database, where commits wait for the disk, as in real installations. */
async function settle(port: number): Promise<void> {
  const admin = connect({ port, password }, 'postgres')
  await admin.connect()
  await admin.query('CREATE DATABASE portal')
  await admin.query('ALTER DATABASE portal SET synchronous_commit TO on')
  await admin.end()
}

/** With the owner of each file, who runs the server. */
async function copyCluster(from: Place, to: Place): Promise<void> {
  await cp(from.data, to.data, { recursive: true })
  const { runAs } = to
  if (!runAs) return
  const below = await readdir(to.data, { recursive: true })
  await Promise.all(
    [to.data, ...below.map((path) => join(to.data, path))].map((path) => chown(path, runAs.uid, runAs.gid)),
  )
}
