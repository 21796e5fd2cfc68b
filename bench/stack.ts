// The real processes on a database of their own: embedded PostgreSQL as `npm run demo` runs it, with fsync.
import { join } from 'node:path'
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { admin, chooseEnvironment, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { hasBuild } from '#lib/processes/build.ts'
import { freePort } from '#lib/processes/free-port.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { Program } from '#lib/processes/stack.ts'
import type { StartedProcess } from '#lib/processes/start-process.ts'
import { joinEmbeddedPostgres, migrate, resetDatabase } from '#lib/runtime/database.ts'

const dataDir = join(process.cwd(), '.data', 'bench')
/** Away from the demo and the browser tests. */
const firstPort = 24_100

export type Bench = Awaited<ReturnType<typeof openBench>>

export function needBuild(): void {
  if (!hasBuild()) throw new Error('There is no production build to measure. Run "npm run build" first.')
}

/** An empty, migrated database, and how to start the processes that use it. */
export async function openBench() {
  const stack = new Stack({ logFolder: join(dataDir, 'logs'), readyWithinMs: 30_000 })
  const { url: databaseUrl, leave } = await joinEmbeddedPostgres({ dataDir })
  stack.atStop(leave)
  try {
    await resetDatabase(databaseUrl)
    await migrate(databaseUrl)
  } catch (error) {
    await stack.stop()
    throw error
  }
  const baselinePort = await freePort(firstPort)
  const environment = await chooseEnvironment({
    firstPort,
    secretsFile: join(dataDir, 'secrets.json'),
    more: {
      DATABASE_URL: databaseUrl,
      // The bank takes no time, so that what is measured is ours.
      SIMULATOR_STEP_MS: '1',
      CARDZO_POLL_INTERVAL_MS: '200',
    },
  })
  const appUrl = `http://127.0.0.1:${environment['PORT'] ?? ''}`
  const simulatorUrl = simulatorUrlOf(environment)
  const baselineUrl = `http://127.0.0.1:${baselinePort}`
  const start = (program: Program, name: string = program) =>
    stack.start(program, environmentOf(program, environment), { name })
  const startUntil = async (started: StartedProcess, address: string) => {
    await stack.untilAnswers(started, address)
    return started
  }
  return {
    databaseUrl,
    appUrl,
    baselineUrl,
    merchantControl: environment['CARDZO_MERCHANT_CONTROL'] ?? '',
    startWeb: () => startUntil(start('web'), `${appUrl}/api/health/live`),
    startSimulator: () => startUntil(start('simulator'), `${simulatorUrl}/`),
    startWorker: (name: string) => start('worker', name),
    startBaseline() {
      const env = {
        PATH: environment['PATH'],
        DATABASE_URL: databaseUrl,
        BASELINE_PORT: String(baselinePort),
      }
      const baseline = stack.startNode('baseline', ['bench/baseline-server.ts'], env)
      return startUntil(baseline, `${baselineUrl}/status?hash=none`)
    },
    admin: (...args: string[]) => admin(environment, args),
    stop: () => stack.stop(),
  }
}
