// A PostgreSQL server of the drill: with an archive of its write-ahead log, a base backup taken while it runs, and a restore to a moment.
// Only the server's own program is needed; dumps need the client's programs of the same version.
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { appendFile, chown, copyFile, mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import pg from 'pg'
import { isAlive } from '#lib/db/engine/embedded-postgres/clients.ts'
import { findPlace, handOver } from '#lib/db/engine/embedded-postgres/place.ts'
import type { Place } from '#lib/db/engine/embedded-postgres/place.ts'
import { startServer, superuser } from '#lib/db/engine/embedded-postgres/server.ts'

const run = promisify(execFile)
const databaseName = 'portal'
/** Small files of the log, so that each second's is archived cheaply. */
const segmentMb = 1
const archiveEveryS = 1

export type DrillServer = {
  url: string
  place: Place
  /** Where its write-ahead log is copied to. It and the backups are on another disk, as it were. */
  archive: string
  kill: () => Promise<void>
  stop: () => Promise<void>
}

/** `programs`: the folder of another PostgreSQL's programs, such as /usr/lib/postgresql/18/bin. */
export async function findPlaceIn(folder: string, programs: string | undefined): Promise<Place> {
  await mkdir(folder, { recursive: true, mode: 0o711 })
  const place = await findPlace(folder)
  if (programs === undefined) return place
  return { ...place, initdb: join(programs, 'initdb'), postgres: join(programs, 'postgres') }
}

/** An empty server with continuous archiving. */
export async function startFresh(folder: string, programs: string | undefined): Promise<DrillServer> {
  const place = await findPlaceIn(folder, programs)
  const password = randomBytes(12).toString('hex')
  const home = dirname(place.data)
  const archive = join(home, 'archive')
  const passwordFile = join(home, 'password')
  for (const own of [place.data, archive]) {
    await mkdir(own, { recursive: true, mode: 0o700 })
    await handOver(own, place.runAs)
  }
  await writeFile(passwordFile, password, { mode: 0o600 })
  await handOver(passwordFile, place.runAs)
  await run(
    place.initdb,
    [
      ...[`--pgdata=${place.data}`, `--username=${superuser}`, `--pwfile=${passwordFile}`],
      ...['--auth=scram-sha-256', '--encoding=UTF8', '--locale=C', '--data-checksums'],
      `--wal-segsize=${segmentMb}`,
    ],
    { ...place.runAs, cwd: '/' },
  )
  await rm(passwordFile)
  // Copied under another name first: half a file must never be taken for a whole one.
  const copy = `test ! -f ${archive}/%f && cp %p ${archive}/%f.part && mv ${archive}/%f.part ${archive}/%f`
  await appendFile(
    join(place.data, 'postgresql.conf'),
    `\narchive_mode = on\narchive_command = '${copy}'\narchive_timeout = ${archiveEveryS}\n`,
  )
  const server = await start(place, archive, password, folder)
  const admin = Object.assign(new URL(server.url), { pathname: '/postgres' }).href
  try {
    await query(admin, `CREATE DATABASE ${databaseName}`)
  } catch (error) {
    await server.stop()
    throw error
  }
  return server
}

async function start(place: Place, archive: string, password: string, folder: string): Promise<DrillServer> {
  const logFile = join(folder, 'postgres.log')
  const { pid, port } = await startServer(place, { preferredPort: undefined, password, fast: false, logFile })
  const end = async (signal: NodeJS.Signals) => {
    if (isAlive(pid)) process.kill(pid, signal)
    while (isAlive(pid)) await sleep(10)
  }
  return {
    url: `postgresql://${superuser}:${password}@127.0.0.1:${port}/${databaseName}`,
    place,
    archive,
    kill: () => end('SIGKILL'),
    stop: () => end('SIGINT'),
  }
}

/** What a copy leaves out, because it is the running server's own (PostgreSQL's manual, "Making a Base Backup Using the Low Level API"). */
const contentsLeftOut = [
  'pg_wal',
  'pg_replslot',
  'pg_dynshmem',
  'pg_notify',
  'pg_serial',
  'pg_snapshots',
  'pg_stat_tmp',
  'pg_subtrans',
]
const filesLeftOut = /^(postmaster\.(pid|opts)|pgsql_tmp.*|.*\.tmp)$/

/** A base backup by copying the files of the running server. */
export async function backUp(server: DrillServer, to: string): Promise<void> {
  const client = await connected(server.url)
  try {
    // On one connection: the backup ends with it.
    await client.query(`SELECT pg_backup_start('drill', true)`)
    await copyTree(server.place.data, to, server.place.runAs, true)
    const { rows } = await client.query<{ labelfile: string }>('SELECT labelfile FROM pg_backup_stop(true)')
    await writeFile(join(to, 'backup_label'), rows[0]?.labelfile ?? '', { mode: 0o600 })
    await handOver(join(to, 'backup_label'), server.place.runAs)
  } finally {
    await client.end()
  }
}

async function copyTree(from: string, to: string, owner: Place['runAs'], top = false): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o700 })
  if (owner) await chown(to, owner.uid, owner.gid)
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)]
    if (entry.isDirectory()) {
      if (top && contentsLeftOut.includes(entry.name)) {
        await mkdir(target, { mode: 0o700 })
        await handOver(target, owner)
      } else await copyTree(source, target, owner)
    } else if (entry.isFile() && !filesLeftOut.test(entry.name)) {
      // A file that goes while we copy is one that the log makes again, or takes away.
      await copyFile(source, target).catch((error: unknown) => {
        if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error
      })
      await handOver(target, owner).catch(() => undefined)
    }
  }
}

/** A new server from a base backup and the archive, as it was at `until`; null: with everything that was archived. */
export async function restoreBase(
  backup: string,
  lost: DrillServer,
  folder: string,
  programs: string | undefined,
  until: string | null,
): Promise<DrillServer> {
  const place = await findPlaceIn(folder, programs)
  await copyTree(backup, place.data, place.runAs)
  for (const name of ['archive_status', 'summaries']) {
    await mkdir(join(place.data, 'pg_wal', name), { recursive: true, mode: 0o700 })
    await handOver(join(place.data, 'pg_wal', name), place.runAs)
  }
  await writeFile(join(place.data, 'recovery.signal'), '')
  await handOver(join(place.data, 'recovery.signal'), place.runAs)
  const archive = join(dirname(place.data), 'archive')
  await mkdir(archive, { mode: 0o700 })
  await handOver(archive, place.runAs)
  await appendFile(
    join(place.data, 'postgresql.conf'),
    [
      `\nrestore_command = 'cp ${lost.archive}/%f %p'`,
      ...(until === null ? [] : [`recovery_target_time = '${until}'`]),
      `recovery_target_action = 'promote'`,
      // A new history has an archive of its own.
      `archive_command = 'cp %p ${archive}/%f'\n`,
    ].join('\n'),
  )
  const server = await start(place, archive, new URL(lost.url).password, folder)
  while ((await query<{ on: boolean }>(server.url, 'SELECT pg_is_in_recovery() AS on'))[0]?.on === true)
    await sleep(20)
  return server
}

/** The database's time, and the file of the log that the next moments are in. */
export async function momentOf({ url }: DrillServer): Promise<{ until: string; segment: string }> {
  const [row] = await query<{ until: string; segment: string }>(
    url,
    `SELECT clock_timestamp()::text AS until, pg_walfile_name(pg_current_wal_lsn()) AS segment`,
  )
  if (!row) throw new Error('Bug: a selection without a row')
  return row
}

/** A recovery to a moment needs a commit that is later. */
export const isArchived = async ({ archive }: DrillServer, segment: string) =>
  (await readdir(archive)).some((file) => /^[0-9A-F]{24}$/.test(file) && file > segment)

/** The client's programs beside `programs`, or on the path, if they can dump this server; otherwise why not. */
export async function dumpPrograms(
  server: DrillServer,
  programs: string | undefined,
): Promise<{ dump: string; restore: string } | string> {
  const named = (name: string) => (programs === undefined ? name : join(programs, name))
  const told = await run(named('pg_dump'), ['--version']).catch(() => null)
  if (!told) return `pg_dump is not here (${named('pg_dump')})`
  const client = Number(/\d+/.exec(told.stdout)?.[0])
  const [row] = await query<{ major: number }>(
    server.url,
    `SELECT current_setting('server_version_num')::int / 10000 AS major`,
  )
  const major = row?.major ?? 0
  if (client < major) return `pg_dump ${client} can't dump PostgreSQL ${major}`
  return { dump: named('pg_dump'), restore: named('pg_restore') }
}

export const dumpTo = (program: string, server: DrillServer, file: string) =>
  run(program, ['--format=custom', `--file=${file}`, `--dbname=${server.url}`])

/** A new server from a dump. */
export async function restoreDump(
  program: string,
  file: string,
  folder: string,
  programs: string | undefined,
): Promise<DrillServer> {
  const server = await startFresh(folder, programs)
  await run(program, ['--exit-on-error', '--no-owner', `--dbname=${server.url}`, file])
  return server
}

async function connected(url: string): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: url })
  client.on('error', () => undefined)
  await client.connect()
  return client
}

export async function query<Row extends pg.QueryResultRow>(url: string, text: string): Promise<Row[]> {
  const client = await connected(url)
  try {
    return (await client.query<Row>(text)).rows
  } finally {
    await client.end()
  }
}
