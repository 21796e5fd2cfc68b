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
export type Database = PrismaClient & { readonly sql: Sql }

/** What a store needs: the pool itself or one open transaction. */
export type Transaction = Prisma.TransactionClient

// PostgreSQL allows 100 connections by default: enough for a few web servers and workers with this many each.
export const defaultPoolSize = 10
// While the database is away, a page answers 503 after about three seconds instead of hanging.
export const connectTimeoutMs = 2_500

/**
 * Opens nothing yet. A statement that finds no connection in `poolWaitMs` (2.5 s), or no answer in 8 s, throws an error that
 * `isDatabaseAway` knows.
 */
export function createPrisma(
  databaseUrl: string,
  { poolWaitMs = connectTimeoutMs, poolSize = defaultPoolSize } = {},
): Database {
  const pool: pg.Pool = new pg.Pool({
    connectionString: databaseUrl,
    max: poolSize,
    connectionTimeoutMillis: poolWaitMs,
    // For a server that doesn't even answer that it timed out.
    query_timeout: statementTimeoutMs + 1_000,
    keepAlive: true,
    // Runs on each new connection before it is handed out.
    verify(client, done) {
      // The pool listens for errors only on idle connections, and an unheard error ends the process.
      client.on('error', () => undefined)
      client.query(setUpConnection, (error?: Error | null, answers?: unknown) => {
        if (!error) noticePooler(pool, announcedPid(client), servingPid(answers))
        done(error ?? undefined)
      })
    },
  })
  // A connection that breaks while idle is replaced; statements report their own errors.
  pool.on('error', () => undefined)
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
    $disconnect: async () => {
      await disconnect()
      if (!pool.ended) await pool.end()
    },
  })
}

/** The process that the server named when it took the connection. `pg` keeps it, undeclared. */
export const announcedPid = (client: object) => ('processID' in client ? Number(client.processID) : undefined)

/** Of the last of the answers, one to each statement. */
const servingPid = (answers: unknown): number =>
  (answers as { rows: { pid: number }[] }[]).at(-1)?.rows[0]?.pid ?? NaN
