/**
 * A pooler in front of a real server: PgBouncer in transaction mode where it is installed (Debian's package `pgbouncer`), else a stand-in
 * that does what matters most: it refuses parameters of connecting that it does not know, and announces a process number of its own.
 */
import { spawn } from 'node:child_process'
import { accessSync, constants } from 'node:fs'
import { chmod, chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect, createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import pg from 'pg'
import { freePort } from '#lib/processes/free-port.ts'

export type Pooler = {
  /** Does it give each transaction any of its server connections? The stand-in keeps one for each client. */
  mode: 'transaction' | 'session'
  url: string
  stop: () => Promise<void>
}

/** PgBouncer has at most `serverConnections` for all of its clients. */
export function startPooler(databaseUrl: string, { serverConnections = 3 } = {}): Promise<Pooler> {
  const program = findPgBouncer()
  return program === undefined
    ? startStandIn(databaseUrl)
    : startPgBouncer(program, databaseUrl, serverConnections)
}

function findPgBouncer(): string | undefined {
  const folders = ['/usr/sbin', '/usr/bin', '/usr/local/sbin', '/usr/local/bin']
  return folders
    .map((folder) => join(folder, 'pgbouncer'))
    .find((file) => {
      try {
        accessSync(file, constants.X_OK)
        return true
      } catch {
        return false
      }
    })
}

/** It refuses to run as root; `nobody` exists on every Linux, and only the number matters. */
const unprivileged = { uid: 65534, gid: 65534 }
const startsWithinMs = 10_000

async function startPgBouncer(
  program: string,
  databaseUrl: string,
  serverConnections: number,
): Promise<Pooler> {
  const target = new URL(databaseUrl)
  const database = target.pathname.slice(1)
  const runAs = process.getuid?.() === 0 ? unprivileged : undefined
  const folder = await mkdtemp(join(tmpdir(), 'pooler-'))
  // Below the ports that connections leave from: one of those may be taken before PgBouncer listens.
  const port = await freePort(20_000 + (process.pid % 600) * 20)
  const settings = join(folder, 'pgbouncer.ini')
  const logFile = join(folder, 'pgbouncer.log')
  await writeFile(
    settings,
    `[databases]
${database} = host=${target.hostname} port=${target.port} user=${target.username} password=${target.password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${serverConnections}
max_client_conn = 500
logfile = ${logFile}
`,
    { mode: 0o600 },
  )
  if (runAs) for (const path of [folder, settings]) await chown(path, runAs.uid, runAs.gid)
  await chmod(folder, 0o700)
  const child = spawn(program, [settings], { ...runAs, stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  const stop = async () => {
    // At once: what is left of its clients is cut.
    child.kill('SIGTERM')
    await ended
    await rm(folder, { recursive: true, force: true })
  }
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String(port)
  const deadline = Date.now() + startsWithinMs
  while (!(await answers(url.href))) {
    if (Date.now() < deadline && child.exitCode === null) continue
    const log = await readFile(logFile, 'utf8').catch(() => '')
    await stop()
    throw new Error(`PgBouncer did not start:\n${log}`)
  }
  return { mode: 'transaction', url: url.href, stop }
}

async function answers(url: string): Promise<boolean> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 1_000 })
  client.on('error', () => undefined)
  try {
    await client.connect()
    await client.query('SELECT 1')
    return true
  } catch {
    return false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** PgBouncer's own list; everything else it refuses unless told to ignore it. */
const known = [
  'user',
  'database',
  'client_encoding',
  'datestyle',
  'timezone',
  'standard_conforming_strings',
  'application_name',
]

const sslRequest = 80_877_103

async function startStandIn(databaseUrl: string): Promise<Pooler> {
  const target = new URL(databaseUrl)
  const server = createServer((client) => {
    const upstream = connect(Number(target.port), target.hostname)
    client.on('error', () => upstream.destroy())
    upstream.on('error', () => client.destroy())
    client.on('close', () => upstream.destroy())
    const first = (data: Buffer) => {
      if (data.readInt32BE(4) === sslRequest) {
        client.write('N')
        client.once('data', first)
        return
      }
      const parts = data.subarray(8).toString('utf8').split('\0')
      const names = parts.filter((_, index) => index % 2 === 0 && parts[index] !== '')
      const refused = names.find((name) => !known.includes(name.toLowerCase()))
      if (refused !== undefined) {
        client.end(errorResponse(`unsupported startup parameter: ${refused}`))
        return
      }
      upstream.write(data)
      client.pipe(upstream)
      upstream.pipe(withOwnPid()).pipe(client)
    }
    client.once('data', first)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(databaseUrl)
  url.hostname = '127.0.0.1'
  url.port = String((server.address() as AddressInfo).port)
  return {
    mode: 'session',
    url: url.href,
    stop: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

/** The start of BackendKeyData (a K and its length); the number of the process that serves comes next. */
const keyData = Buffer.from([0x4b, 0, 0, 0, 12])

/** Passes everything on, with a process number that a pooler makes up. The server sends that message in one piece. */
function withOwnPid(): Transform {
  let told = false
  return new Transform({
    transform(chunk: Buffer, _encoding, done) {
      const at = told ? -1 : chunk.indexOf(keyData)
      if (at !== -1) {
        told = true
        chunk.writeInt32BE(1, at + keyData.length)
      }
      done(null, chunk)
    },
  })
}

function errorResponse(message: string): Buffer {
  const body = Buffer.from(`SFATAL\0VFATAL\0C08P01\0M${message}\0\0`)
  const head = Buffer.alloc(5)
  head.write('E')
  head.writeInt32BE(body.length + 4, 1)
  return Buffer.concat([head, body])
}
