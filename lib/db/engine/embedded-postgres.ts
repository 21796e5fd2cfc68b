// The PostgreSQL server that comes with the project: for demos, development and tests, and for installations that don't want to
// run a second service. Any number of processes share one server per data folder.
import { randomBytes } from 'node:crypto'
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { countLiving, isAlive, register, unregister } from './embedded-postgres/clients.ts'
import { withLock } from './embedded-postgres/lock.ts'
import { findPlace } from './embedded-postgres/place.ts'
import type { Place } from './embedded-postgres/place.ts'
import {
  connect,
  createCluster,
  findRunning,
  startServer,
  stopServer,
  superuser,
  waitUntilReady,
} from './embedded-postgres/server.ts'
import type { Access, Running } from './embedded-postgres/server.ts'

const databaseName = 'portal'
/** Longer than a start after a crash plus a slow stop. */
const lockTimeoutMs = 120_000

export interface EmbeddedPostgres {
  /** The portal's database, with user and password. */
  url: string
  /** Call once, after closing every connection. The last process to leave stops the server. */
  leave: () => Promise<void>
}

export interface EmbeddedPostgresOptions {
  /** The folder for all data of this installation, usually the project's `.data`; created if missing. */
  dataDir: string
  /** For tests: in memory where there is room, without fsync, and gone when the last has left. */
  fast?: boolean
}

/**
 * Joins the embedded server of `dataDir`, and starts it if it isn't running. A server left behind by killed processes is adopted if it
 * answers, and restarted if it doesn't. Throws when PostgreSQL won't start.
 */
export async function joinEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir)
  const fast = options.fast ?? false
  // The server's user must be able to pass through to its own folder, but not to read this one.
  await mkdir(dataDir, { recursive: true, mode: 0o711 })
  const lock = join(dataDir, 'postgres.lock')
  const clients = join(dataDir, 'postgres-clients')

  const { access, membership, place } = await withLock(lock, lockTimeoutMs, async () => {
    const place = await findPlace(dataDir, { inMemory: fast })
    // What a killed run left in memory may have another password, if its folder was deleted since.
    if (fast && (await countLiving(clients)) === 0) await forget(place)
    const access = await ensureRunning(place, dataDir, fast)
    return { access, membership: await register(clients), place }
  })

  const leave = () =>
    withLock(lock, lockTimeoutMs, async () => {
      await unregister(clients, membership)
      if ((await countLiving(clients)) > 0) return
      if (fast) await forget(place)
      else await stop(place)
    })
  return { url: urlOf(access), leave }
}

async function stop(place: Place): Promise<void> {
  const running = await findRunning(place)
  if (running) await stopServer(running.pid)
}

async function forget(place: Place): Promise<void> {
  await stop(place)
  await rm(place.data, { recursive: true, force: true })
}

async function ensureRunning(place: Place, dataDir: string, fast: boolean): Promise<Access> {
  const stateFile = join(dataDir, 'postgres.json')
  const state = await readState(stateFile)
  const password = state?.password ?? randomBytes(24).toString('hex')
  // The password is stored before the cluster exists: the other way round, a crash in between would lock us out.
  if (!state) await writeState(stateFile, { password, port: undefined })
  const isNew = await createCluster(place, password, fast)

  const left = await findRunning(place)
  const running =
    (left && (await adopt(left, password))) ??
    (await startServer(place, {
      preferredPort: state?.port,
      password,
      fast,
      logFile: join(dataDir, 'logs', 'postgres.log'),
    }))
  const access = { port: running.port, password }
  if (state?.port !== access.port) await writeState(stateFile, access)
  await ensureDatabase(access, isNew)
  return access
}

/** Uses a running server if it answers, and stops one that doesn't. */
async function adopt(running: Running, password: string): Promise<Running | undefined> {
  try {
    const gone = () => (isAlive(running.pid) ? undefined : 'It stopped')
    await waitUntilReady({ port: running.port, password }, gone)
    return running
  } catch {
    await stopServer(running.pid)
    return undefined
  }
}

async function ensureDatabase(access: Access, isNew: boolean): Promise<void> {
  const client = connect(access, 'postgres')
  await client.connect()
  try {
    const exists =
      !isNew &&
      (await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [databaseName])).rowCount === 1
    if (!exists) await client.query(`CREATE DATABASE ${databaseName}`)
  } finally {
    await client.end()
  }
}

/** The address of the embedded server of `dataDir`, whether it runs or not; undefined: there has never been one. */
export async function embeddedUrl(dataDir: string): Promise<string | undefined> {
  const state = await readState(join(resolve(dataDir), 'postgres.json'))
  if (state?.port === undefined) return undefined
  return urlOf({ port: state.port, password: state.password })
}

const urlOf = ({ port, password }: Access) =>
  `postgresql://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`

interface State {
  password: string
  port: number | undefined
}

async function readState(file: string): Promise<State | undefined> {
  const text = await readFile(file, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const state = JSON.parse(text) as Partial<Record<keyof State, unknown>>
  if (typeof state.password !== 'string') throw new Error(`${file} holds no password; it was changed by hand`)
  return { password: state.password, port: typeof state.port === 'number' ? state.port : undefined }
}

async function writeState(file: string, state: State): Promise<void> {
  await writeFile(`${file}.new`, JSON.stringify(state), { mode: 0o600 })
  await rename(`${file}.new`, file)
}
