import type { SqlValue } from './sql.ts'

/** A statement by hand, with the values of its parameters. */
export type Statement = { text: string; values: SqlValue[] }

/** Adds a value to a statement and gives its place in the text: `$1`, `$2` … */
export type AddValue = (value: SqlValue) => string

/** The values of one statement by hand, numbered as they come. */
export function parameters(): { add: AddValue; values: SqlValue[] } {
  const values: SqlValue[] = []
  return { values, add: (value) => `$${values.push(value)}` }
}

/**
 * For a `FROM`: the transaction of this statement is over before it is on the disk, so a crash of PostgreSQL in the next moment may lose it,
 * and never part of it. For what may be lost then.
 */
export const withoutWait = "set_config('synchronous_commit', 'off', true) AS without_wait"
