// npm run demo, and with --dev npm run dev: the whole product on this machine. Starts database, simulator, worker and web
// server, loads the demo data, says where everything is, and stops it all in the opposite order.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { z } from 'zod'
import { joinEmbeddedPostgres, migrate, openDatabase, resetDatabase } from '#lib/runtime/database.ts'
import { readDatabaseUrl } from '#lib/runtime/env.ts'
import { isBuilt, rememberBuild, sourceStamp } from '#lib/processes/build.ts'
import { demoEnvironment, environmentOf, hasOwnGateway } from './demo-settings.ts'
import { freePort } from '#lib/processes/ports.ts'
import { lastLines, startProcess } from '#lib/processes/process.ts'
import type { StartedProcess } from '#lib/processes/process.ts'
import { restartOnChange } from '#lib/processes/restart-on-change.ts'
import { untilStopped } from '#lib/processes/stop-signal.ts'
import { watchLog } from '#lib/processes/watch-log.ts'

/** A cold development server compiles the first page it is asked for. */
const readyTimeoutMs = 120_000
/** Everything the demo keeps: the database, its secrets, logs. */
const dataDir = join(process.cwd(), '.data')
const pidFile = join(dataDir, 'demo.pid')

const { values: flags } = parseArgs({
  options: { reset: { type: 'boolean', default: false }, dev: { type: 'boolean', default: false } },
})

type Variables = Record<string, string | undefined>

const Logins = z.object({
  logins: z.array(z.object({ role: z.string(), email: z.string(), password: z.string() })),
})
type Login = z.infer<typeof Logins>['logins'][number]

/** What has been started, and how each is stopped; the latest first. */
const undo: (() => Promise<void>)[] = []
const running: StartedProcess[] = []
let isStopping = false

async function main(): Promise<number> {
  const stopped = untilStopped()
  let exitCode = 0
  try {
    exitCode = await Promise.race([start().then(untilOneEnds), stopped.then(() => 0)])
  } catch (error) {
    console.error(`\n${error instanceof Error ? error.message : String(error)}`)
    exitCode = 1
  }
  isStopping = true
  console.log('\nStopping…')
  for (;;) {
    const next = undo.pop()
    if (!next) break
    await next()
  }
  console.log('Everything has stopped.')
  return exitCode
}

async function start(): Promise<void> {
  holdPidFile()
  const ports = await choosePorts()
  if (!flags.dev) await build()

  const url = readDatabaseUrl()
  if (flags.reset && url !== undefined)
    throw new Error('--reset only empties the embedded database, and DATABASE_URL names another.')
  if (flags.reset) await reset()
  const database = await openDatabase(url)
  undo.push(database.leave)
  await migrate(database.url)

  const env = demoEnvironment(process.env, {
    ...ports,
    secretsFile: join(dataDir, 'demo.json'),
    isDev: flags.dev,
  })
  const gateway = hasOwnGateway(process.env)
    ? undefined
    : launch('simulator', ['lib/simulator/main.ts'], environmentOf('simulator', env))
  if (gateway) await untilAnswers(gateway, `http://127.0.0.1:${ports.simulatorPort}/`)
  const logins = await seed(env)
  launch('worker', ['lib/worker/main.ts'], environmentOf('worker', env), { fresh: flags.dev })
  const web = launch('web', ['lib/web/main.ts', ...(flags.dev ? ['--dev'] : [])], environmentOf('web', env))
  await untilAnswers(web, `http://127.0.0.1:${ports.port}/api/health/ready`)
  if (!isStopping) announce(env, logins, gateway !== undefined)
}

/** Two demos on one database would each poll the other's payouts at a simulator that does not know them. */
function holdPidFile(): void {
  const other = Number(readIfThere(pidFile))
  if (other > 0 && readIfThere(`/proc/${other}/cmdline`).includes('demo.ts'))
    throw new Error(`The demo is already running here (process ${other}). Stop it first.`)
  mkdirSync(dataDir, { recursive: true, mode: 0o711 })
  writeFileSync(pidFile, String(process.pid))
  undo.push(async () => rm(pidFile, { force: true }))
}

function readIfThere(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

async function choosePorts(): Promise<{ port: number; simulatorPort: number }> {
  const choose = async (variable: string, fallback: number, others: number[]) => {
    const preferred = Number(process.env[variable]?.trim() ?? '') || fallback
    const port = await freePort(preferred, others)
    if (port !== preferred)
      console.log(`Port ${preferred} is taken; using ${port} (${variable} chooses another).`)
    return port
  }
  const port = await choose('PORT', 3000, [])
  return { port, simulatorPort: await choose('SIMULATOR_PORT', 4000, [port]) }
}

async function build(): Promise<void> {
  const stamp = await sourceStamp()
  if (await isBuilt(stamp)) return
  console.log('Building the portal (about half a minute, only when something has changed)…')
  const env = {
    ...environmentOf('build', process.env),
    NODE_ENV: 'production',
    NEXT_TELEMETRY_DISABLED: '1',
  }
  await finish(launch('build', ['node_modules/next/dist/bin/next', 'build'], env))
  await rememberBuild(stamp)
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

async function seed(env: Variables): Promise<Login[]> {
  const process_ = launch('seed', ['lib/cli/seed.ts'], environmentOf('command', env), { keepOutput: true })
  await finish(process_)
  return Logins.parse(JSON.parse(process_.output())).logins
}

/** Starts one of the demo's processes and makes sure that it will be stopped; `fresh` restarts it when sources change. */
function launch(
  name: string,
  args: string[],
  env: Variables,
  { keepOutput = false, fresh = false } = {},
): StartedProcess {
  if (isStopping) throw new Error('The demo is stopping.')
  const logFile = join(dataDir, 'logs', `${name}.log`)
  rmSync(logFile, { force: true })
  const start = () => startProcess({ name, args, env, logFile, keepOutput })
  const started = fresh ? restartOnChange('lib', start) : start()
  const unwatch = watchLog(name, logFile)
  running.push(started)
  undo.push(async () => {
    await started.stop()
    unwatch()
  })
  return started
}

/** Waits for a process that does one thing and ends. */
async function finish(started: StartedProcess): Promise<void> {
  const how = await started.ended
  running.splice(running.indexOf(started), 1)
  if (how !== 0) throw failure(started, how)
}

/** Waits until `address` answers with a 2xx status; throws when the process ends or two minutes pass. */
async function untilAnswers(started: StartedProcess, address: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs
  let last = 'no answer'
  while (!isStopping) {
    const how = await Promise.race([started.ended, sleep(200)])
    if (how !== undefined) throw failure(started, how)
    try {
      const answer = await fetch(address, { signal: AbortSignal.timeout(30_000) })
      last = `${answer.status} ${await answer.text()}`
      if (answer.ok) return
    } catch (error) {
      last = error instanceof Error ? error.message : String(error)
    }
    if (Date.now() > deadline)
      throw new Error(`${started.name} is not ready: ${address} says ${last.slice(0, 500)}`)
  }
}

async function untilOneEnds(): Promise<number> {
  const { started, how } = await Promise.race(
    running.map(async (started) => ({ started, how: await started.ended })),
  )
  if (!isStopping) console.error(`\n${failure(started, how).message}`)
  return 1
}

function failure(started: StartedProcess, how: number | NodeJS.Signals): Error {
  const log = started.logFile === undefined ? '' : `:\n${lastLines(started.logFile)}\n(${started.logFile})`
  return new Error(`${started.name} ended unexpectedly (${how})${log}`)
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
      ? [
          `  The gateway   http://127.0.0.1:${env['SIMULATOR_PORT'] ?? ''}/ (a simulator: choose what the bank does)`,
        ]
      : [`  The gateway   ${env['CARDZO_API_URL'] ?? ''}`]),
    ...(env['SMTP_URL'] || env['SMTP_URL_FILE']
      ? []
      : [`  Its mails     ${address}/demo/mail`, `  Staff's codes ${address}/demo/codes`]),
    `  Logs          ${join(dataDir, 'logs')}`,
    '',
    'Ctrl-C stops everything; the data stays. Start over with: npm run demo -- --reset',
  ]
  console.log(lines.join('\n'))
}

process.exit(await main())
