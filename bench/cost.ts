// What one payout, one poll that finds nothing new and one callback cost: what the database is asked to do, and the time of processors.
import { setTimeout as sleep } from 'node:timers/promises'
import { callbacks } from './callbacks.ts'
import { cpuSeconds, databaseCpuSeconds } from './cpu.ts'
import { fillProcessing } from './fill.ts'
import { makeDue, startPolledGateway } from './in-flight.ts'
import { measureRequests } from './load.ts'
import { untilPaid } from './paid.ts'
import { createPayouts } from './payout-requests.ts'
import type { Bench, BenchServer } from './stack.ts'

export type Cost = {
  statements: number
  commits: number
  walBytes: number
  /** Milliseconds of one core, by program. */
  cpuMs: Record<string, number>
}
type Counters = Omit<Cost, 'cpuMs'>
/** The processes of each program. */
type Pids = Record<string, number[]>

/** Counters of a database reach the server's statistics when a connection rests for a second. */
const flushMs = 1_500
const payouts = 200
/** A thousand polls a second: what workers do together costs much less for each than a poll that comes alone. */
const polled = 5_000
/** More than are answered in three seconds. */
const calledBack = 100_000
/** Two polls of each. */
const watchMs = 10_000

/** From the request to `paid`, web server and two workers together. */
export async function measurePayoutCost(server: BenchServer): Promise<Cost> {
  const bench = await server.open({ countStatements: true })
  try {
    const web = await bench.startWeb()
    await bench.startSimulator()
    const apiKey = await bench.apiKey()
    const workers = await bench.startWorkers(2)
    const pay = async () => {
      const created = await createPayouts(bench.appUrl, apiKey, payouts)
      await untilPaid(
        bench,
        created.map(({ id }) => id),
      )
    }
    await pay()
    return perItem(await during(bench, pay, { web: [web.pid], workers: workers.pids }), payouts)
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
    const workers = await bench.startWorkers(2)
    const count = async () => [...(await gateway.asks()).values()].reduce((sum, asks) => sum + asks.length, 0)
    await makeDue(bench, polled)
    await sleep(5_000)
    const before = await count()
    const cost = await during(bench, () => sleep(watchMs), { workers: workers.pids })
    return perItem(cost, (await count()) - before)
  } finally {
    await bench.stop()
  }
}

/** Callbacks as fast as they are answered over 32 connections, and none of their payouts is worked on. */
export async function measureCallbackCost(server: BenchServer): Promise<Cost> {
  const bench = await server.open({ countStatements: true })
  try {
    await fillProcessing(bench, calledBack)
    const web = await bench.startWeb()
    const signed = callbacks(bench, `${bench.appUrl}/api/cardzo/callback`, calledBack)
    await measureRequests(bench.appUrl, () => signed.next(), { seconds: 1 })
    const stored = async () => {
      const { rows } = await bench.db.query<{ count: number }>('SELECT count(*)::int AS count FROM callback')
      return rows[0]?.count ?? 0
    }
    const before = await stored()
    const send = () => measureRequests(bench.appUrl, () => signed.next(), { seconds: 2 })
    const cost = await during(bench, send, { web: [web.pid] })
    return perItem(cost, (await stored()) - before)
  } finally {
    await bench.stop()
  }
}

const perItem = ({ statements, commits, walBytes, cpuMs }: Cost, count: number): Cost => ({
  statements: statements / count,
  commits: commits / count,
  walBytes: walBytes / count,
  cpuMs: Object.fromEntries(Object.entries(cpuMs).map(([program, ms]) => [program, ms / count])),
})

/** What the database did while `run` ran, and until its counters had come in; and what it and these processes took of the processors. */
export async function during(bench: Bench, run: () => Promise<unknown>, pids: Pids = {}): Promise<Cost> {
  const cpuBefore = await cpuOf(bench, pids)
  const before = await counters(bench)
  await run()
  const cpuAfter = await cpuOf(bench, pids)
  await sleep(flushMs)
  const after = await counters(bench)
  return {
    statements: after.statements - before.statements,
    commits: after.commits - before.commits,
    walBytes: after.walBytes - before.walBytes,
    cpuMs: Object.fromEntries(
      Object.entries(cpuAfter).map(([program, seconds]) => [
        program,
        1000 * (seconds - (cpuBefore[program] ?? 0)),
      ]),
    ),
  }
}

/** Seconds so far, by program. */
async function cpuOf({ db }: Bench, pids: Pids): Promise<Record<string, number>> {
  const seconds: Record<string, number> = { PostgreSQL: await databaseCpuSeconds(db) }
  for (const [program, each] of Object.entries(pids)) {
    seconds[program] = 0
    for (const pid of each) seconds[program] += await cpuSeconds(pid)
  }
  return seconds
}

async function counters({ db }: Bench): Promise<Counters> {
  const { rows } = await db.query<Counters>(
    `SELECT (SELECT sum(calls)::float8 FROM pg_stat_statements WHERE dbid = pg_database.oid AND userid <> current_user::regrole) AS statements,
       pg_stat_get_db_xact_commit(oid)::float8 AS commits, (pg_current_wal_lsn() - '0/0')::float8 AS "walBytes"
     FROM pg_database WHERE datname = current_database()`,
  )
  if (!rows[0]) throw new Error('The database is not in pg_database')
  return rows[0]
}
