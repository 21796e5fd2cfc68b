/** Tells a database that can't serve right now (503, try again) from a bug (500). */

/** Prisma's codes: unreachable, timed out, closed, no connection or transaction in time, too many connections. */
const prismaCodes = ['P1001', 'P1002', 'P1008', 'P1017', 'P2024', 'P2028', 'P2034', 'P2037']

/** Of `QueueFull`, as a code because Next has a copy of our classes of its own. */
export const queueFullCode = 'QUEUE_FULL'

/** The driver adapter's words for the same, before Prisma gives it a code. */
const adapterKinds = [
  'DatabaseNotReachable',
  'ConnectionClosed',
  'SocketTimeout',
  'TooManyConnections',
  'TransactionWriteConflict',
]

const socketCodes = [
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  // A socket file is gone.
  'ENOENT',
]

/**
 * PostgreSQL's conditions (its manual, appendix A) that pass by themselves: connection exceptions, insufficient resources,
 * shutdown and start-up, a cancelled statement, a lost race and a server that was demoted to read-only.
 */
const sqlStates = /^(08...|53...|57P0[1-5]|57014|40001|40P01|25006)$/

/** Errors that the pg driver gives no code. */
const messages =
  /timeout exceeded when trying to connect|^timeout expired$|connection terminated|query read timeout|client has encountered a connection error|server closed the connection|the database system is (starting up|shutting down)|unable to start a transaction in the given time|can't reach database server/i

/**
 * Does this error mean that the database is away, restarting or overloaded? Looks through causes, aggregates and Prisma's wrappers.
 * Anything else is a bug.
 */
export const isDatabaseAway = (error: unknown): boolean => anyWithin(error, saysAway)

/** Did PostgreSQL refuse with this SQLSTATE? For conditions that our own triggers raise. */
export const isRefusedWith = (error: unknown, sqlState: string): boolean =>
  anyWithin(error, ({ code, originalCode }) => code === sqlState || originalCode === sqlState)

/**
 * Was this statement prepared before a migration that changed what it gives back? PostgreSQL has no SQLSTATE for that alone
 * (feature_not_supported also means mistakes of ours), so the function that refuses counts, or its words where a driver drops the name.
 */
export const isStaleStatement = (error: unknown): boolean => anyWithin(error, saysStale)

const saysStale = ({ routine, message }: Facts): boolean =>
  routine === 'RevalidateCachedQuery' ||
  (typeof message === 'string' && message.includes('cached plan must not change result type'))

function anyWithin(error: unknown, says: (facts: Facts) => boolean): boolean {
  const seen = new Set<unknown>()
  const waiting: unknown[] = [error]
  while (waiting.length > 0) {
    const one = waiting.pop()
    if (typeof one !== 'object' || one === null || seen.has(one)) continue
    seen.add(one)
    if (says(one)) return true
    waiting.push(...within(one))
  }
  return false
}

type Facts = Partial<Record<'code' | 'errorCode' | 'originalCode' | 'kind' | 'message' | 'routine', unknown>>

function saysAway(facts: Facts): boolean {
  const { code, errorCode, originalCode, kind, message } = facts
  // Inside a transaction, where it can't be asked again (lib/db/engine/sql.ts).
  if (saysStale(facts)) return true
  const codes = [code, errorCode, originalCode].filter((one) => typeof one === 'string')
  if (
    codes.some(
      (one) =>
        one === queueFullCode ||
        prismaCodes.includes(one) ||
        socketCodes.includes(one) ||
        sqlStates.test(one),
    )
  )
    return true
  if (typeof kind === 'string' && adapterKinds.includes(kind)) return true
  return typeof message === 'string' && messages.test(message)
}

function within(error: object): unknown[] {
  const { cause, errors, meta } = error as { cause?: unknown; errors?: unknown; meta?: unknown }
  const wrapped: unknown[] = typeof meta === 'object' && meta !== null ? Object.values(meta) : []
  return [cause, ...wrapped, ...(Array.isArray(errors) ? (errors as unknown[]) : [])]
}
