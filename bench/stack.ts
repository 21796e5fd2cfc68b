// The real processes, each row of the table on a database of its own: embedded PostgreSQL as `npm run demo` runs it, with fsync.
import { randomBytes } from 'node:crypto'
import { readFile, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { admin } from '#lib/cli/admin-here.ts'
import { chooseEnvironment, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { hasBuild } from '#lib/processes/build.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Program } from '#lib/processes/stack.ts'
import type { StartedProcess, Variables } from '#lib/processes/start-process.ts'
import { joinEmbeddedPostgres, migrate } from '#lib/runtime/database.ts'
import { vaultOf } from '#lib/runtime/deps.ts'
import { keepStatements } from './profile.ts'

export const dataDir = join(process.cwd(), '.data', 'bench')
const template = 'bench_template'
/** Payouts that one worker has in hand at once: the default. */
export const workerInFlight = 64
/** What the bench itself asks the database is counted apart from what the portal asks. */
const ownRole = 'bench'
/** Away from the demo and the browser tests, and from another clone's bench. */
const firstPort = 24_100 + 20 * (process.pid % 300)

export function needBuild(): void {
  if (!hasBuild()) throw new Error('There is no production build to measure. Run "npm run build" first.')
}

export type BenchServer = Awaited<ReturnType<typeof openServer>>
export type Bench = Awaited<ReturnType<BenchServer['open']>>

export type OpenOptions = {
  /** Variables of every process. */
  more?: Variables
  /** Counts statements, which costs a little. */
  countStatements?: boolean
  /** Where the time goes, by statement and by function, is written into this folder. */
  profileInto?: string | undefined
}

/** PostgreSQL with a migrated template, and how to open a stack on a copy of it. */
export async function openServer() {
  let server = await joinCounting()
  let isStopped = false
  const run = (sql: string) => runOn(server.url, 'postgres', sql)
  for (const { name } of await run(`SELECT datname AS name FROM pg_database WHERE datname LIKE 'bench\\_%'`))
    await run(`DROP DATABASE ${String(name)} WITH (FORCE)`)
  await run(`CREATE DATABASE ${template}`)
  if ((await run(`SELECT FROM pg_roles WHERE rolname = '${ownRole}'`)).length === 0)
    await run(`CREATE ROLE ${ownRole} SUPERUSER`)
  await migrate(withDatabase(server.url, template))
  return {
    version: String((await run('SHOW server_version'))[0]?.['server_version']),
    open: (options: OpenOptions = {}) => openBench(server.url, options),
    /** Ends every process of PostgreSQL at once, as a power cut would, and starts it again. */
    async crash() {
      const [row] = await run('SHOW data_directory')
      const pidFile = join(String(row?.['data_directory']), 'postmaster.pid')
      const postmaster = Number((await readFile(pidFile, 'utf8')).split('\n')[0])
      for (const pid of [postmaster, ...(await childrenOf(postmaster))]) process.kill(pid, 'SIGKILL')
      // It comes back on its old port.
      server = await joinEmbeddedPostgres({ dataDir })
    },
    /** Once is enough. */
    async stop() {
      if (isStopped) return
      isStopped = true
      await run(`DROP DATABASE ${template} WITH (FORCE)`)
      await server.leave()
    },
  }
}

/** A server that can count statements. Its own setting, so that it has to start twice the first time. */
async function joinCounting() {
  const server = await joinEmbeddedPostgres({ dataDir })
  const [loaded] = await runOn(server.url, 'postgres', 'SHOW shared_preload_libraries')
  if (String(loaded?.['shared_preload_libraries']).includes('pg_stat_statements')) return server
  await runOn(server.url, 'postgres', `ALTER SYSTEM SET shared_preload_libraries = 'pg_stat_statements'`)
  await server.leave()
  const again = await joinEmbeddedPostgres({ dataDir })
  await runOn(again.url, 'postgres', `ALTER SYSTEM SET pg_stat_statements.track = 'none'`)
  await runOn(again.url, 'postgres', 'SELECT pg_reload_conf()')
  return again
}

async function childrenOf(parent: number): Promise<number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name))
  const stats = await Promise.all(pids.map((pid) => readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '')))
  return pids.flatMap((pid, index) =>
    Number(stats[index]?.split(') ').at(-1)?.split(' ')[1]) === parent ? [Number(pid)] : [],
  )
}

async function openBench(
  serverUrl: string,
  { more = {}, countStatements = false, profileInto }: OpenOptions,
) {
  const stack = new Stack({ logFolder: join(dataDir, 'logs'), readyWithinMs: 30_000 })
  const name = `bench_${randomBytes(4).toString('hex')}`
  await runOn(serverUrl, 'postgres', `CREATE DATABASE ${name} TEMPLATE ${template}`)
  const marker = join(dataDir, `${name}.marker.json`)
  stack.atStop(async () => {
    await rm(marker, { force: true })
    await runOn(serverUrl, 'postgres', `DROP DATABASE ${name} WITH (FORCE)`)
  })
  const track = profileInto === undefined ? 'top' : 'all'
  const isCounting = countStatements || profileInto !== undefined
  if (isCounting) {
    await runOn(serverUrl, 'postgres', `ALTER DATABASE ${name} SET pg_stat_statements.track = '${track}'`)
    if (profileInto !== undefined)
      await runOn(serverUrl, 'postgres', `ALTER DATABASE ${name} SET pg_stat_statements.track_planning = on`)
  }
  const databaseUrl = withDatabase(serverUrl, name)
  const ownUrl = `${databaseUrl}?options=${encodeURIComponent(`-c role=${ownRole}`)}`
  const db = new pg.Pool({ connectionString: ownUrl, max: 2 })
  db.on('error', () => undefined)
  stack.atStop(() => db.end())
  if (isCounting) await db.query('CREATE EXTENSION pg_stat_statements')
  const baselinePort = await freePort(firstPort)
  const environment = await chooseEnvironment({
    firstPort,
    secretsFile: join(dataDir, 'secrets.json'),
    more: {
      DATABASE_URL: databaseUrl,
      // The bank takes no time and forgets, so that what is measured is ours.
      SIMULATOR_STEP_MS: '1',
      SIMULATOR_LEDGER_FILE: '',
      CARDZO_POLL_INTERVAL_MS: '200',
      // What is measured is how fast we are, not how fast we may be.
      CARDZO_MAX_REQUESTS_PER_S: '10000',
      WORKER_IN_FLIGHT: String(workerInFlight),
      MARKER_FILE: marker,
      ...more,
    },
  })
  const appUrl = `http://127.0.0.1:${environment['PORT'] ?? ''}`
  const simulatorUrl = simulatorUrlOf(environment)
  const baselineUrl = `http://127.0.0.1:${baselinePort}`
  const programs = { web: 'lib/web/main.ts', worker: 'lib/worker/main.ts' } as const
  const start = (program: Program, as: string = program) => {
    const env = environmentOf(program, environment)
    if (profileInto === undefined || program === 'simulator') return stack.start(program, env, { name: as })
    const profile = ['--cpu-prof', `--cpu-prof-dir=${profileInto}`, `--cpu-prof-name=${as}.cpuprofile`]
    return stack.startNode(as, [...profile, programs[program]], env)
  }
  const startUntil = async (started: StartedProcess, address: string) => {
    await stack.untilAnswers(started, address)
    return started
  }
  /** A script of this folder that shares the database, with the rest of the environment only where it signs requests. */
  const startScript = (file: string, env: Variables = {}, keepOutput = false) =>
    stack.startNode(
      file,
      [`bench/${file}.ts`],
      { PATH: environment['PATH'], DATABASE_URL: ownUrl, ...env },
      { keepOutput },
    )
  return {
    db,
    databaseUrl,
    environment,
    appUrl,
    simulatorUrl,
    baselineUrl,
    merchantControl: environment['CARDZO_MERCHANT_CONTROL'] ?? '',
    vault: vaultOf({ authSecret: environment['AUTH_SECRET'] ?? '', dataKeys: [] }),
    startWeb: () => startUntil(start('web'), `${appUrl}/api/health/live`),
    startSimulator: () => startUntil(start('simulator'), `${simulatorUrl}/`),
    /** Workers that have said that they are at work. */
    async startWorkers(count: number) {
      const workers = Array.from({ length: count }, (_, n) =>
        start('worker', `worker-${randomBytes(2).toString('hex')}-${n}`),
      )
      await Promise.all(workers.map(untilAtWork))
      return {
        pids: workers.map(({ pid }) => pid),
        /** Frozen: they take nothing until they go on. */
        freeze: () => workers.forEach(({ pid }) => process.kill(-pid, 'SIGSTOP')),
        goOn: () => workers.forEach(({ pid }) => process.kill(-pid, 'SIGCONT')),
        async stop() {
          await Promise.all(workers.map((worker) => worker.stop()))
        },
      }
    },
    startBaseline: () =>
      startUntil(
        startScript('baseline-server', { BASELINE_PORT: String(baselinePort) }),
        `${baselineUrl}/status?hash=none`,
      ),
    startScript,
    finish: (started: StartedProcess) => stack.finish(started),
    /** A key of the API; payouts it asks for are approved by the policy. */
    async apiKey() {
      await admin(environment, ['policy:set', '--currency', 'EUR', '--auto-approve-below', '1000'])
      return String((await admin(environment, ['api-key:create', '--name', 'bench']))['key'])
    },
    async stop() {
      if (profileInto !== undefined) await keepStatements(db, profileInto)
      await stack.stop()
    },
  }
}

async function untilAtWork({ logFile, ended }: StartedProcess): Promise<void> {
  let end: unknown
  void ended.then((how) => (end = how))
  const deadline = Date.now() + 30_000
  while (!(await readFile(logFile ?? '', 'utf8').catch(() => '')).includes('worker started')) {
    if (end !== undefined || Date.now() > deadline)
      throw new Error(`A worker did not start; see ${logFile ?? ''}`)
    await sleep(20)
  }
}

function withDatabase(url: string, name: string): string {
  const changed = new URL(url)
  changed.pathname = `/${name}`
  return changed.href
}

async function runOn(url: string, database: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: withDatabase(url, database) })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows
  } finally {
    await client.end()
  }
}
