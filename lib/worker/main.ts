/** npm run worker: the one process that speaks to Cardzo. Any number may run; only one works on a payout at a time. */
import { randomUUID } from 'node:crypto'
import { closeDeps, getRuntime, listen, provideDatabase, provideEnv } from '#lib/runtime/deps.ts'
import { checkDatabase, openDatabase } from '#lib/runtime/database.ts'
import { demoTrouble } from '#lib/runtime/demo-guard.ts'
import { readProcessEnv } from '#lib/runtime/env.ts'
import { reportUncaught, takeOverConsole } from '#lib/runtime/error-hook.ts'
import { scrubText } from '#lib/runtime/log.ts'
import { dueChannel } from '#lib/runtime/wake-workers.ts'
import { startMailDelivery } from '#lib/runtime/mail-delivery.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { startDailyWork } from './daily.ts'
import { startLoop } from './loop.ts'
import { periodicWork } from './periodic-work.ts'
import { startPeriodicWork } from './periodic.ts'
import { createSendingWatch, firstLook } from './sending-watch.ts'

/** No more in hand than leave within two seconds under the ceiling: a payout-pay that waits for ten is given up, and would be again. */
const inHandPerCeiling = 2
/** The safety net under LISTEN/NOTIFY. */
const idleMs = 1000
/** Readiness asks for a sign of life within 60 s. */
const heartbeatMs = 10_000

async function main(): Promise<void> {
  const env = readProcessEnv('worker')
  provideEnv(env)
  const database = await openDatabase(env.databaseUrl)
  await checkDatabase(database.url)
  provideDatabase(database.url)
  const runtime = await getRuntime()
  const { deps } = runtime
  const workerId = `worker-${randomUUID().slice(0, 8)}`
  const leaseMs = leaseMsFor(deps.config.timeoutMs, deps.config.leaseMarginMs)
  const log = deps.log
  takeOverConsole(log)
  reportUncaught(log, { stay: false })
  const stopping = new AbortController()
  process.once('SIGTERM', () => stopping.abort())
  process.once('SIGINT', () => stopping.abort())

  let demo: string | undefined
  const lookForDemo = async () => {
    demo = await demoTrouble(runtime)
  }
  await firstLook(lookForDemo, log, stopping.signal, 'the worker waits: accounts could not be looked at')
  if (demo !== undefined) {
    await closeDeps()
    await database.leave()
    throw new Error(demo)
  }

  const beat = () => {
    deps.heartbeats.beat(workerId).catch((error: unknown) => log.warn({ err: error }, 'no heartbeat'))
  }
  beat()
  const watch = createSendingWatch(deps, workerId)
  await firstLook(watch, log, stopping.signal)
  const heart = setInterval(() => {
    beat()
    watch().catch((error: unknown) => log.error({ err: error }, 'database and marker could not be compared'))
  }, heartbeatMs)
  const seal = () => sealAtStart(deps, stopping.signal)
  await firstLook(seal, log, stopping.signal, 'the worker waits: account numbers could not be sealed')
  const mail = await startMailDelivery()
  const loop = startLoop({
    claim: (limit) => deps.payouts.claimDue(workerId, limit, leaseMs),
    work: (leased) => workPayout(deps, leased),
    renew: (leases) => deps.payouts.renewAll(leases, leaseMs),
    renewEveryMs: leaseMs / 3,
    onError: (error) => log.error({ err: error }, 'due payouts could not be claimed'),
    maxInFlight: Math.min(env.workerInFlight, inHandPerCeiling * env.cardzo.maxRequestsPerS),
    idleMs,
    signal: stopping.signal,
  })
  const daily = startDailyWork(deps, workerId, stopping.signal)
  const periodic = startPeriodicWork(log, stopping.signal, periodicWork(deps, stopping.signal))
  const listener = listen(env.databaseDirectUrl ?? database.url, dueChannel, loop.wake)
  log.info({ workerId }, 'worker started')

  await loop.done
  await daily.done
  await periodic.done
  log.info({ workerId }, 'worker stopping')
  clearInterval(heart)
  await listener.stop()
  await mail.stop()
  await deps.heartbeats.goodbye(workerId).catch((error: unknown) => log.warn({ err: error }, 'no goodbye'))
  await closeDeps()
  await database.leave()
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${scrubText(error instanceof Error ? error.message : String(error))}\n`)
    process.exit(1)
  },
)
