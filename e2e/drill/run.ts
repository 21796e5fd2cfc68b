// One drill: load, a backup in the middle of it, everything killed with payouts on their way, a restore to a new server, and on to the end. The
// gateway remembers what the database has forgotten, and its ledger is the judge.
import { mkdirSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { admin } from '#lib/cli/admin-here.ts'
import { appUrlOf, simulatorUrlOf } from '#lib/cli/own-stack.ts'
import { migrate } from '#lib/db/engine/migrate.ts'
import { closeDeps } from '#lib/runtime/deps.ts'
import { createDeciders } from '../chaos/deciders.ts'
import { judgeAfterLoss } from '../chaos/invariants.ts'
import type { Verdict } from '../chaos/invariants.ts'
import { findLeaks, secretsOf } from '../chaos/leaks.ts'
import { startMailSink } from '../chaos/mail-sink.ts'
import { askedBeforePaid } from '../chaos/money-invariants.ts'
import { booksBalance } from '../chaos/control-invariants.ts'
import { createPeople } from '../chaos/people.ts'
import { openRows } from '../chaos/rows.ts'
import { makeSchedule } from '../chaos/schedule.ts'
import { createShop, isAnswered } from '../chaos/shop.ts'
import type { Told } from '../chaos/shop.ts'
import { simulatorAt } from '../chaos/simulator.ts'
import { chooseEnvironment, times } from '../chaos/stack.ts'
import type { Variables } from '../chaos/stack.ts'
import { createQuiet, createWatch, isQuiet } from '../chaos/watch.ts'
import { compare, countBy, foundAgain, gather, isOnItsWay, noticedAt, snapshotOf, sum } from './loss.ts'
import {
  backUp,
  dumpPrograms,
  dumpTo,
  isArchived,
  momentOf,
  query,
  restoreBase,
  restoreDump,
  startFresh,
} from './server.ts'
import { ownDeps, startPortal } from './stack.ts'

/** `time`: base backup and log, up to a moment. `log`: up to the last file of the log that was archived. `dump`: pg_dump and pg_restore. */
export const ways = ['time', 'log', 'dump'] as const
export type Way = (typeof ways)[number]

export type DrillOptions = {
  seed: number
  payouts: number
  way: Way
  programs: string | undefined
  folder: string
  onProgress: (text: string) => void
}

export type DrillResult =
  | { leftOut: string }
  | {
      leftOut: null
      seconds: {
        backup: number
        restore: number
        untilReady: number
        untilNoticed: number | null
        untilAllEnded: number
      }
      /** What was there when everything was killed. */
      before: { payouts: number; open: number; onTheirWay: number; events: number }
      /** What the restored database had forgotten of it. */
      lost: { payouts: number; events: number; approvals: number; sent: number }
      /** Orders at Cardzo that it knew nothing of: how many payouts have found theirs again. */
      found: { unknownOrders: number; foundAgain: number }
      statuses: Record<string, number>
      items: Record<string, number>
      commands: { history: string; money: string }
      verdicts: Verdict[]
    }

const lookEveryMs = 150
/** Slower than in the fault lab, so that payouts are on their way when everything is killed. */
const bankStepMs = 400
const endsWithinMs = 120_000
/** The disaster waits this long for a payout-pay that the backup will not know of. */
const disasterWithinMs = 15_000

export async function runDrill(options: DrillOptions): Promise<DrillResult> {
  const { folder, way, programs, onProgress } = options
  mkdirSync(folder, { recursive: true, mode: 0o711 })
  const undo: (() => Promise<void>)[] = []
  let server = await startFresh(join(folder, 'first'), programs)
  undo.push(() => server.stop())
  try {
    const tools = way === 'dump' ? await dumpPrograms(server, programs) : null
    if (typeof tools === 'string') return { leftOut: tools }
    await migrate(server.url)
    const mail = await startMailSink()
    undo.push(() => mail.close())
    const environment: Variables = {
      ...(await chooseEnvironment({
        ...{ folder, secretsFile: join(folder, 'secrets.json') },
        ...{ databaseUrl: server.url, databaseVariables: {}, mailUrl: mail.url },
      })),
      SIMULATOR_STEP_MS: String(bankStepMs),
    }
    undo.push(closeDeps)
    const people = await createPeople(await ownDeps(environment, server.url))
    onProgress('starting the portal')
    const portal = await startPortal(environment, folder)
    undo.push(() => portal.stop())
    await portal.start(server.url)
    const simulator = simulatorAt(simulatorUrlOf(environment))
    await simulator.expectTheWorst()
    const { payouts: plans, lengthMs } = makeSchedule(options.seed, options.payouts, 2, times)
    const told: Told = { ids: new Map(), refused: new Map(), wrong: [] }

    /** Everybody who asks, decides and looks, on the database of now. */
    const openWorld = async () => {
      const deps = await ownDeps(environment, server.url)
      const over = new AbortController()
      const shop = createShop(deps, appUrlOf(environment), people, told, over.signal)
      const rows = openRows(() => server.url)
      const watch = createWatch(rows, simulator)
      return { over, shop, rows, watch, deciders: createDeciders(deps, people, plans, shop, simulator) }
    }

    // The load, and the backup in the middle of it.
    const before = await openWorld()
    undo.push(() => before.rows.close())
    const began = Date.now()
    const elapsed = () => Date.now() - began
    const asking = plans.map(async (plan) => {
      await sleep(Math.max(0, plan.askAtMs - elapsed()))
      if (!before.over.signal.aborted) await before.shop.ask(plan)
    })
    let backingUp: Promise<number> | undefined
    let backup = 0
    const kept = join(folder, way === 'dump' ? 'portal.dump' : 'base')
    let disaster: { until: string; paid: number; segment: string } | undefined
    for (;;) {
      const seen = await before.watch.look()
      await before.deciders.look(seen.payouts, seen.items, elapsed(), false)
      onProgress(
        `${seen.payouts.length}/${options.payouts} asked, ${seen.payouts.filter(({ isFinal }) => isFinal).length} ended`,
      )
      if (elapsed() > lengthMs * 0.25)
        backingUp ??= timed(() => (tools ? dumpTo(tools.dump, server, kept) : backUp(server, kept)))
      if (elapsed() > lengthMs * 0.5 && backingUp) {
        backup = await backingUp
        const paid = sum((await simulator.ledger()).orders, ({ payReceived }) => payReceived)
        disaster ??= { ...(await momentOf(server)), paid }
        const isCovered = way !== 'time' || (await isArchived(server, disaster.segment))
        const isInTheMiddle = paid > disaster.paid && seen.payouts.some((payout) => isOnItsWay(payout))
        if ((isCovered && isInTheMiddle) || elapsed() > lengthMs * 0.5 + disasterWithinMs) break
      }
      await sleep(lookEveryMs)
    }
    const was = await snapshotOf(before.rows)
    const { until } = disaster

    onProgress('everything is killed')
    await Promise.all([portal.kill(), server.kill()])
    before.over.abort()
    await Promise.allSettled(asking)
    await before.rows.close()
    await closeDeps()
    const lostServer = server
    // Its disk is gone: only what was backed up and archived is left.
    await rename(lostServer.place.data, `${lostServer.place.data}.lost`)

    onProgress('restoring')
    const disasterAt = Date.now()
    const restore = await timed(async () => {
      const to = join(folder, 'second')
      server = tools
        ? await restoreDump(tools.restore, kept, to, programs)
        : await restoreBase(kept, lostServer, to, programs, way === 'time' ? until : null)
    })
    await migrate(server.url)
    const rows = openRows(() => server.url)
    undo.push(() => rows.close())
    const is = await snapshotOf(rows)
    const ledger = await simulator.ledger()
    const lost = compare(was, is, ledger.orders)

    const starting = Date.now()
    await portal.start(server.url)
    const untilReady = (Date.now() - starting) / 1000
    const noticed = await noticedAt(server.url)
    const now = { ...environment, DATABASE_URL: server.url }
    // As docs/restore.md says, when neither the log nor the desk shows it.
    if (noticed === null && lost.events > 0) await admin(now, ['restore:declare', '--why', 'The drill'])

    // As docs/restore.md tells other systems to: everything once more, under the same keys.
    const after = await openWorld()
    undo.push(() => after.rows.close())
    const again = plans.map((plan, n) => sleep(n * 30).then(() => after.shop.ask(plan)))
    const quiet = createQuiet()
    const settling = Date.now()
    while (!quiet.longEnough() && Date.now() - settling < endsWithinMs) {
      const seen = await after.watch.look()
      onProgress(
        `${seen.payouts.filter(({ isFinal }) => isFinal).length}/${seen.payouts.length} ended after the restore`,
      )
      await after.deciders.look(seen.payouts, seen.items, elapsed() + lengthMs, true)
      await sleep(lookEveryMs)
      const bank = await after.watch.bank()
      quiet.note(
        plans.every(({ n }) => isAnswered(told, n)) && isQuiet(seen.payouts, seen.items) && bank.isDone,
        bank.isHeard,
      )
    }
    after.over.abort()
    await Promise.allSettled(again)
    const untilAllEnded = (Date.now() - disasterAt) / 1000
    const ended = quiet.longEnough()

    onProgress('judging')
    const command = async (name: string) =>
      admin(now, [name]).then(
        (answer) => JSON.stringify(answer),
        (error: unknown) => `FAILED: ${String(error)}`,
      )
    const facts = await gather(plans, after.rows, simulator, told, after.watch)
    const secrets = secretsOf(
      environment,
      people.apiKey,
      plans.map(({ account }) => account),
    )
    const { leaks, searched } = findLeaks(
      folder,
      new Map([['the history', await rows.historyText()]]),
      secrets,
    )
    const judged = { ...facts, mails: mail.mails, leaks, textsSearched: searched }
    const [history, money] = [await command('history:verify'), await command('money:check')]
    if (noticed !== null || lost.events > 0) await admin(now, ['restore:end', '--by', 'The drill'])
    const stillAsking = await query(server.url, 'SELECT FROM ask_first WHERE ended_at IS NULL')
    return {
      leftOut: null,
      seconds: {
        backup,
        restore,
        untilReady,
        untilNoticed: noticed === null ? null : (noticed - starting) / 1000,
        untilAllEnded,
      },
      before: {
        payouts: was.payouts.length,
        open: was.payouts.filter(({ isFinal }) => !isFinal).length,
        onTheirWay: was.payouts.filter(isOnItsWay).length,
        events: was.events,
      },
      lost,
      found: foundAgain(is.payouts, facts),
      statuses: countBy(facts.payouts, ({ status }) => status),
      items: countBy(facts.items, ({ kind }) => kind),
      commands: { history, money },
      verdicts: [
        // Nothing lost, nothing to notice.
        ...judgeAfterLoss(judged).filter(({ name }) => name !== 'R1' || lost.events > 0),
        askedBeforePaid(judged),
        booksBalance(judged),
        ...[
          holds('D1', 'everything came to its end', ended ? [] : [`not in ${endsWithinMs / 1000} s`]),
          holds(
            'D2',
            'history:verify finds the history whole',
            history.includes('"ok":true') ? [] : [history],
          ),
          holds('D3', 'money:check finds the books balanced', money.includes('"ok":true') ? [] : [money]),
          holds(
            'D4',
            'workers notice by themselves that a payout-pay was forgotten',
            lost.sent > 0 && noticed === null ? ['they did not'] : [],
          ),
          holds(
            'D5',
            'asking first ends when a person says so',
            stillAsking.length === 0 ? [] : ['it goes on'],
          ),
        ],
      ],
    }
  } finally {
    for (const each of undo.reverse()) await each().catch(() => undefined)
  }
}

const holds = (name: string, promise: string, offenders: string[]): Verdict => ({
  name,
  promise,
  checked: 1,
  offenders,
})

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now()
  await work()
  return (performance.now() - began) / 1000
}
