// npm run demo, and with --dev npm run dev: the whole product on this machine. Starts database, simulator, worker and web
// server, loads the demo data, says where everything is, and stops it all in the opposite order.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { ensureBuild } from '#lib/processes/build.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Variables } from '#lib/processes/start-process.ts'
import { untilStopped } from '#lib/processes/stop-signal.ts'
import { joinEmbeddedPostgres, migrate, openDatabase, resetDatabase } from '#lib/runtime/database.ts'
import { readDatabaseUrl } from '#lib/runtime/env.ts'
import { demoEnvironment, environmentOf, hasOwnGateway } from './demo-settings.ts'
import { loadDemo } from './load-demo.ts'
import type { Login } from './load-demo.ts'
import { simulatorUrlOf } from './own-stack.ts'

/** Everything the demo keeps: the database, its secrets, logs. */
const dataDir = join(process.cwd(), '.data')
const pidFile = join(dataDir, 'demo.pid')
const logFolder = join(dataDir, 'logs')

const { values: flags } = parseArgs({
  options: { reset: { type: 'boolean', default: false }, dev: { type: 'boolean', default: false } },
})

/** A cold development server compiles the first page it is asked for: that takes its time. */
const stack = new Stack({ logFolder, readyWithinMs: 120_000, showErrors: true })

async function main(): Promise<number> {
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
  console.log('Everything has stopped.')
  return exitCode
}

async function start(): Promise<void> {
  holdPidFile()
  const ports = await choosePorts()
  if (!flags.dev) await ensureBuild(build)

  const url = readDatabaseUrl()
  if (flags.reset && url !== undefined)
    throw new Error('--reset only empties the embedded database, and DATABASE_URL names another.')
  if (flags.reset) await reset()
  const database = await openDatabase(url)
  stack.atStop(database.leave)
  await migrate(database.url)

  const secretsFile = join(dataDir, 'demo.json')
  const env = demoEnvironment(process.env, { ...ports, secretsFile, isDev: flags.dev })
  const isSimulated = !hasOwnGateway(process.env)
  if (isSimulated) {
    const simulator = stack.start('simulator', environmentOf('simulator', env))
    await stack.untilAnswers(simulator, `${simulatorUrlOf(env)}/`)
  }
  const logins = await loadDemo(stack, env)
  stack.start('worker', environmentOf('worker', env), flags.dev ? { freshFrom: 'lib' } : {})
  const web = stack.start('web', environmentOf('web', env), { args: flags.dev ? ['--dev'] : [] })
  await stack.untilAnswers(web, `http://127.0.0.1:${ports.port}/api/health/ready`)
  if (!stack.isStopping) announce(env, logins, isSimulated)
}

/** Two demos on one database would each poll the other's payouts at a simulator that does not know them. */
function holdPidFile(): void {
  const other = Number(readIfThere(pidFile))
  if (other > 0 && readIfThere(`/proc/${other}/cmdline`).includes('demo.ts'))
    throw new Error(`The demo is already running here (process ${other}). Stop it first.`)
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  writeFileSync(pidFile, String(process.pid))
  stack.atStop(() => rm(pidFile, { force: true }))
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function choosePorts(): Promise<{ port: number; simulatorPort: number }> {
  const choose = async (variable: string, fallback: number) => {
    const preferred = Number(process.env[variable]?.trim() ?? '') || fallback
    const port = await freePort(preferred)
    if (port !== preferred)
      console.log(`Port ${preferred} is taken; using ${port} (${variable} chooses another).`)
    return port
  }
  return { port: await choose('PORT', 3000), simulatorPort: await choose('SIMULATOR_PORT', 4000) }
}

async function build(): Promise<boolean> {
  console.log('Building the portal (about half a minute, only when something has changed)…')
  const env = {
    ...environmentOf('build', process.env),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  }
  await stack.finish(stack.startNode('build', ['node_modules/next/dist/bin/next', 'build'], env))
  return true
}

async function reset(): Promise<void> {
  console.log('Starting over: the demo data is dropped.')
  // The simulator's orders go with it: their callbacks would be about payouts that the portal has lost.
  rmSync(join(dataDir, 'simulator'), { recursive: true, force: true })
  const { url, leave } = await joinEmbeddedPostgres({ dataDir })
  try {
    await resetDatabase(url)
  } finally {
    await leave()
  }
}

async function untilOneEnds(): Promise<number> {
  const error = await stack.untilOneEnds()
  if (!stack.isStopping) console.error(`\n${error.message}`)
  return 1
}

function announce(env: Variables, logins: Login[], isSimulated: boolean): void {
  const address = env['APP_URL'] ?? ''
  const width = Math.max(...logins.map(({ email }) => email.length))
  const lines = [
    '',
    `Ready: ${address}`,
    '',
    ...logins.map(({ role, email, password }) => `  ${role.padEnd(9)} ${email.padEnd(width)}  ${password}`),
    '',
    `  Sign in       ${address}/sign-in`,
    ...(isSimulated
      ? [`  The gateway   ${simulatorUrlOf(env)}/ (a simulator: choose what the bank does)`]
      : [`  The gateway   ${env['CARDZO_API_URL'] ?? ''}`]),
    ...(env['SMTP_URL'] || env['SMTP_URL_FILE']
      ? []
      : [`  Its mails     ${address}/demo/mail`, `  Staff's codes ${address}/demo/codes`]),
    `  Logs          ${logFolder}`,
    '',
    'Ctrl-C stops everything; the data stays. Start over with: npm run demo -- --reset',
  ]
  console.log(lines.join('\n'))
}

process.exit(await main())
