/** Statements written by hand, for paths where a round trip counts: one statement, one answer, through `pg`. */
import pg from 'pg'
import { storable, storableText } from '#lib/payouts/storable.ts'

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
      const name = nameOf(pool, text)
      const { rows } = await pool.query<object>({
        text,
        values: values.map((value, index) => storableValue(value, () => isJson(text, index))),
        types,
        ...(name !== undefined && { name }),
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
const seenOnce = new Set<string>()
const names = new Map<string, string>()

const isPlanned = (text: string) => /^\s*(SELECT|WITH|INSERT|UPDATE|DELETE)\b/i.test(text)

/** The name under which a connection keeps the plan of a statement that comes again; undefined: plan it each time. */
export function nameOf(pool: pg.Pool, text: string): string | undefined {
  if (isPooled.get(pool) !== false || !isPlanned(text)) return undefined
  const known = names.get(text)
  if (known !== undefined || names.size >= namesKept) return known
  if (!seenOnce.has(text)) {
    if (seenOnce.size >= 4 * namesKept) seenOnce.clear()
    seenOnce.add(text)
    return undefined
  }
  seenOnce.delete(text)
  const name = `s${names.size + 1}`
  names.set(text, name)
  return name
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
