/** A table as people save it from a spreadsheet, CSV or XLSX: its header decides what each cell is, and every problem has its line. */
import Papa from 'papaparse'
import type { FileProblem, LineProblem } from '#lib/payouts/grant-file-problems.ts'
import { isSheet, readSheet } from './xlsx-table.ts'
import type { RawRow } from './xlsx-table.ts'

export type TableShape = {
  /** Names of columns. */
  needed: readonly string[]
  optional: readonly string[]
  maxBytes: number
  maxRows: number
  /** Columns of free text, where what looks like a date is only a text. */
  prose?: readonly string[]
  /** Columns whose digits are no number: a spreadsheet may have lost a zero at their beginning. */
  digits?: readonly string[]
  /** Is XLSX taken too? */
  sheets?: boolean
}

/** One row: its line in the file (the header is mostly line 1) and its cells, without the blank ones. */
export type TableRow = { line: number; cells: Partial<Record<string, string>> }

/** Not ok: the file as a whole can't be read. Else what is wrong with single rows is in `problems`. */
export type Table =
  | { ok: true; rows: TableRow[]; problems: LineProblem[] }
  | { ok: false; problems: LineProblem[] }

const whole = (problem: FileProblem): Table => ({ ok: false, problems: [{ line: 0, ...problem }] })

/** Takes the bytes of a file, or its text if that was read before. */
export function readTable(content: Uint8Array | string, shape: TableShape): Table {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  if (bytes.byteLength > shape.maxBytes)
    return whole({ code: 'tooLarge', max: Math.floor(shape.maxBytes / 1024 / 1024) })
  if (shape.sheets && typeof content !== 'string' && isSheet(content)) {
    const sheet = readSheet(content, shape.maxRows + 1)
    if (!sheet.ok) return whole(sheet.problem)
    return sheet.rows.length === 0 ? whole({ code: 'empty' }) : tableOf(sheet.rows, shape)
  }
  const decoded = typeof content === 'string' ? { ok: true as const, text: content } : decode(content)
  return decoded.ok ? readText(decoded.text, shape) : whole(decoded)
}

/** Reads UTF-8, with or without a byte order mark, or UTF-16 with one. Else says what a spreadsheet may have written instead. */
export function decode(
  bytes: Uint8Array,
): { ok: true; text: string } | { ok: false; code: 'isSpreadsheet' | 'notUtf8' | 'brokenUtf16' } {
  const [first, second] = bytes
  if (first === 0x50 && second === 0x4b) return { ok: false, code: 'isSpreadsheet' }
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8'
  try {
    return { ok: true, text: new TextDecoder(encoding, { fatal: true }).decode(bytes) }
  } catch {
    return { ok: false, code: encoding === 'utf-8' ? 'notUtf8' : 'brokenUtf16' }
  }
}

const separators = [',', ';', '\t'] as const

function readText(given: string, shape: TableShape): Table {
  const text = given.replace(/^\uFEFF/, '')
  if (text.trim() === '') return whole({ code: 'empty' })
  if (text.includes('\0')) return whole({ code: 'noText' })
  // Excel may name the separator in a first line that is not a row.
  const named = /^"?sep=(.)"?[,;\t]*(\r\n|\r|\n|$)/i.exec(text)
  const [line, separator = ''] = named ?? []
  if (line !== undefined && !separators.some((one) => one === separator))
    return whole({ code: 'separator', separator })
  const rest = text.slice(line?.length ?? 0)
  const header = rest.slice(0, rest.search(/[\r\n]|$/))
  const most = separators.reduce((best, one) =>
    header.split(one).length > header.split(best).length ? one : best,
  )
  // Papa expects one kind of line end throughout. Line ends inside quoted cells stay line ends.
  return readCsv(rest.replaceAll(/\r\n|\r/g, '\n'), separator || most, line === undefined ? 1 : 2, shape)
}

function readCsv(text: string, delimiter: string, firstLine: number, shape: TableShape): Table {
  // Keeps empty lines, so that lines are counted as in the file.
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter,
    newline: '\n',
    skipEmptyLines: false,
  })
  const [quotes] = errors.filter(({ type }) => type === 'Quotes')
  const lines = lineNumbers(data, firstLine)
  if (quotes) return { ok: false, problems: [{ line: lines[quotes.row ?? 0] ?? firstLine, code: 'quotes' }] }
  return tableOf(
    data.map((cells, index) => ({ line: lines[index] ?? 0, cells })),
    shape,
  )
}

/** The first row is the header. */
function tableOf(all: readonly RawRow[], shape: TableShape): Table {
  const [header, ...body] = all
  const names = withoutEmptyEnd(header?.cells ?? [], 0).map((name) => name.trim().toLowerCase())
  const wrong = headerProblems(names, shape)
  if (wrong.length > 0)
    return { ok: false, problems: wrong.map((one) => ({ line: header?.line ?? 1, ...one })) }
  const filled = body.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''))
  if (filled.length > shape.maxRows) return whole({ code: 'tooManyRows', max: shape.maxRows })
  if (filled.length === 0) return whole({ code: 'noRows' })

  const problems: LineProblem[] = []
  const rows = filled.map(({ line, cells: given, numbers, isHidden }): TableRow => {
    // Spreadsheets may write columns that are empty from top to bottom, and leave out what is empty at the end of a row.
    const cells = withoutEmptyEnd(given, names.length)
    while (numbers && cells.length < names.length) cells.push('')
    const row = { line, cells: named(names, cells) }
    if (isHidden) problems.push({ line, code: 'hiddenRow' })
    else if (cells.length !== names.length)
      problems.push({ line, code: 'cells', cells: cells.length, names: names.length })
    else problems.push(...wreckageIn(row, names, shape, numbers))
    return row
  })
  return { ok: true, rows, problems }
}

/** The line on which each row begins; a quoted cell may span several. */
function lineNumbers(rows: string[][], firstLine: number): number[] {
  let line = firstLine
  return rows.map((cells) => {
    const own = line
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
    return own
  })
}

function withoutEmptyEnd(cells: string[], least: number): string[] {
  let length = cells.length
  while (length > least && cells[length - 1]?.trim() === '') length--
  return cells.slice(0, length)
}

const months = 'jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec'
/** As spreadsheets write it: one digit, a sign and two digits at least. "1234e567" may be somebody's id. */
const shortenedNumber = /^[+-]?\d([.,]\d+)?E[+-]\d{2,}$/i
/** No account number looks like one, in whatever way it was written. */
const anyExponent = /^[+-]?\d+([.,]\d+)?E[+-]?\d+$/i
const wreckage: [RegExp, 'shortened' | 'narrow' | 'sheetError' | 'date'][] = [
  [shortenedNumber, 'shortened'],
  [/^#+$/, 'narrow'],
  [/^#(N\/A|NV|REF!|VALUE!|NAME\?|DIV\/0!|NUM!|NULL!|SPILL!|CALC!)$/i, 'sheetError'],
  [
    new RegExp(
      `^(\\d{1,4}[-/. ](${months})[a-z]*\\.?|(${months})[a-z]*\\.?[-/. ]\\d{1,4})([-/. ]\\d{1,4})?$`,
      'i',
    ),
    'date',
  ],
  [/^(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}[./-]\d{1,2}[./-]\d{1,2})( \d{1,2}:\d{2}(:\d{2})?)?$/, 'date'],
]

/** A value that a spreadsheet has mangled would name a wrong receiver or account, or ask a second time for what is there. */
function wreckageIn(
  { line, cells }: TableRow,
  names: readonly string[],
  { prose = [], digits = [] }: TableShape,
  numbers?: ReadonlySet<number>,
): LineProblem[] {
  return names.flatMap((column, place): LineProblem[] => {
    const cell = cells[column]
    if (cell === undefined) return []
    const found = wreckage.find(([pattern]) => pattern.test(cell))
    if (found && !(prose.includes(column) && found[1] === 'date'))
      return [{ line, code: found[1], column, cell }]
    if (!digits.includes(column)) return []
    if (anyExponent.test(cell)) return [{ line, code: 'shortened', column, cell }]
    if (numbers?.has(place)) return [{ line, code: 'numberCell', column, cell }]
    return []
  })
}

function headerProblems(names: string[], { needed, optional }: TableShape): FileProblem[] {
  const problems: FileProblem[] = []
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0)
    problems.push({
      code: 'headerLacks',
      missing: missing.join(', '),
      needed: needed.join(','),
      optional: optional.join(', '),
    })
  for (const name of new Set(names)) {
    if (!needed.includes(name) && !optional.includes(name)) problems.push({ code: 'unknownColumn', name })
    else if (names.filter((one) => one === name).length > 1) problems.push({ code: 'columnTwice', name })
  }
  return problems
}

const named = (names: string[], cells: string[]): TableRow['cells'] =>
  Object.fromEntries(
    names.flatMap((name, index) => (cells[index]?.trim() ? [[name, cells[index].trim()]] : [])),
  )
