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
const payouts = 200
const polled = 500
/** Two polls of each. */
const watchMs = 10_000

/** From the request to `paid`, web server and two workers together. */
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
    return perItem(await during(bench, pay), payouts)
  } finally {
    await bench.stop()
  }
}

/** Two workers ask about payouts that stay in processing. */
export async function measurePollCost(server: BenchServer): Promise<Cost> {
  const bench = await server.open({ countStatements: true, more: { CARDZO_POLL_INTERVAL_MS: '5000' } })
  try {
    await fillProcessing(bench, polled)
    const gateway = await startPolledGateway(bench)
    await bench.startWorkers(2)
    const count = async () => [...(await gateway.asks()).values()].reduce((sum, asks) => sum + asks.length, 0)
    await makeDue(bench, polled)
    await sleep(5_000)
    const before = await count()
    const cost = await during(bench, () => sleep(watchMs))
    return perItem(cost, (await count()) - before)
  } finally {
    await bench.stop()
  }
}

const perItem = ({ statements, commits, walBytes }: Cost, count: number): Cost => ({
  statements: statements / count,
  commits: commits / count,
  walBytes: walBytes / count,
})

/** What the database did while `run` ran, and until its counters had come in. */
export async function during(bench: Bench, run: () => Promise<unknown>): Promise<Cost> {
  const before = await counters(bench)
  await run()
  await sleep(flushMs)
  const after = await counters(bench)
  return {
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
