// One seed: start everything, let people and faults loose on it, stop the faults, wait until it is quiet, judge.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeDeps, getDeps } from '#lib/runtime/deps.ts'
import { deriveClientOrderId } from '#lib/services/payout/client-order-id.ts'
import { acknowledgedStays, cancelledFault, lossyFault } from './cluster-faults.ts'
import type { ClusterFaultResult } from './cluster-faults.ts'
import type { ClusterLab } from './cluster-lab.ts'
import type { DatabaseServer } from './database-server.ts'
import { addTo, inject, setGatewayFaults } from './inject.ts'
import type { Counts } from './inject.ts'
import { judge, judgeAfterLoss } from './invariants.ts'
import type { Facts, Verdict } from './invariants.ts'
import { findLeaks, secretsOf } from './leaks.ts'
import { forgottenOf, progressOf } from './look.ts'
import { startMailSink } from './mail-sink.ts'
import { createDeciders } from './deciders.ts'
import { createPeople } from './people.ts'
import { createShop, isAnswered, keyOf } from './shop.ts'
import type { Told } from './shop.ts'
import { openRows } from './rows.ts'
import type { Rows } from './rows.ts'
import { makeSchedule } from './schedule.ts'
import type { Schedule } from './schedule.ts'
import { simulatorAt } from './simulator.ts'
import type { Order, SimulatorControl } from './simulator.ts'
import { chooseEnvironment, markerFolderIn, startStack, times } from './stack.ts'
import type { Variables } from './stack.ts'
import { startTcpProxy } from './tcp-proxy.ts'
import { createQuiet, createWatch, isQuiet } from './watch.ts'

/** How often the lab looks at everything. */
const lookEveryMs = 150
/** The bounded time of I8. What is left after a fault waits for a lease (3 s) or a backed-off poll (a few s), some of it in turn. */
const settleWithinMs = 45_000

/** With asynchronous standbys: how many payouts are sent before the primary dies, and how long that may take. */
const sentWhileLagging = 3
const lagsAtMostMs = 40_000

export type RunOptions = {
  seed: number
  payouts: number
  workers: number
  folder: string
  secretsFile: string
  server: DatabaseServer
  /** When the server is a cluster. */
  cluster?: ClusterLab
  /** Told how it goes, several times a second. */
  onProgress: (text: string) => void
}
export type RunResult = {
  schedule: Schedule
  verdicts: Verdict[]
  faults: Counts
  statuses: Counts
  notes: string[]
  /** What each fault of the cluster cost. */
  clusterResults: ClusterFaultResult[]
  seconds: number
}

export async function runSeed(options: RunOptions): Promise<RunResult> {
  const { seed, folder, server, cluster, onProgress } = options
  const startedAt = Date.now()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const schedule = makeSchedule(seed, options.payouts, options.workers, times, cluster)
  writeFileSync(join(folder, 'schedule.json'), JSON.stringify(schedule, null, 1))

  onProgress('starting')
  const database = `chaos_seed_${seed}`
  await server.drop(database)
  await server.create(database)
  const undo: (() => Promise<void>)[] = []
  try {
    const proxy = await startTcpProxy(server.port())
    undo.push(() => proxy.close())
    const mail = await startMailSink()
    undo.push(() => mail.close())
    const databaseUrl = server.urlOf(database, proxy.port)
    const databaseVariables = {
      ...server.variablesOf?.(database),
      // As docs/replication.md asks for where a standby may lack what was sent.
      ...(cluster?.asynchronous && { SENT_MARKS_DIR: join(folder, 'sent-marks') }),
    }
    const environment = await chooseEnvironment({
      ...options,
      databaseUrl,
      databaseVariables,
      mailUrl: mail.url,
    })
    const deps = await ownDeps(environment)
    undo.push(closeDeps)
    const people = await createPeople(deps)
    const stack = await startStack(environment, { folder, workers: options.workers, seed })
    undo.push(() => stack.stop())
    const simulator = simulatorAt(stack.simulatorUrl)
    await simulator.expectTheWorst()
    const rows = openRows(() => server.urlOf(database))
    undo.push(() => rows.close())

    const told: Told = { ids: new Map(), refused: new Map(), wrong: [] }
    const over = new AbortController()
    undo.push(() => {
      over.abort()
      return Promise.resolve()
    })
    const shop = createShop(deps, stack.appUrl, people, told, over.signal)
    const deciders = createDeciders(deps, people, schedule.payouts, shop, simulator)
    const watch = createWatch(rows, simulator)
    const counts: Counts = new Map()
    const markerFolder = markerFolderIn(folder)
    const postgresLog = join(folder, 'postgres.log')
    const parts = { stack, simulator, proxy, server, mail, rows, markerFolder, postgresLog }

    // The faults.
    const begin = Date.now()
    const elapsed = () => Date.now() - begin
    const troubles: string[] = []
    const at = async (ms: number, what: () => Promise<void>) => {
      await sleep(Math.max(0, ms - elapsed()))
      await what().catch((error: unknown) => troubles.push(String(error)))
    }
    const asking = schedule.payouts.map((plan) =>
      at(plan.askAtMs, async () => {
        await setGatewayFaults(plan, deriveClientOrderId(keyOf(plan, people)), simulator, counts)
        await shop.ask(plan)
      }),
    )
    const broken = new AbortController()
    const breaking = schedule.faults.map((fault) => at(fault.atMs, () => inject(fault, parts, counts)))
    const notes: string[] = []
    const forgotten: Order[] = []
    const clusterResults: ClusterFaultResult[] = []
    const breakingCluster = (async () => {
      if (!cluster) return
      for (const fault of schedule.clusterFaults) {
        const before = new Set<string>()
        const arrived = async () => (await simulator.ledger()).orders.filter((one) => one.payReceived > 0)
        const whileLagging = async () => {
          for (const { orderId } of await arrived()) before.add(orderId)
          const deadline = Date.now() + lagsAtMostMs
          // Until some have been sent of which the standby knows nothing.
          while (Date.now() < deadline) {
            const since = (await arrived()).filter(({ orderId }) => !before.has(orderId))
            if (since.length >= sentWhileLagging) return
            await sleep(lookEveryMs)
          }
        }
        const onLoss = async () => {
          forgotten.push(...forgottenOf(await rows.payouts(), (await simulator.ledger()).orders))
          // As docs/restore.md tells other systems to: everything once more, under the same keys.
          asking.push(...schedule.payouts.map((plan) => at(plan.askAtMs, () => shop.ask(plan))))
        }
        const result = await cluster.breakOnce(fault, { whileLagging, onLoss })
        clusterResults.push(result)
        if (result.note !== undefined) notes.push(result.note)
        addTo(counts, `cluster: ${fault}`)
      }
    })()
    // Its failure is the run's, once the loop below has ended.
    void Promise.allSettled([...breaking, breakingCluster]).then(() => broken.abort())
    while (elapsed() < schedule.lengthMs || !broken.signal.aborted) {
      const seen = await watch.look()
      onProgress(`${progressOf(seen.payouts, options.payouts)} (faults)`)
      await deciders.look(seen.payouts, seen.items, elapsed(), false)
      await sleep(lookEveryMs)
    }

    await breakingCluster

    // The faults are over: whatever is broken is mended, and everybody acts at once.
    proxy.calm()
    mail.calm()
    await stack.calm()
    const settled = Date.now()
    const quiet = createQuiet()
    while (!quiet.longEnough() && Date.now() - settled < settleWithinMs) {
      const seen = await watch.look()
      onProgress(`${progressOf(seen.payouts, options.payouts)} (settling)`)
      await deciders.look(seen.payouts, seen.items, elapsed(), true)
      await sleep(lookEveryMs)
      const bank = await watch.bank()
      quiet.note(
        schedule.payouts.every(({ n }) => isAnswered(told, n)) &&
          isQuiet(seen.payouts, seen.items) &&
          bank.isDone,
        bank.isHeard,
      )
    }
    await Promise.race([Promise.all(asking), sleep(2000)])
    over.abort()

    addTo(counts, 'commit whose answer was lost', proxy.hurt.commitAnswers)
    addTo(counts, 'commit that never arrived', proxy.hurt.commits)
    addTo(counts, 'mail refused', mail.hurt.refused)
    addTo(counts, 'mail taken and the answer lost', mail.hurt.answersLost)
    addTo(
      counts,
      'answer hung up on by the shop',
      schedule.payouts.filter(({ hangUpMs }) => hangUpMs !== null).length,
    )
    addTo(
      counts,
      'identical request in parallel',
      schedule.payouts.reduce((sum, { copies }) => sum + copies - 1, 0),
    )
    for (const point of stack.crashes()) addTo(counts, `crash point ${point.replace(/:\d+$/, '')}`)

    onProgress('judging')
    const unused = await simulator.waitingFaults()
    const facts = await gather(schedule, rows, simulator, watch, told)
    server.saveLog(parts.postgresLog)
    const secrets = secretsOf(
      environment,
      people.apiKey,
      schedule.payouts.map(({ account }) => account),
    )
    const texts = new Map([['the history', await rows.historyText()]])
    const { leaks, searched } = findLeaks(folder, texts, secrets)
    // Events could be read whose wait had been cancelled: a worker's marker may know of some that are gone.
    const mayAskFirst = schedule.clusterFaults.includes(cancelledFault)
    const judged = { ...facts, mails: mail.mails, leaks, textsSearched: searched, forgotten, mayAskFirst }
    const isLossy = schedule.clusterFaults.includes(lossyFault)
    const verdicts = [
      ...(isLossy ? judgeAfterLoss(judged) : judge(judged)),
      ...(cluster && !cluster.asynchronous ? [acknowledgedStays(clusterResults)] : []),
    ]
    const kept = { ...facts, toldIds: undefined, deadlines: undefined, toldRefused: [...told.refused] }
    writeFileSync(join(folder, 'facts.json'), JSON.stringify(kept, null, 1))
    const statuses: Counts = new Map()
    for (const { status } of facts.payouts) addTo(statuses, status)
    return {
      schedule,
      verdicts,
      faults: counts,
      statuses,
      clusterResults,
      notes: [
        ...notes,
        ...(unused > 0 ? [`${unused} faults of the gateway found no request to hurt`] : []),
        ...[...deciders.counts].map(([what, count]) => `${what}: ${count}`),
        `Cardzo was silent as a whole at ${watch.silentLooks()} looks`,
        ...new Set(stack.surprises),
        ...new Set(troubles),
        `settled ${((Date.now() - settled) / 1000).toFixed(1)} s after the faults`,
      ],
      seconds: (Date.now() - startedAt) / 1000,
    }
  } finally {
    for (const each of undo.reverse()) await each().catch(() => undefined)
  }
}

/** The portal's verbs in this process, for the people who decide. */
async function ownDeps(environment: Variables) {
  await closeDeps()
  Object.assign(process.env, environment, { LOG_LEVEL: 'silent' })
  const deps = await getDeps()
  // Codes come every half minute and count once: with real ones two people could not decide on forty payouts in as many seconds.
  const secondFactor = { ...deps.secondFactor, verify: () => Promise.resolve('ok' as const) }
  return { ...deps, secondFactor }
}

async function gather(
  schedule: Schedule,
  rows: Rows,
  simulator: SimulatorControl,
  { sightings, deadlines }: Pick<ReturnType<typeof createWatch>, 'sightings' | 'deadlines'>,
  told: Told,
): Promise<Omit<Facts, 'mails' | 'leaks' | 'textsSearched'>> {
  const { orders, strayPays } = await simulator.ledger()
  return {
    plans: schedule.payouts,
    payouts: await rows.payouts(),
    events: await rows.events(),
    items: await rows.items(),
    brokenLinks: await rows.brokenLinks(),
    callbacks: await rows.callbacks(),
    deadlines,
    askFirst: await rows.askFirst(),
    orders,
    strayPays,
    sightings,
    approvals: await rows.approvals(),
    balances: await rows.balances(),
    transfers: await rows.transfers(),
    toldIds: told.ids,
    toldRefused: told.refused,
    toldWrong: told.wrong,
  }
}
