/** Statements written by hand, for paths where a round trip counts: one statement, one answer, through `pg`. */
import pg from 'pg'
import { storable, storableText } from '#lib/payouts/storable.ts'
import { isStaleStatement } from './away.ts'

/** Can be bound to a parameter. A JSON column takes text that is already JSON, cast in the statement (`$3::jsonb`). */
export type SqlValue = string | number | bigint | boolean | Date | null | readonly SqlValue[]

export type Sql = {
  /**
   * Runs one statement, which is a transaction of its own, and gives its rows: bigint columns as `bigint`, times as `Date`, JSON
   * parsed. Prepared on each connection, so keep the number of different texts small. Throws what PostgreSQL says.
   */
  query<Row>(text: string, values?: readonly SqlValue[]): Promise<Row[]>
}

export function createSql(pool: pg.Pool): Sql {
  return {
    async query<Row>(text: string, values: readonly SqlValue[] = []) {
      const { rows } = await againIfStale(pool, () => {
        const name = nameOf(pool, text)
        return pool.query<object>({
          text,
          values: values.map((value, index) => storableValue(value, () => isJson(text, index))),
          types,
          ...(name !== undefined && { name }),
        })
      })
      // What the columns are is known where the statement is written.
      return rows as Row[]
    },
  }
}

/** Amounts, sequence numbers and fences are bigint, which `pg` alone would read as text. */
const types = new pg.TypeOverrides()
types.setTypeParser(pg.types.builtins.INT8, BigInt)

/**
 * Is a pooler between this pool and PostgreSQL? What is prepared on one server connection is unknown to the next. Not known before the
 * first connection; until then nothing is prepared.
 */
const isPooled = new WeakMap<pg.Pool, boolean>()

/** Learns from a new connection whether a pooler answers it: PostgreSQL itself names the process that serves the connection. */
export function noticePooler(
  pool: pg.Pool,
  announcedPid: number | null | undefined,
  servingPid: number,
): void {
  isPooled.set(pool, isPooled.get(pool) === true || announcedPid !== servingPid)
}

/** More than the portal has. Beyond that (lists of changing length) statements are planned each time. */
const namesKept = 500
type Names = { seenOnce: Set<string>; names: Map<string, string>; generation: number }
const namesOf = new WeakMap<pg.Pool, Names>()

const isPlanned = (text: string) => /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i.test(text)

/** The name under which a connection keeps the plan of a statement that comes again; undefined: plan it each time. */
export function nameOf(pool: pg.Pool, text: string): string | undefined {
  if (isPooled.get(pool) !== false || !isPlanned(text)) return undefined
  const own: Names = namesOf.get(pool) ?? { seenOnce: new Set(), names: new Map(), generation: 1 }
  namesOf.set(pool, own)
  const { seenOnce, names, generation } = own
  const known = names.get(text)
  if (known !== undefined || names.size >= namesKept) return known
  if (!seenOnce.has(text)) {
    if (seenOnce.size >= 4 * namesKept) seenOnce.clear()
    seenOnce.add(text)
    return undefined
  }
  seenOnce.delete(text)
  const name = `s${generation}_${names.size + 1}`
  names.set(text, name)
  return name
}

/**
 * Does every statement get a new name now, because this error says that a migration has changed what one gives back? Every connection
 * that has prepared it refuses it from then on.
 */
export function renameIfStale(pool: pg.Pool, error: unknown): boolean {
  if (!isStaleStatement(error)) return false
  const own = namesOf.get(pool)
  // What the connections have prepared under the old names goes with them.
  if (own) namesOf.set(pool, { seenOnce: new Set(), names: new Map(), generation: own.generation + 1 })
  return true
}

/** Runs one statement outside of a transaction once more if it was refused as stale: nothing of it was carried out. */
export async function againIfStale<T>(pool: pg.Pool, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (!renameIfStale(pool, error)) throw error
    return run()
  }
}

/** NUL and lone surrogates, raw or as JSON escapes. */
const suspicious = /[\0\p{Cs}]|\\u(?:0000|d[89a-f])/iu

export const isSuspicious = (value: unknown): boolean =>
  typeof value === 'string' ? suspicious.test(value) : Array.isArray(value) && value.some(isSuspicious)

/** Is this parameter (the first is 0) cast to JSON? */
export const isJson = (text: string, index: number): boolean =>
  new RegExp(`\\$${index + 1}::jsonb?\\b`).test(text)

/** The value without what PostgreSQL can't store. JSON is cut in its values, never in its text. */
export function storableValue<T>(value: T, json: () => boolean): T {
  if (!isSuspicious(value)) return value
  return cleaned(value, json()) as T
}

function cleaned(value: unknown, json: boolean): unknown {
  if (Array.isArray(value)) return value.map((one) => cleaned(one, json))
  if (typeof value !== 'string') return value
  if (!json) return storableText(value)
  return JSON.stringify(storable(JSON.parse(value)))
}
