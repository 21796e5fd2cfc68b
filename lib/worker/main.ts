/** npm run worker: the one process that speaks to Cardzo. Any number may run; only one works on a payout at a time. */
import { randomUUID } from 'node:crypto'
import { closeDeps, getRuntime, listen, provideDatabase, provideEnv } from '#lib/runtime/deps.ts'
import { checkDatabase, openDatabase } from '#lib/runtime/database.ts'
import { demoTrouble } from '#lib/runtime/demo-guard.ts'
import { readProcessEnv } from '#lib/runtime/env.ts'
import { reportUncaught, takeOverConsole } from '#lib/runtime/error-hook.ts'
import { scrubText } from '#lib/runtime/log.ts'
import { startMailDelivery } from '#lib/runtime/mail-delivery.ts'
import { applyDueAccess } from '#lib/services/people/apply-due-access.ts'
import { checkApprovable } from '#lib/services/approval/check-approvable.ts'
import { remindOfKeys } from '#lib/services/key/remind-of-keys.ts'
import { sealAtStart } from '#lib/services/seal/reseal.ts'
import { leaseMsFor } from '#lib/services/order/step.ts'
import { watchMoneyEquation } from '#lib/services/balance/watch-money-equation.ts'
import { workPayout } from '#lib/services/order/work-payout.ts'
import { startDailyWork } from './daily.ts'
import { startLoop } from './loop.ts'
import { startPeriodicWork } from './periodic.ts'
import { createSendingWatch, firstLook } from './sending-watch.ts'

/** The safety net under LISTEN/NOTIFY. */
const idleMs = 1000
/** Readiness asks for a sign of life within 60 s. */
const heartbeatMs = 10_000
/** If nobody can approve a payout, people read of it within a minute. */
const approvableEveryMs = 60_000
/** Until it is sealed, only an audit row's own hash shows that it was altered. Each look costs two small queries. */
const sealAuditEveryMs = 30_000
/** How soon after its time a change of rights that nobody could confirm takes effect. */
const accessEveryMs = 10_000
/** A month's notice need not be exact to the minute. */
const keysEveryMs = 3_600_000
/** The money equation is due about once a minute, and one worker computes it at most this much later. */
const moneyLookEveryMs = 5_000

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
    maxInFlight: env.workerInFlight,
    idleMs,
    signal: stopping.signal,
  })
  const daily = startDailyWork(deps, workerId, stopping.signal)
  const periodic = startPeriodicWork(log, stopping.signal, [
    { name: 'who may approve', everyMs: approvableEveryMs, run: () => checkApprovable(deps) },
    { name: 'sealing the audit trail', everyMs: sealAuditEveryMs, run: () => deps.auditTrail.seal() },
    { name: 'rights whose time has come', everyMs: accessEveryMs, run: () => applyDueAccess(deps) },
    { name: 'keys that expire', everyMs: keysEveryMs, run: () => remindOfKeys(deps) },
    { name: 'the money equation', everyMs: moneyLookEveryMs, run: watchMoneyEquation(deps) },
  ])
  const listener = listen(env.databaseDirectUrl ?? database.url, 'payout_due', loop.wake)
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
