/** What a file that is moved in holds, row by row. Its columns are those of the other files. Pure. */
import { z } from 'zod'
import { describeIssue } from '#lib/contract/describe-issue.ts'
import { issueWords } from '#lib/contract/issue-words.ts'
import { idText, payoutRequestSchema, receiverSchema, text } from '#lib/contract/payout.ts'
import { readTable } from '#lib/contract/table-file.ts'
import { labelMaxCharacters } from '#lib/payouts/destination-label.ts'
import type { ImportKind, ImportLineProblem, ImportProblem } from '#lib/payouts/import-problems.ts'
import type { InputProblem } from '#lib/payouts/input-problems.ts'
import { amountProblem, exponentOf, isCurrencyCode, parseAmount } from '#lib/payouts/money.ts'
import { finalStatuses } from '#lib/payouts/transitions.ts'
import type { DestinationRow, HistoryRow, ReceiverRow } from '#lib/services/ports.ts'
import { destinationColumns } from '#lib/services/batch/read-batch.ts'

export const importMaxRows = 100_000
export const importFileMaxBytes = 16 * 1024 * 1024

/** A row as a file has it: its line, its cells by column, and what is wrong with them before anybody reads them. */
export type RawImportRow = {
  line: number
  cells: Partial<Record<string, string>>
  problems: ImportProblem[]
}

/** Not ok: the file as a whole can't be read. */
export type ReadImport = { ok: true; rows: RawImportRow[] } | { ok: false; problems: ImportLineProblem[] }

/** The header of a file. `fields`: what this installation asks of a destination. */
export function importColumns(
  kind: ImportKind,
  fields: readonly string[],
): { needed: string[]; optional: string[] } {
  switch (kind) {
    case 'receivers':
      return { needed: ['receiver'], optional: ['email', 'first_name', 'last_name', 'locale'] }
    case 'destinations':
      return { needed: ['receiver', ...destinationColumns(fields)], optional: ['label', 'default'] }
    case 'history':
      return {
        needed: ['reference', 'receiver', 'currency', 'amount', 'status', 'ended_at'],
        optional: ['last4', 'order_id', 'note'],
      }
  }
}

/** Reads the bytes of a CSV or XLSX file. */
export function readImportFile(
  kind: ImportKind,
  fields: readonly string[],
  content: Uint8Array | string,
): ReadImport {
  const { needed, optional } = importColumns(kind, fields)
  const destination = kind === 'destinations' ? destinationColumns(fields) : []
  const table = readTable(content, {
    needed: needed.filter((name) => !destination.includes(name)),
    // A row may lack one: that is said of the row, with its line.
    optional: [...optional, ...destination],
    maxBytes: importFileMaxBytes,
    maxRows: importMaxRows,
    prose: ['first_name', 'last_name', 'label', 'ended_at', 'note', 'bank_name'],
    digits: [...destination, 'last4'],
    sheets: true,
  })
  if (!table.ok) return table
  const wrong = new Map<number, ImportProblem[]>()
  for (const { line, ...problem } of table.problems) wrong.set(line, [...(wrong.get(line) ?? []), problem])
  return { ok: true, rows: table.rows.map((row) => ({ ...row, problems: wrong.get(row.line) ?? [] })) }
}

type Cells = RawImportRow['cells']
type Read<Row> = { row: Row; problems: [] } | { row: null; problems: ImportProblem[] }

const columnNames: Record<string, string> = {
  externalId: 'receiver',
  firstName: 'first_name',
  lastName: 'last_name',
  endedAt: 'ended_at',
  orderId: 'order_id',
}
const columnOf = (path: string) => columnNames[path] ?? path.replace(/^destination\./, '')

/** A problem of a value, at its column. */
export const fieldProblem = (problem: InputProblem): ImportProblem => ({
  code: 'field',
  column: columnOf(problem.path),
  problem,
})

const given = (cells: Cells, names: Record<string, string>) =>
  Object.fromEntries(
    Object.entries(names).flatMap(([as, column]) =>
      cells[column] === undefined ? [] : [[as, cells[column]]],
    ),
  )

export function readReceiverRow({ line, cells }: RawImportRow): Read<ReceiverRow> {
  const names = { email: 'email', firstName: 'first_name', lastName: 'last_name', locale: 'locale' }
  const read = receiverSchema.safeParse(
    { externalId: cells['receiver'] ?? '', ...given(cells, names) },
    { error: issueWords },
  )
  if (!read.success)
    return { row: null, problems: read.error.issues.flatMap(describeIssue).map(fieldProblem) }
  const { externalId, email = null, firstName = null, lastName = null, locale = null } = read.data
  return { row: { line, externalId, email, firstName, lastName, locale }, problems: [] }
}

const destinationSchema = z.strictObject({
  receiver: idText(128),
  label: text(labelMaxCharacters).optional(),
  destination: payoutRequestSchema.shape.destination,
})

const answers: Partial<Record<string, boolean>> = {
  yes: true,
  true: true,
  '1': true,
  no: false,
  false: false,
  '0': false,
}

/** Well-formed; whether it is what this installation asks for is for `judgeDestination`. */
export function readDestinationRow(
  fields: readonly string[],
  { line, cells }: RawImportRow,
): Read<DestinationRow> {
  const destination = Object.fromEntries(
    destinationColumns(fields).flatMap((name) => (cells[name] === undefined ? [] : [[name, cells[name]]])),
  )
  const read = destinationSchema.safeParse(
    { receiver: cells['receiver'] ?? '', ...given(cells, { label: 'label' }), destination },
    { error: issueWords },
  )
  const isDefault = cells['default'] === undefined ? false : answers[cells['default'].toLowerCase()]
  const problems = [
    ...(read.success ? [] : read.error.issues.flatMap(describeIssue)),
    ...(isDefault === undefined
      ? [{ path: 'default', said: { code: 'oneOf' as const, list: 'yes, no' } }]
      : []),
  ]
  if (!read.success || isDefault === undefined) return { row: null, problems: problems.map(fieldProblem) }
  const { receiver, label = '' } = read.data
  return { row: { line, receiver, label, isDefault, fields: read.data.destination }, problems: [] }
}

const historySchema = z.strictObject({
  reference: idText(128),
  receiver: idText(128),
  last4: text(4).optional(),
  orderId: idText(128).optional(),
  note: text(500).optional(),
})

export function readHistoryRow(nowMs: number, { line, cells }: RawImportRow): Read<HistoryRow> {
  const read = historySchema.safeParse(
    {
      reference: cells['reference'] ?? '',
      receiver: cells['receiver'] ?? '',
      ...given(cells, { last4: 'last4', orderId: 'order_id', note: 'note' }),
    },
    { error: issueWords },
  )
  const problems: InputProblem[] = read.success ? [] : read.error.issues.flatMap(describeIssue)
  const currency = (cells['currency'] ?? '').toUpperCase()
  if (!isCurrencyCode(currency)) problems.push({ path: 'currency', said: { code: 'currencyCode' } })
  const amount = historyAmount(cells['amount'] ?? '', currency)
  if (!amount.ok)
    problems.push({ path: 'amount', said: amountProblem(amount.problem, cells['amount'] ?? '', currency) })
  const status = finalStatuses.find((one) => one === cells['status']?.toLowerCase())
  if (status === undefined)
    problems.push({ path: 'status', said: { code: 'oneOf', list: finalStatuses.join(', ') } })
  const endedAt = momentOf(cells['ended_at'] ?? '')
  if (endedAt === null || endedAt.getTime() > nowMs)
    problems.push({ path: 'endedAt', said: { code: 'pastMoment' } })
  if (!read.success || !amount.ok || status === undefined || endedAt === null || problems.length > 0)
    return { row: null, problems: problems.map(fieldProblem) }
  const { reference, receiver, last4 = null, orderId = null, note = null } = read.data
  return {
    row: {
      ...{ line, reference, receiver, currency, status, last4, orderId, note },
      amountMinor: amount.amountMinor.toString(),
      endedAt: endedAt.toISOString(),
    },
    problems: [],
  }
}

/** As `parseAmount`, but up to 15 digits: what is past need not fit into a request to Cardzo. */
function historyAmount(typed: string, currency: string): ReturnType<typeof parseAmount> {
  const read = parseAmount(typed, currency)
  if (read.ok || read.problem !== 'too_long') return read
  const [whole = '', fraction = ''] = typed.split('.')
  return whole.length > 15
    ? read
    : { ok: true, amountMinor: BigInt(whole + fraction.padEnd(exponentOf(currency), '0')) }
}

/** A time with its offset, or a day, which begins in UTC. */
function momentOf(typed: string): Date | null {
  const isDay = z.iso.date().safeParse(typed).success
  if (!isDay && !z.iso.datetime({ offset: true }).safeParse(typed).success) return null
  return new Date(isDay ? `${typed}T00:00:00Z` : typed)
}
