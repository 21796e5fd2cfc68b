// npm run cluster: the whole product on three PostgreSQL nodes under Patroni, on this machine and on loopback only. Starts database,
// proxy, pooler, simulator, two web servers and three workers, loads the demo data, says where everything is, and stops it all in the
// opposite order. Its data is thrown away.
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import pg from 'pg'
import { demoEnvironment, environmentOf } from '#lib/cli/demo-settings.ts'
import { loadDemo } from '#lib/cli/load-demo.ts'
import type { Login } from '#lib/cli/load-demo.ts'
import { simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { migrate, setRoleDefaults } from '#lib/db/engine/migrate.ts'
import { buildIfChanged } from '#lib/processes/build.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import { untilStopped } from '#lib/processes/stop-signal.ts'
import { startCluster } from './cluster.ts'
import type { Cluster } from './types.ts'
import { labTimes } from './configuration.ts'
import { howToInstall, missingPackages, rightPatroni } from './packages.ts'

const webServers = 2
const workers = 3
const database = 'portal'

/** What this lab keeps while it runs; the cluster's own folder is elsewhere. */
const dataDir = join(process.cwd(), '.data', `cluster-${process.pid}`)
const stack = new Stack({ logFolder: join(dataDir, 'logs'), readyWithinMs: 120_000, showErrors: true })

async function main(): Promise<number> {
  const missing = missingPackages()
  if (missing.length > 0) {
    console.error(howToInstall(missing))
    return 1
  }
  const stopped = untilStopped()
  let exitCode = 0
  try {
    exitCode = await Promise.race([start().then(untilOneEnds), stopped.then(() => 0)])
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    exitCode = 1
  }
  console.log('\nStopping…')
  await stack.stop()
  rmSync(dataDir, { recursive: true, force: true })
  console.log('Everything has stopped.')
  return exitCode
}

async function start(): Promise<void> {
  const patroni = rightPatroni(join(process.cwd(), '.data', 'patroni'))
  await buildIfChanged()
  const port = await freePort(3000)
  const servers: number[] = []
  while (servers.length < webServers) servers.push(await freePort(3100))
  console.log(`Starting three nodes under Patroni ${patroni.version}…`)
  const cluster = await startCluster({
    patroni,
    times: labTimes,
    asynchronous: false,
    atStop: (stop) => stack.atStop(stop),
    web: { port, servers },
  })
  await createDatabase(cluster)

  const secretsFile = join(dataDir, 'secrets.json')
  const given = {
    PATH: process.env['PATH'],
    HOME: process.env['HOME'],
    DATABASE_URL: cluster.pooledUrl(database),
    DATABASE_DIRECT_URL: cluster.directUrl(database),
    TRUSTED_PROXY_HOPS: '1',
  }
  const simulatorPort = await freePort(4000)
  const env = demoEnvironment(given, { port, simulatorPort, secretsFile, isDev: false })
  const simulator = stack.start('simulator', environmentOf('simulator', env))
  await stack.untilAnswers(simulator, `${simulatorUrlOf(env)}/`)
  const logins = await loadDemo(stack, env)
  for (let n = 1; n <= workers; n++)
    stack.start('worker', environmentOf('worker', env), { name: `worker-${n}` })
  for (const [n, server] of servers.entries()) {
    const own = { ...environmentOf('web', env), PORT: String(server) }
    const web = stack.start('web', own, { name: `web-${n + 1}` })
    await stack.untilAnswers(web, `http://127.0.0.1:${server}/api/health/ready`)
  }
  if (!stack.isStopping) await announce(cluster, env, servers, logins)
}

async function createDatabase(cluster: Cluster): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.directUrl('postgres') })
  client.on('error', () => undefined)
  await client.connect()
  try {
    await client.query(`CREATE DATABASE ${database}`)
  } finally {
    await client.end()
  }
  await migrate(cluster.directUrl(database))
  await setRoleDefaults(cluster.directUrl(database), cluster.pooledUrl(database))
}

async function untilOneEnds(): Promise<number> {
  const error = await stack.untilOneEnds()
  if (!stack.isStopping) console.error(`\n${error.message}`)
  return 1
}

async function announce(cluster: Cluster, env: Variables, servers: number[], logins: Login[]): Promise<void> {
  const states = await cluster.states()
  const roleOf = (name: string) => {
    const state = states.find((one) => one.name === name)
    return state?.isPrimary ? 'primary' : state?.isSynchronous ? 'synchronous standby' : 'standby'
  }
  const width = Math.max(...logins.map(({ email }) => email.length))
  console.log(
    [
      '',
      `Ready: ${env['APP_URL'] ?? ''} (HAProxy, to web servers on ${servers.join(' and ')})`,
      '',
      ...logins.map(({ role, email, password }) => `  ${role.padEnd(9)} ${email.padEnd(width)}  ${password}`),
      '',
      `  The gateway  ${simulatorUrlOf(env)}/ (a simulator)`,
      `  The portal's way to the database  ${cluster.pooledUrl(database)}`,
      `  Without the pooler                ${cluster.directUrl(database)}`,
      ...cluster.nodes.map(
        ({ name, address, restUrl }) =>
          `  ${name.padEnd(6)} ${address}, Patroni ${restUrl} (${roleOf(name)})`,
      ),
      `  Logs         ${join(dataDir, 'logs')} and ${cluster.folder}`,
      '',
      'Ctrl-C stops everything, and the data is gone.',
    ].join('\n'),
  )
}

process.exit(await main())
