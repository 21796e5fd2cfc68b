/** npm run worker: the one process that speaks to Cardzo. Any number may run; only one works on a payout at a time. */
import { randomUUID } from 'node:crypto'
import { closeDeps, getRuntime, provideDatabase, provideEnv } from '#lib/runtime/deps.ts'
import { checkDatabase, checkSchema, openDatabase } from '#lib/runtime/database.ts'
import { demoTrouble } from '#lib/runtime/demo-guard.ts'
import { readProcessEnv } from '#lib/runtime/env.ts'
import { reportUncaught, takeOverConsole } from '#lib/runtime/error-hook.ts'
import { scrubText } from '#lib/runtime/log.ts'
import { dueChannel } from '#lib/runtime/wake-workers.ts'
import { processState } from '#lib/runtime/process-state.ts'
import { processMetrics } from '#lib/runtime/watch/metrics.ts'
import { startTracesOf } from '#lib/runtime/watch/start-traces.ts'
import { startMailDelivery } from '#lib/runtime/mail-delivery.ts'
import { openForFile } from '#lib/runtime/standby/standby.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import type { WorkKind } from '#lib/services/ports.ts'
import { dailyWork } from './daily.ts'
import { startLoop } from './loop.ts'
import { listenForMetrics } from './metrics-listener.ts'
import { periodicWork } from './periodic-work.ts'
import { startPeriodicWork } from './periodic.ts'
import { createSendingWatch, firstLook } from './sending-watch.ts'
import { watchedWork } from './watched-work.ts'

/** No more in hand than leave within two seconds under the ceiling: a payout-pay that waits for ten is given up, and would be again. */
const inHandPerCeiling = 2
/** How often a worker asks, in one statement, whether anything is due: the safety net under LISTEN/NOTIFY and under its own knowledge. */
const lookEveryMs = 2000
/** However often it is woken. */
const lookRestMs = 500
/** The safety net under that. */
const idleMs = 30_000
/** Readiness asks for a sign of life within 60 s. */
const heartbeatMs = 20_000

async function main(): Promise<void> {
  const env = readProcessEnv('worker')
  provideEnv(env)
  const database = await openDatabase(env.databaseUrl)
  await checkDatabase(database.url)
  provideDatabase(database.url)
  await startTracesOf(env, 'worker')
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

  // Before anything that may wait for the database: a worker that waits is seen, too.
  const listener = env.metricsListener && (await listenForMetrics(env.metricsListener, env.metricsToken, log))

  let refusal: string | undefined
  const mayStart = async () => {
    const schema = await checkSchema(database.url)
    if (schema === 'away') throw new Error('The database does not answer')
    if (schema.note !== null) log.info({}, schema.note)
    refusal = schema.problem ?? (await demoTrouble(runtime))
  }
  await firstLook(
    mayStart,
    log,
    stopping.signal,
    'the worker waits: migrations and accounts could not be looked at',
  )
  if (refusal !== undefined) {
    await listener?.close()
    await closeDeps()
    await database.leave()
    throw new Error(refusal)
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
  await firstLook(
    runtime.adoptEndpoint,
    log,
    stopping.signal,
    'the worker waits: its endpoint could not be written down',
  )
  const seal = () => sealAtStart(deps, stopping.signal)
  await firstLook(seal, log, stopping.signal, 'the worker waits: account numbers could not be sealed')
  const mail = await startMailDelivery()
  const periodic = startPeriodicWork(log, stopping.signal, [
    ...periodicWork(deps, workerId, stopping.signal, await openForFile()),
    ...dailyWork(deps, workerId, stopping.signal),
  ])
  const maxInFlight = Math.min(env.workerInFlight, inHandPerCeiling * env.cardzo.maxRequestsPerS)
  const loop = startLoop({
    claim: (limit) => deps.payouts.claimDue(workerId, limit, leaseMs),
    work: async (leased) => {
      const dueInMs = await watchedWork(leased, () => workPayout(deps, leased))
      periodic.wake(['events'])
      return dueInMs
    },
    renew: (leases) => deps.payouts.renewAll(leases, leaseMs),
    renewEveryMs: leaseMs / 3,
    onError: (error) => log.error({ err: error }, 'due payouts could not be claimed'),
    maxInFlight,
    idleMs,
    signal: stopping.signal,
  })
  processMetrics().sources.inHand = () => ({ now: loop.inHand(), most: maxInFlight })
  const wake = (due: ReadonlySet<WorkKind>) => {
    periodic.wake(due)
    if (due.has('payouts')) loop.wake()
    if (due.has('mails')) mail.wake()
  }
  const look = async () => wake(await deps.monitoring.workDue())
  const looking = startPeriodicWork(log, stopping.signal, [
    { name: 'is anything due?', everyMs: lookEveryMs, restMs: lookRestMs, on: 'anything', run: look },
  ])
  // Most often a payout is due; what else it may be, the look finds.
  runtime.listener.on(dueChannel, () => {
    wake(new Set(['payouts', 'events']))
    looking.wake(['anything'])
  })
  log.info({ workerId }, 'worker started')

  await loop.done
  await looking.done
  await periodic.done
  log.info({ workerId }, 'worker stopping')
  clearInterval(heart)
  await mail.stop()
  await deps.heartbeats.goodbye(workerId).catch((error: unknown) => log.warn({ err: error }, 'no goodbye'))
  await closeDeps()
  await processState.traces?.close()
  await listener?.close()
  await database.leave()
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    process.stderr.write(`${scrubText(error instanceof Error ? error.message : String(error))}\n`)
    process.exit(1)
  },
)
