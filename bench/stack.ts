// The real processes on a database of their own: embedded PostgreSQL as `npm run demo` runs it, with fsync.
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { demoEnvironment } from '#lib/cli/demo-settings.ts'
import { freePort } from '#lib/processes/ports.ts'
import { lastLines, startProcess } from '#lib/processes/process.ts'
import type { StartedProcess } from '#lib/processes/process.ts'
import { joinEmbeddedPostgres, migrate, resetDatabase } from '#lib/runtime/database.ts'

const dataDir = join(process.cwd(), '.data', 'bench')
/** Away from the demo and the browser tests. */
const firstPort = 24_100
const readyTimeoutMs = 30_000

export type Stack = Awaited<ReturnType<typeof startStack>>

export function needBuild(): void {
  if (!existsSync('.next/BUILD_ID'))
    throw new Error('There is no production build to measure. Run "npm run build" first.')
}

/** An empty, migrated database, and how to start the processes that use it. */
export async function startStack() {
  const { url: databaseUrl, leave } = await joinEmbeddedPostgres({ dataDir })
  const started: StartedProcess[] = []
  const stopAll = async () => {
    for (const one of started.splice(0).reverse()) await one.stop()
    await leave()
  }
  try {
    await resetDatabase(databaseUrl)
    await migrate(databaseUrl)
  } catch (error) {
    await stopAll()
    throw error
  }
  const port = await freePort(firstPort)
  const simulatorPort = await freePort(firstPort, [port])
  const baselinePort = await freePort(firstPort, [port, simulatorPort])
  const { PATH, HOME } = process.env
  const secretsFile = join(dataDir, 'secrets.json')
  const env: Record<string, string | undefined> = {
    ...demoEnvironment({ PATH, HOME }, { port, simulatorPort, secretsFile, isDev: false }),
    DATABASE_URL: databaseUrl,
    BASELINE_PORT: String(baselinePort),
    // The bank takes no time, so that what is measured is ours.
    SIMULATOR_STEP_MS: '1',
    CARDZO_POLL_INTERVAL_MS: '200',
  }

  const start = (name: string, script: string): StartedProcess => {
    const logFile = join(dataDir, 'logs', `${name}.log`)
    const process_ = startProcess({ name, args: [script], env, logFile })
    started.push(process_)
    return process_
  }
  return {
    databaseUrl,
    appUrl: `http://127.0.0.1:${port}`,
    baselineUrl: `http://127.0.0.1:${baselinePort}`,
    merchantControl: env['CARDZO_MERCHANT_CONTROL'] ?? '',
    start,
    /** Waits for a 200; throws with the end of the log when the process ends before it. */
    async startUntil(name: string, script: string, address: string): Promise<StartedProcess> {
      const process_ = start(name, script)
      await untilAnswers(process_, address)
      return process_
    },
    simulatorUrl: `http://127.0.0.1:${simulatorPort}`,
    admin: (...args: string[]) => admin(env, args),
    stopAll,
  }
}

async function untilAnswers(started: StartedProcess, address: string): Promise<void> {
  const deadline = Date.now() + readyTimeoutMs
  while (Date.now() < deadline) {
    const how = await Promise.race([started.ended, sleep(100)])
    if (how !== undefined) throw new Error(`${started.name} ended: ${lastLines(started.logFile ?? '')}`)
    const answer = await fetch(address).catch(() => undefined)
    await answer?.arrayBuffer()
    if (answer?.status === 200 || answer?.status === 404) return
  }
  throw new Error(`${started.name} is not ready: ${lastLines(started.logFile ?? '')}`)
}

/** The operator's command line; its JSON answer. */
function admin(env: Record<string, string | undefined>, args: string[]): unknown {
  const ended = spawnSync(process.execPath, ['lib/cli/admin.ts', ...args], {
    env: env as NodeJS.ProcessEnv,
    encoding: 'utf8',
  })
  if (ended.status !== 0) throw new Error(`admin ${args[0] ?? ''}: ${ended.stderr}`)
  return JSON.parse(ended.stdout)
}
