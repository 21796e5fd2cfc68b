// What the database is asked to do for one payout and for one poll that finds nothing new.
import { setTimeout as sleep } from 'node:timers/promises'
import { fillProcessing } from './fill.ts'
import { makeDue, startPolledGateway } from './in-flight.ts'
import { untilPaid } from './paid.ts'
import { createPayouts } from './payout-requests.ts'
import type { Bench, BenchServer } from './stack.ts'

export type Cost = { statements: number; commits: number; walBytes: number }

/** Counters of a database reach the server's statistics when a connection rests for a second. */
const flushMs = 1_500
/** Long enough for what happens by itself: heartbeats, looks at due work, periodic work. */
const idleMs = 12_000
const payouts = 100
const polled = 200

/** From the request to `paid`, web server and two workers together; what they do by themselves is taken off. */
export async function measurePayoutCost(server: BenchServer): Promise<Cost> {
  const bench = await server.open({ countStatements: true })
  try {
    await bench.startWeb()
    await bench.startSimulator()
    const apiKey = await bench.apiKey()
    await bench.startWorkers(2)
    const pay = async () => {
      const created = await createPayouts(bench.appUrl, apiKey, payouts)
      await untilPaid(
        bench,
        created.map(({ id }) => id),
      )
    }
    await pay()
    return perItem(await withoutIdle(bench, pay), payouts)
  } finally {
    await bench.stop()
  }
}

/** Two workers ask about payouts that stay in processing. */
export async function measurePollCost(server: BenchServer): Promise<Cost> {
  const bench = await server.open({ countStatements: true, more: { CARDZO_POLL_INTERVAL_MS: '2000' } })
  try {
    await fillProcessing(bench, polled)
    const gateway = await startPolledGateway(bench)
    await bench.startWorkers(2)
    const count = async () => [...(await gateway.asks()).values()].reduce((sum, asks) => sum + asks.length, 0)
    const idle = await idleRate(bench)
    await makeDue(bench, polled)
    await sleep(5_000)
    const before = await count()
    const cost = await during(bench, () => sleep(idleMs))
    return perItem(less(cost, idle), (await count()) - before)
  } finally {
    await bench.stop()
  }
}

const perItem = ({ statements, commits, walBytes }: Cost, count: number): Cost => ({
  statements: statements / count,
  commits: commits / count,
  walBytes: walBytes / count,
})

type Timed = Cost & { seconds: number }

async function withoutIdle(bench: Bench, run: () => Promise<void>): Promise<Cost> {
  const idle = await idleRate(bench)
  return less(await during(bench, run), idle)
}

const idleRate = async (bench: Bench) => {
  await sleep(3_000)
  return during(bench, () => sleep(idleMs))
}

function less(cost: Timed, idle: Timed): Cost {
  const share = cost.seconds / idle.seconds
  return {
    statements: cost.statements - idle.statements * share,
    commits: cost.commits - idle.commits * share,
    walBytes: cost.walBytes - idle.walBytes * share,
  }
}

async function during(bench: Bench, run: () => Promise<unknown>): Promise<Timed> {
  const before = await counters(bench)
  const startedAt = performance.now()
  await run()
  const seconds = (performance.now() - startedAt) / 1000
  await sleep(flushMs)
  const after = await counters(bench)
  return {
    seconds: seconds + flushMs / 1000,
    statements: after.statements - before.statements,
    commits: after.commits - before.commits,
    walBytes: after.walBytes - before.walBytes,
  }
}

async function counters({ db }: Bench): Promise<Cost> {
  const { rows } = await db.query<Cost>(
    `SELECT (SELECT sum(calls)::float8 FROM pg_stat_statements WHERE dbid = pg_database.oid AND userid <> current_user::regrole) AS statements,
       pg_stat_get_db_xact_commit(oid)::float8 AS commits, (pg_current_wal_lsn() - '0/0')::float8 AS "walBytes"
     FROM pg_database WHERE datname = current_database()`,
  )
  if (!rows[0]) throw new Error('The database is not in pg_database')
  return rows[0]
}
