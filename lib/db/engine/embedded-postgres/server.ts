// Starting, finding and stopping one PostgreSQL server process. Callers hold the lock.
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import { mkdir, open, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isAlive } from './clients.ts'
import { handOver } from './place.ts'
import type { Place } from './place.ts'

export const superuser = 'portal'

/** How one server is reached. */
export interface Access {
  port: number
  password: string
}

export interface Running {
  pid: number
  port: number
}

/** Recovery after a crash may take a while on a large database; a healthy start takes well under a second. */
const startTimeoutMs = 60_000
/** A fast shutdown writes one checkpoint. */
const stopTimeoutMs = 20_000

// Only what PostgreSQL needs: our own environment holds secrets. (Next's types claim that every environment has NODE_ENV.)
const environment = {
  PATH: '/usr/bin:/bin',
  LC_ALL: 'C',
  TZ: 'UTC',
} as Partial<NodeJS.ProcessEnv> as NodeJS.ProcessEnv

/** For throw-away databases only: a crash of the machine may lose or break everything. */
const fastSettings = [
  'fsync=off',
  'synchronous_commit=off',
  'full_page_writes=off',
  'autovacuum=off',
  'jit=off',
  // Databases come and go by the thousand: the server searches all its buffers for each one that goes.
  'shared_buffers=64MB',
  // Everything read is in the page cache; handing it to a process of its own only costs a switch.
  'io_method=sync',
  // Nobody copies this server, but one test waits for a standby; its log takes little of the memory.
  'max_wal_senders=1',
  'max_wal_size=256MB',
]
const settings = [
  'listen_addresses=127.0.0.1',
  // Loopback with a password is the one way in; a socket file would need a folder and its path has a length limit.
  'unix_socket_directories=',
  'timezone=UTC',
  'log_timezone=UTC',
  // Several web and worker processes with a pool each, and tests in parallel.
  'max_connections=200',
]

/**
 * Creates the cluster if there is none, and says whether it did. Unfinished ones are deleted, never started. `fast`: its password is
 * checked in a third of the time, and a thief of the cluster would guess it sooner.
 */
export async function createCluster(place: Place, password: string, fast: boolean): Promise<boolean> {
  if (await readFile(join(place.data, 'PG_VERSION')).catch(() => undefined)) return false
  const unfinished = `${place.data}.unfinished`
  const passwordFile = join(unfinished, '..', 'password')
  await rm(unfinished, { recursive: true, force: true })
  await mkdir(unfinished, { mode: 0o700 })
  await handOver(unfinished, place.runAs)
  await writeFile(passwordFile, password, { mode: 0o600 })
  await handOver(passwordFile, place.runAs)
  try {
    await run(place, [
      `--pgdata=${unfinished}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      // PostgreSQL's own locale: the same order and case rules on every machine, no system locale needed.
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--locale=C',
      // It is empty; after a crash now, the unfinished cluster is deleted and made again.
      '--no-sync',
      ...(fast ? ['--set=scram_iterations=1'] : []),
    ])
  } finally {
    await rm(passwordFile, { force: true })
  }
  await rename(unfinished, place.data)
  return true
}

function run(place: Place, args: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(place.initdb, args, { ...place.runAs, env: environment, cwd: '/', stdio: 'pipe' })
    let output = ''
    const keep = (chunk: Buffer) => (output += chunk.toString())
    child.stdout.on('data', keep)
    child.stderr.on('data', keep)
    child.once('error', reject)
    child.once('close', (code) => {
      if (code === 0) resolve()
      else reject(new Error(`initdb ended with ${String(code)}:\n${output}`))
    })
  })
}

/** The server of this cluster, if its process lives; PostgreSQL keeps process number and port in `postmaster.pid`. */
export async function findRunning(place: Place): Promise<Running | undefined> {
  const lines = (await readFile(join(place.data, 'postmaster.pid'), 'utf8').catch(() => '')).split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  if (!Number.isSafeInteger(pid) || pid <= 0 || !isAlive(pid)) return undefined
  // After a crash of the machine the number may belong to another process; where there is /proc, the command line tells.
  const command = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => undefined)
  if (command !== undefined && !command.includes(place.data)) return undefined
  return { pid, port }
}

type StartOptions = {
  preferredPort: number | undefined
  password: string
  fast: boolean
  logFile: string
}

/** What PostgreSQL says while a process of a killed server still works on the same data. */
const stillInUse = 'pre-existing shared memory block'

/**
 * Starts the server on `preferredPort`, or on a free port if that is taken, and waits until it answers. Processes that a killed server
 * left behind end when they notice; the start waits a minute for them.
 */
export async function startServer(place: Place, options: StartOptions): Promise<Running> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    try {
      return await startOnce(place, options)
    } catch (error) {
      const waits = error instanceof Error && error.message.includes(stillInUse) && Date.now() < deadline
      if (!waits) throw error
      await sleep(50)
    }
  }
}

async function startOnce(place: Place, options: StartOptions): Promise<Running> {
  const port = await choosePort(options.preferredPort)
  await mkdir(dirname(options.logFile), { recursive: true })
  const log = await open(options.logFile, 'w', 0o600)
  const args = [...settings, ...(options.fast ? fastSettings : [])].flatMap((setting) => ['-c', setting])
  // In its own process group: Ctrl-C in the terminal must not reach it before its clients.
  const child = spawn(place.postgres, ['-D', place.data, '-p', String(port), ...args], {
    ...place.runAs,
    env: environment,
    cwd: '/',
    detached: true,
    stdio: ['ignore', log.fd, log.fd],
  })
  let failure: string | undefined
  child.once('error', (error) => (failure = error.message))
  child.once('exit', (code) => (failure ??= `PostgreSQL ended with ${String(code)}`))
  child.unref()
  try {
    await waitUntilReady({ port, password: options.password }, () => failure)
  } catch (error) {
    const output = await readFile(options.logFile, 'utf8').catch(() => '')
    if (child.pid !== undefined) await stopServer(child.pid)
    throw new Error(`The embedded PostgreSQL did not start.\n${output.slice(-2000)}`, { cause: error })
  } finally {
    await log.close()
  }
  return { pid: child.pid ?? 0, port }
}

/** Waits until the server answers a query; throws when `failed` says it never will, or after a minute. */
export async function waitUntilReady(access: Access, failed: () => string | undefined): Promise<void> {
  const deadline = Date.now() + startTimeoutMs
  for (;;) {
    const problem = await tryConnecting(access)
    if (problem === undefined) return
    const failure = failed()
    if (failure !== undefined) throw new Error(failure)
    if (Date.now() > deadline) throw new Error('PostgreSQL did not answer in time', { cause: problem })
    await sleep(20)
  }
}

async function tryConnecting(access: Access): Promise<Error | undefined> {
  const client = connect(access, 'postgres')
  try {
    await client.connect()
    return undefined
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error))
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A client for one of the server's databases, not yet connected. */
export function connect(access: Access, database: string): pg.Client {
  const client = new pg.Client({
    host: '127.0.0.1',
    port: access.port,
    user: superuser,
    password: access.password,
    database,
    connectionTimeoutMillis: 5000,
  })
  // A lost connection also rejects the running query; without a listener its error would end the process.
  client.on('error', () => undefined)
  return client
}

/** Stops the server: first fast (open transactions roll back), and if that takes too long, as in a crash. */
export async function stopServer(pid: number): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (!send(pid, signal)) return
    const deadline = Date.now() + stopTimeoutMs
    while (Date.now() < deadline) {
      if (!isAlive(pid)) return
      await sleep(15)
    }
  }
}

function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(pid, signal)
  } catch {
    return false
  }
}

async function choosePort(preferred: number | undefined): Promise<number> {
  if (preferred !== undefined && (await listenOnce(preferred)) !== undefined) return preferred
  const free = await listenOnce(0)
  if (free === undefined) throw new Error('No free port on 127.0.0.1')
  return free
}

/** Listens for a moment and returns the port, or undefined if it is taken. */
function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer()
    probe.once('error', () => resolve(undefined))
    probe.listen(port, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(address !== null && typeof address === 'object' ? address.port : undefined))
    })
  })
}
