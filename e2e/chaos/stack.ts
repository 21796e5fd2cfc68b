// The processes of one run: simulator, web server and workers, all real, with time-outs scaled down. Workers that die are
// started again, as a supervisor would.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { appUrlOf, chooseEnvironment as chooseFor, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { StartedProcess, Variables } from '#lib/processes/start-process.ts'
import { crashMark } from '#lib/runtime/crash-points.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { crashPlan } from './schedule.ts'

/**
 * Away from the ports that people use for the demo and the browser tests, and from those of another lab on this machine: while one
 * restarts its web server, the other must not take its place.
 */
const firstPort = 24_200 + (process.pid % 300) * 20
/** A supervisor's pause before it starts a worker again. */
const restartAfterMs = 100

/** Everything is some fifty times quicker than in production; the proportions are kept. */
export const scaled = { timeoutMs: 500, pollMs: 100, stepMs: 30, retryMs: 200, leaseMarginMs: 2000 }
export const times = {
  timeoutMs: scaled.timeoutMs,
  leaseMs: leaseMsFor(scaled.timeoutMs, scaled.leaseMarginMs),
}

export const markerFolderIn = (folder: string) => join(folder, 'markers')

export type { Variables }

export type LabStack = {
  appUrl: string
  simulatorUrl: string
  environment: Variables
  workers: Worker[]
  web: { restart: (how: 'SIGKILL' | 'SIGTERM') => Promise<void> }
  /** From here on nothing kills itself: the workers are ended once more and started without crash points. */
  calm: () => Promise<void>
  /** Crash points that were hit, from the workers' own last words. */
  crashes: () => string[]
  /** Workers that ended without having been killed. */
  surprises: string[]
  stop: () => Promise<void>
}

export type Worker = {
  kill: () => boolean
  /** Stops it for a while, as a machine that is short of everything does; false when there is nobody to stop. */
  freeze: (ms: number) => boolean
}

export async function chooseEnvironment(options: {
  folder: string
  secretsFile: string
  databaseUrl: string
  databaseVariables: Variables
  mailUrl: string
}): Promise<Variables> {
  const { folder, secretsFile, databaseUrl, databaseVariables, mailUrl } = options
  const environment = await chooseFor({
    firstPort,
    secretsFile,
    more: {
      DATABASE_URL: databaseUrl,
      ...databaseVariables,
      SMTP_URL: mailUrl,
      MAIL_FROM: 'Payouts <payouts@lab.example>',
      MARKER_FILE: join(markerFolderIn(folder), 'marker.json'),
      SIMULATOR_LEDGER_FILE: join(folder, 'ledger.json'),
      SIMULATOR_STEP_MS: String(scaled.stepMs),
      SIMULATOR_RETRY_MS: String(scaled.retryMs),
      CARDZO_TIMEOUT_MS: String(scaled.timeoutMs),
      CARDZO_POLL_INTERVAL_MS: String(scaled.pollMs),
      LEASE_MARGIN_MS: String(scaled.leaseMarginMs),
    },
  })
  return { ...environment, APP_URL: `http://127.0.0.1:${environment['PORT'] ?? ''}` }
}

export async function startStack(
  environment: Variables,
  options: { folder: string; workers: number; seed: number },
): Promise<LabStack> {
  const { folder, seed } = options
  const appUrl = appUrlOf(environment)
  const simulatorUrl = simulatorUrlOf(environment)
  const stack = new Stack({ logFolder: folder })
  const startWorker = (n: number, more: Variables = {}) =>
    stack.start('worker', { ...environmentOf('worker', environment), ...more }, { name: `worker-${n}` })
  const startWeb = () => stack.start('web', environmentOf('web', environment))

  const simulator = stack.start('simulator', environmentOf('simulator', environment))
  let web = startWeb()
  const surprises: string[] = []
  const workers = Array.from({ length: options.workers }, (_, n) =>
    superviseWorker(
      (life) => startWorker(n, { CRASH_POINTS: crashPlan(seed, n, life) }),
      () => startWorker(n),
      surprises,
    ),
  )
  await stack.untilAnswers(simulator, `${simulatorUrl}/`)
  await stack.untilAnswers(web, `${appUrl}/api/health/ready`)

  return {
    appUrl,
    simulatorUrl,
    environment,
    workers,
    surprises,
    web: {
      async restart(how) {
        if (how === 'SIGKILL') process.kill(web.pid, how)
        else await web.stop()
        await web.ended
        web = startWeb()
        await stack.untilAnswers(web, `${appUrl}/api/health/live`)
      },
    },
    async calm() {
      await Promise.all(workers.map((worker) => worker.calm()))
    },
    crashes: () =>
      Array.from({ length: options.workers }, (_, n) => join(folder, `worker-${n}.log`)).flatMap((file) =>
        readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line.startsWith(`${crashMark} `))
          .map((line) => line.slice(crashMark.length + 1)),
      ),
    async stop() {
      await Promise.all(workers.map((worker) => worker.stop()))
      await stack.stop()
    },
  }
}

type Supervised = Worker & { calm: () => Promise<void>; stop: () => Promise<void> }

/** Keeps one worker running: with crash points in its life number so and so, later without. */
function superviseWorker(
  startMortal: (life: number) => StartedProcess,
  startCalm: () => StartedProcess,
  surprises: string[],
): Supervised {
  let lives = 0
  let mortal = true
  let stopping = false
  let current: StartedProcess | undefined
  let thaw: NodeJS.Timeout | undefined
  const isStopping = () => stopping
  const live = async () => {
    while (!stopping) {
      current = mortal ? startMortal(lives++) : startCalm()
      const how = await current.ended
      current = undefined
      if (how !== 'SIGKILL' && !isStopping()) surprises.push(`a worker ended by itself: ${how}`)
      await sleep(restartAfterMs)
    }
  }
  const living = live()
  const send = (signal: NodeJS.Signals): boolean => {
    if (!current) return false
    try {
      return process.kill(current.pid, signal)
    } catch {
      // It has ended this very moment.
      return false
    }
  }
  const wake = () => {
    clearTimeout(thaw)
    send('SIGCONT')
  }
  return {
    kill: () => send('SIGKILL'),
    freeze(ms) {
      if (!send('SIGSTOP')) return false
      const pid = current?.pid
      clearTimeout(thaw)
      thaw = setTimeout(() => {
        if (current?.pid === pid) send('SIGCONT')
      }, ms)
      return true
    },
    async calm() {
      mortal = false
      wake()
      const ended = current?.ended
      if (send('SIGKILL')) await ended
    },
    async stop() {
      stopping = true
      wake()
      await current?.stop()
      await living
    },
  }
}
