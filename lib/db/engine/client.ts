/** The connection pool of one process. */
import { PrismaClient } from '#lib/db/generated/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { StorablePg } from './storable-adapter.ts'

export type { PrismaClient }

/** What a store needs: the pool itself or one open transaction. */
export type Transaction = Prisma.TransactionClient

// PostgreSQL allows 100 connections by default: room for a few web servers and workers, each with this many.
const poolSize = 10
// A database that is away is answered with 503 in about three seconds, not with a hanging page.
const connectTimeoutMs = 2_500
// Our slowest statement is the sum over a filtered list; ten times what it takes on a million rows.
const statementTimeoutMs = 8_000

/**
 * Made on each connection once it is there: as a parameter of connecting, a pooler refuses them, and the address may have others. Prisma
 * writes and reads times without their zone and means UTC; a server that lives elsewhere would take them for its own.
 */
const sessionSettings = [
  `SET TimeZone TO 'UTC'`,
  `SET DateStyle TO 'ISO'`,
  `SET default_transaction_isolation TO 'read committed'`,
  `SET statement_timeout TO ${statementTimeoutMs}`,
  `SET idle_in_transaction_session_timeout TO ${statementTimeoutMs + 2_000}`,
].join('; ')

/**
 * Opens nothing yet. A statement that finds no connection in 2.5 s, or no answer in 8 s, throws an error that
 * `isDatabaseAway` knows.
 */
export function createPrisma(databaseUrl: string): PrismaClient {
  const adapter = new StorablePg(
    {
      connectionString: databaseUrl,
      max: poolSize,
      connectionTimeoutMillis: connectTimeoutMs,
      // The client's own patience, for a server that does not even answer that it timed out.
      query_timeout: statementTimeoutMs + 1_000,
      keepAlive: true,
      // Of each new connection, before anybody gets it.
      verify(client, done) {
        // The pool listens only while it is idle, and an error that nobody listens for ends the process.
        client.on('error', () => undefined)
        client.query(sessionSettings, (error?: Error | null) => done(error ?? undefined))
      },
    },
    // A connection that breaks while idle is replaced; who needs it hears of it by his own statement.
    { onPoolError: () => undefined, onConnectionError: () => undefined },
  )
  return new PrismaClient({
    adapter,
    transactionOptions: {
      maxWait: connectTimeoutMs + 500,
      timeout: statementTimeoutMs + 2_000,
      // Said with each transaction: what waits for a row must then see what the other one wrote, whatever the server's default is.
      isolationLevel: 'ReadCommitted',
    },
  })
}
