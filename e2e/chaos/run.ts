// One seed: start everything, let people and faults loose on it, stop the faults, wait until it is quiet, judge.
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { closeDeps, getDeps } from '#lib/runtime/deps.ts'
import { deriveClientOrderId } from '#lib/services/payout/accept-request.ts'
import type { DatabaseServer } from './database-server.ts'
import { isInDoubt } from './attention-invariants.ts'
import { addTo, inject, setGatewayFaults } from './inject.ts'
import type { Counts } from './inject.ts'
import { judge } from './invariants.ts'
import type { Facts, Verdict } from './invariants.ts'
import { findLeaks, secretsOf } from './leaks.ts'
import { startMailSink } from './mail-sink.ts'
import { createDeciders, createPeople, createShop, isAnswered, keyOf } from './people.ts'
import type { Told } from './people.ts'
import { openRows } from './rows.ts'
import type { ItemRow, PayoutRow, Rows } from './rows.ts'
import { makeSchedule } from './schedule.ts'
import type { Schedule } from './schedule.ts'
import { simulatorAt } from './simulator.ts'
import type { Order, SimulatorControl } from './simulator.ts'
import { chooseEnvironment, markerFolderIn, startStack, times } from './stack.ts'
import type { Variables } from './stack.ts'
import { startTcpProxy } from './tcp-proxy.ts'

/** How often the lab looks at everything. */
const lookEveryMs = 150
/** The bounded time of I8. What is left after a fault waits for a lease (3 s) or a backed-off poll (a few s), some of it in turn. */
const settleWithinMs = 45_000

export type RunOptions = {
  seed: number
  payouts: number
  workers: number
  folder: string
  secretsFile: string
  server: DatabaseServer
  /** Told how it goes, several times a second. */
  onProgress: (text: string) => void
}
export type RunResult = {
  schedule: Schedule
  verdicts: Verdict[]
  faults: Counts
  statuses: Counts
  notes: string[]
  seconds: number
}

export async function runSeed(options: RunOptions): Promise<RunResult> {
  const { seed, folder, server, onProgress } = options
  const startedAt = Date.now()
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const schedule = makeSchedule(seed, options.payouts, options.workers, times)
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
    const environment = await chooseEnvironment({ ...options, databaseUrl, mailUrl: mail.url })
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
    void Promise.all(breaking).then(() => broken.abort())
    while (elapsed() < schedule.lengthMs || !broken.signal.aborted) {
      const seen = await watch.look()
      onProgress(`${progressOf(seen.payouts, options.payouts)} (faults)`)
      await deciders.look(seen.payouts, seen.items, elapsed(), false)
      await sleep(lookEveryMs)
    }

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
    const verdicts = judge({ ...facts, mails: mail.mails, leaks, textsSearched: searched })
    writeFileSync(
      join(folder, 'facts.json'),
      JSON.stringify(
        { ...facts, toldIds: undefined, deadlines: undefined, toldRefused: [...told.refused] },
        null,
        1,
      ),
    )
    const statuses: Counts = new Map()
    for (const { status } of facts.payouts) addTo(statuses, status)
    return {
      schedule,
      verdicts,
      faults: counts,
      statuses,
      notes: [
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

function progressOf(payouts: readonly PayoutRow[], wanted: number): string {
  const final = payouts.filter(({ isFinal }) => isFinal).length
  const unknown = payouts.filter(({ status }) => status === 'outcome_unknown').length
  return `${payouts.length}/${wanted} asked, ${final} final, ${unknown} unknown`
}

/**
 * Nothing but unknown outcomes is open, and nothing that has ended is due to be looked at again, but for what a callback called paid:
 * that is looked at until a person has closed its item.
 */
function isQuiet(payouts: readonly PayoutRow[], items: readonly ItemRow[]): boolean {
  const waitsForPeople = new Set(
    items.filter(({ kind, open }) => open && kind === 'paid_after_end').map(({ payoutId }) => payoutId),
  )
  return payouts.every((payout) =>
    payout.isFinal
      ? !payout.isDue || waitsForPeople.has(payout.id)
      : payout.status === 'outcome_unknown' || isInDoubt({ payouts, items }, payout),
  )
}

/** Looks again and again, and notes what must not be seen at any time. */
function createWatch(rows: Rows, simulator: SimulatorControl) {
  const ended = new Map<string, string>()
  const sightings: string[] = []
  const deadlines = new Map<string, Set<number>>()
  let silentLooks = 0
  return {
    sightings,
    deadlines,
    /** How often Cardzo was believed to be silent as a whole, of all looks. */
    silentLooks: () => silentLooks,
    async look(): Promise<{ payouts: PayoutRow[]; items: ItemRow[] }> {
      const [payouts, items, silent] = await Promise.all([rows.payouts(), rows.items(), rows.isSilent()])
      if (silent) silentLooks++
      for (const payout of payouts) {
        if (payout.expiresAt !== null)
          deadlines.set(payout.id, (deadlines.get(payout.id) ?? new Set()).add(payout.expiresAt.getTime()))
        const before = ended.get(payout.id)
        if (before !== undefined && before !== payout.status)
          sightings.push(`left a final status: ${payout.id} was ${before} and is ${payout.status}`)
        if (payout.isFinal) ended.set(payout.id, payout.status)
        else if (!payout.isDue) sightings.push(`forgotten: ${payout.id} is ${payout.status} and not due`)
      }
      return { payouts, items }
    },
    /** Whether the simulated bank has nothing more in mind, and whether all that it had to say was taken. */
    async bank(): Promise<{ isDone: boolean; isHeard: boolean }> {
      const { orders } = await simulator.ledger()
      return {
        isDone: orders.every(({ planned, form }) => planned === 0 || form === 'open'),
        isHeard: orders.every((order) => unheardBy(order).length === 0),
      }
    },
  }
}

/** Honest callbacks whose latest delivery was not acknowledged; they come again. */
function unheardBy({ deliveries }: Order): string[] {
  const latest = new Map<string, boolean>()
  for (const { kind, status, acknowledged } of deliveries)
    if (kind !== 'forged' && kind !== 'boundary_shifted') latest.set(`${kind} ${status}`, acknowledged)
  return [...latest].filter(([, acknowledged]) => !acknowledged).map(([name]) => name)
}

/** A moment without anything to do is not the end: a callback may be on its way. */
const quietForMs = 1000
/** Callbacks that are refused for ever are not waited for. */
const unheardForMs = 6000

function createQuiet() {
  let since = Infinity
  let heard = false
  return {
    note(isQuiet: boolean, isHeard: boolean) {
      heard = isHeard
      since = isQuiet ? Math.min(since, Date.now()) : Infinity
    },
    longEnough: () => Date.now() - since > (heard ? quietForMs : unheardForMs),
  }
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
