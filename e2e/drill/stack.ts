// The portal of the drill: the simulator, which is Cardzo and outlives the disaster, a web server and workers, which don't.
import { environmentOf } from '#lib/cli/demo-settings.ts'
import { appUrlOf, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { closeDeps, getDeps } from '#lib/runtime/deps.ts'
import { Stack } from '#lib/processes/stack.ts'
import type { StartedProcess, Variables } from '#lib/processes/start-process.ts'

const workers = 2

export type Portal = {
  /** Resolves when it is ready to work. */
  start: (databaseUrl: string) => Promise<void>
  /** Kills web server and workers at once, as when a machine is gone. */
  kill: () => Promise<void>
  stop: () => Promise<void>
}

export async function startPortal(environment: Variables, folder: string): Promise<Portal> {
  const stack = new Stack({ logFolder: folder })
  const simulator = stack.start('simulator', environmentOf('simulator', environment))
  await stack.untilAnswers(simulator, `${simulatorUrlOf(environment)}/`)
  let running: StartedProcess[] = []
  return {
    async start(databaseUrl) {
      const now = { ...environment, DATABASE_URL: databaseUrl }
      const web = stack.start('web', environmentOf('web', now))
      const others = Array.from({ length: workers }, (_, n) =>
        stack.start('worker', environmentOf('worker', now), { name: `worker-${n}` }),
      )
      running = [web, ...others]
      await stack.untilAnswers(web, `${appUrlOf(environment)}/api/health/ready`)
    },
    async kill() {
      for (const { pid } of running) process.kill(pid, 'SIGKILL')
      await Promise.all(running.map(({ ended }) => ended))
      running = []
    },
    stop: () => stack.stop(),
  }
}

/** The portal's verbs in this process, for the people who decide. */
export async function ownDeps(environment: Variables, databaseUrl: string) {
  await closeDeps()
  Object.assign(process.env, environment, { DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' })
  const deps = await getDeps()
  // Codes come every half minute and count once: with real ones two people could not decide on forty payouts in as many seconds.
  return { ...deps, secondFactor: { ...deps.secondFactor, verify: () => Promise.resolve('ok' as const) } }
}
