/** The connection pool of one process. */
import pg from 'pg'
import { PrismaClient } from '#lib/db/generated/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { createSql, nameOf, noticePooler } from './sql.ts'
import type { Sql } from './sql.ts'
import { setUpConnection, statementTimeoutMs } from './session-settings.ts'
import { StorablePg } from './storable-adapter.ts'

export type { PrismaClient }

/** One pool, two ways to ask: Prisma, and `sql` for statements by hand where a round trip counts. */
export type Database = PrismaClient & {
  readonly sql: Sql
  /** How many connections are open, how many of these idle, how many callers wait for one, and how many there may be. */
  readonly pool: () => { total: number; idle: number; waiting: number; limit: number }
}

/** What a store needs: the pool itself or one open transaction. */
export type Transaction = Prisma.TransactionClient

// PostgreSQL allows 100 connections by default: enough for a few web servers and workers with this many each.
export const defaultPoolSize = 10
// While the database is away, a page answers 503 after about three seconds instead of hanging.
export const connectTimeoutMs = 2_500

// For a server that doesn't even answer that it timed out, as one whose commits wait for a standby that is gone.
const answerTimeoutMs = statementTimeoutMs + 1_000

/**
 * Opens nothing yet. A statement that finds no connection in `poolWaitMs` (2.5 s), or no answer in 8 s (`answerMs`: 9 s), throws an error
 * that `isDatabaseAway` knows. Its connection is destroyed, and whether it was carried out is unknown.
 */
export function createPrisma(
  databaseUrl: string,
  {
    poolWaitMs = connectTimeoutMs,
    poolSize = defaultPoolSize,
    answerMs = answerTimeoutMs,
    /** Nothing can be written through it, and all its connections lead to one server (`refuseOthers`). */
    isStandby = false,
  } = {},
): Database {
  const pool: pg.Pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: poolWaitMs,
    // Setting one up takes six statements, and a worker that rests asks a little once a minute.
    idleTimeoutMillis: 90_000,
    query_timeout: answerMs,
    keepAlive: true,
    // Runs on each new connection before it is handed out.
    verify(client, done) {
      // The pool listens for errors only on idle connections, and an unheard error ends the process.
      client.on('error', () => undefined)
      client.on('notice', ({ routine }) => {
        if (routine === waitForStandby) disbelieve(client)
      })
      const settings = isStandby
        ? `SET default_transaction_read_only TO on; ${setUpConnection}`
        : setUpConnection
      client.query(settings, (error?: Error | null, answers?: unknown) => {
        const serving = servedBy(answers)
        if (!error) noticePooler(pool, announcedPid(client), serving.pid)
        done(error ?? (isStandby ? refuseOthers(pool, serving.startedAt) : undefined))
      })
    },
  })
  // A connection that breaks while idle is replaced; statements report their own errors.
  pool.on('error', () => undefined)
  // Prisma hands back the connection of a transaction that got no answer as if nothing were wrong with it.
  pool.on('release', (_error, client) => {
    if (isUnanswered(client)) giveUp(client)
  })
  const adapter = new StorablePg(pool, {
    onConnectionError: () => undefined,
    // Without a name it is planned each time.
    statementNameGenerator: ({ sql }) => nameOf(pool, sql) ?? '',
  })
  const prisma = new PrismaClient({
    adapter,
    transactionOptions: {
      maxWait: poolWaitMs + 500,
      timeout: statementTimeoutMs + 2_000,
      // Set with each transaction, whatever the server's default: after waiting for a row we must see what the other transaction wrote.
      isolationLevel: 'ReadCommitted',
    },
  })
  const disconnect = prisma.$disconnect.bind(prisma)
  return Object.assign(prisma, {
    sql: createSql(pool),
    pool: () => ({
      total: pool.totalCount,
      idle: pool.idleCount,
      waiting: pool.waitingCount,
      limit: poolSize,
    }),
    $disconnect: async () => {
      await disconnect()
      if (!pool.ended) await pool.end()
    },
  })
}

/**
 * Where in PostgreSQL the warning comes from that a commit was acknowledged although no standby has it, because somebody cancelled its
 * wait. It comes before the answer.
 */
const waitForStandby = 'SyncRepWaitForLSN'

/**
 * The answer to the statement that is carried out becomes an error, for it may come in one piece with the warning; and its connection
 * ends. `pg` keeps what takes the place of an answer, undeclared.
 */
function disbelieve(client: pg.ClientBase): void {
  const statement: unknown = '_activeQuery' in client ? client._activeQuery : undefined
  if (typeof statement === 'object' && statement !== null)
    Object.assign(statement, {
      _canceledDueToError: new Error('Connection terminated: nobody knows whether a standby has the commit'),
    })
  giveUp(client)
}

/** Ends a connection at once, also while a statement is carried out on it: its outcome is unknown. */
const giveUp = (client: pg.ClientBase) =>
  void (client as pg.PoolClient & pg.Client).end().catch(() => undefined)

/** Is the connection still owed an answer? `pg` keeps it, undeclared. */
const isUnanswered = (client: object) => 'readyForQuery' in client && client.readyForQuery === false

/** The process that the server named when it took the connection. `pg` keeps it, undeclared. */
export const announcedPid = (client: object) => ('processID' in client ? Number(client.processID) : undefined)

type Serving = { pid: number; startedAt: string }

/** Of the last of the answers, one to each statement. */
const servedBy = (answers: unknown): Serving =>
  (answers as { rows: Serving[] }[] | undefined)?.at(-1)?.rows[0] ?? { pid: NaN, startedAt: '' }

const serverOf = new WeakMap<pg.Pool, string>()

/**
 * Behind one address may be several standbys, each as far as it is: what one of them has, the next may lack. So all connections of a
 * pool lead to the server of the first; another one's are refused, until none is left of that.
 */
function refuseOthers(pool: pg.Pool, startedAt: string): Error | undefined {
  if (pool.totalCount <= 1 || !serverOf.has(pool)) serverOf.set(pool, startedAt)
  return serverOf.get(pool) === startedAt
    ? undefined
    : new Error('Connection terminated: it leads to another standby')
}
