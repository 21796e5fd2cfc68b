/** What a batch holds, whichever way it came: rows with a line, a key and the request that each makes. Pure. */
import { readTable } from '#lib/contract/table-file.ts'
import type { TableRow } from '#lib/contract/table-file.ts'
import type { BatchProblem } from '#lib/payouts/batch-problems.ts'
import { receiverFields } from '#lib/payouts/fields.ts'
import type { BatchFormat } from '#lib/services/ports.ts'

export const batchMaxRows = 10_000
export const batchFileMaxBytes = 5 * 1024 * 1024

/** `problems`: what is wrong with the row before anybody looks at what it asks for. */
export type ReadRow = { line: number; key: unknown; body: unknown; problems: BatchProblem[] }

export type ReadBatch =
  | { ok: true; rows: ReadRow[] }
  | { ok: false; problems: ({ line: number } & BatchProblem)[] }

const needed = ['key', 'receiver', 'currency', 'amount'] as const
const optional = ['email', 'first_name', 'last_name', 'locale', 'description', 'pay_at'] as const

/** The fields of a destination that are columns of their own: what the bank asks for, without what the receiver's columns say. */
export const destinationColumns = (requiredFields: readonly string[]): string[] =>
  requiredFields.filter((name) => !(name in receiverFields) && name !== 'ipaddress')

/** The header of a file: columns that it needs, and those that it can have. */
export const batchColumns = (requiredFields: readonly string[]) => ({
  needed: [...needed, ...destinationColumns(requiredFields)],
  optional: [...optional],
})

/** A file, whose header is mostly line 1. */
export function readBatchFile(requiredFields: readonly string[], content: Uint8Array): ReadBatch {
  const destination = destinationColumns(requiredFields)
  const table = readTable(content, {
    needed: [...needed],
    // A row may lack one: that is said of the row, with its line.
    optional: [...optional, ...destination],
    maxBytes: batchFileMaxBytes,
    maxRows: batchMaxRows,
    prose: ['description', 'first_name', 'last_name'],
    digits: destination,
    sheets: true,
  })
  if (!table.ok) return table
  const wrong = new Map<number, BatchProblem[]>()
  for (const { line, ...problem } of table.problems) wrong.set(line, [...(wrong.get(line) ?? []), problem])
  const rows = table.rows.map((row) => ({
    ...{ line: row.line, key: row.cells['key'] ?? '', body: bodyOf(row, destination) },
    problems: wrong.get(row.line) ?? [],
  }))
  return { ok: true, rows }
}

/** Rows as other systems send them: a payout request each, and its key. They are counted from 1. */
export function readBatchRows(given: readonly unknown[]): ReadBatch {
  if (given.length === 0) return { ok: false, problems: [{ line: 0, code: 'noRows' }] }
  if (given.length > batchMaxRows)
    return { ok: false, problems: [{ line: 0, code: 'tooManyRows', max: batchMaxRows }] }
  const rows = given.map((row, index): ReadRow => {
    const line = index + 1
    if (typeof row !== 'object' || row === null || Array.isArray(row))
      return { line, key: '', body: {}, problems: [{ code: 'noRow' }] }
    const { key, ...body } = { key: '', ...row }
    return { line, key, body, problems: [] }
  })
  return { ok: true, rows }
}

/** By its first bytes: what a file is called says little. */
export const formatOf = ([first, second]: Uint8Array): BatchFormat =>
  first === 0x50 && second === 0x4b ? 'xlsx' : 'csv'

const bodyOf = ({ cells }: TableRow, destination: readonly string[]) => {
  const given = (name: string, as: string) => (cells[name] === undefined ? {} : { [as]: cells[name] })
  return {
    amount: cells['amount'] ?? '',
    currency: cells['currency']?.toUpperCase() ?? '',
    receiver: {
      externalId: cells['receiver'] ?? '',
      ...given('email', 'email'),
      ...given('first_name', 'firstName'),
      ...given('last_name', 'lastName'),
      ...given('locale', 'locale'),
    },
    destination: Object.fromEntries(
      destination.flatMap((name) => (cells[name] === undefined ? [] : [[name, cells[name]]])),
    ),
    ...given('description', 'description'),
    ...given('pay_at', 'payAt'),
  }
}

/** The column of a file behind a path in the request. */
export function columnOf(path: string): string {
  const names: Record<string, string> = {
    'receiver.externalId': 'receiver',
    'receiver.email': 'email',
    'receiver.firstName': 'first_name',
    'receiver.lastName': 'last_name',
    'receiver.locale': 'locale',
    payAt: 'pay_at',
  }
  return names[path] ?? path.replace(/^destination\./, '')
}
