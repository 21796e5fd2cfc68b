/** A file of grants, as people save it from a spreadsheet. It is read as a whole, and every problem is listed with its line. */
import type { LineProblem } from '#lib/payouts/grant-file-problems.ts'
import { readTable } from './table-file.ts'

export { decode } from './table-file.ts'

export const grantFileMaxBytes = 2 * 1024 * 1024
export const grantFileMaxRows = 5000

const needed = ['receiver', 'currency', 'amount', 'reference'] as const
const optional = ['email', 'first_name', 'last_name', 'locale'] as const
type Column = (typeof needed)[number] | (typeof optional)[number]

/** One row: its line in the file (the header is line 1) and its cells, without the blank ones. */
export type GrantRow = { line: number; cells: Partial<Record<Column, string>> }
type GrantFile = { ok: true; rows: GrantRow[] } | { ok: false; problems: LineProblem[] }

/** Takes the bytes of a file, or its text if that was read before. */
export function readGrantFile(content: Uint8Array | string): GrantFile {
  const table = readTable(content, {
    ...{ needed, optional },
    maxBytes: grantFileMaxBytes,
    maxRows: grantFileMaxRows,
  })
  return table.ok && table.problems.length === 0
    ? { ok: true, rows: table.rows }
    : { ok: false, problems: table.problems }
}
