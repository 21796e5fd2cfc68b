/** A file of grants, as people save it from a spreadsheet. It is read as a whole, and every problem is listed with its line. */
import Papa from 'papaparse'
import type { FileProblem, LineProblem } from '#lib/payouts/grant-file-problems.ts'

export const grantFileMaxBytes = 2 * 1024 * 1024
export const grantFileMaxRows = 5000

const needed = ['receiver', 'currency', 'amount', 'reference'] as const
const optional = ['email', 'first_name', 'last_name', 'locale'] as const
const columns = [...needed, ...optional]
type Column = (typeof columns)[number]

/** One row: its line in the file (the header is line 1) and its cells, without the blank ones. */
export type GrantRow = { line: number; cells: Partial<Record<Column, string>> }
type GrantFile = { ok: true; rows: GrantRow[] } | { ok: false; problems: LineProblem[] }

const whole = (problem: FileProblem): GrantFile => ({ ok: false, problems: [{ line: 0, ...problem }] })

/** Takes the bytes of a file, or its text if that was read before. */
export function readGrantFile(content: Uint8Array | string): GrantFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  if (bytes.byteLength > grantFileMaxBytes) return whole({ code: 'tooLarge' })
  const decoded = typeof content === 'string' ? { ok: true as const, text: content } : decode(content)
  return decoded.ok ? readGrantText(decoded.text) : whole(decoded)
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

function readGrantText(given: string): GrantFile {
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
  return readRows(rest.replaceAll(/\r\n|\r/g, '\n'), separator || most, line === undefined ? 1 : 2)
}

function readRows(text: string, delimiter: string, firstLine: number): GrantFile {
  // Keeps empty lines, so that lines are counted as in the file.
  const { data, errors } = Papa.parse<string[]>(text, {
    delimiter,
    newline: '\n',
    skipEmptyLines: false,
  })
  const [quotes] = errors.filter(({ type }) => type === 'Quotes')
  const lines = lineNumbers(data, firstLine)
  if (quotes)
    return {
      ok: false,
      problems: [
        {
          line: lines[quotes.row ?? 0] ?? firstLine,
          code: 'quotes',
        },
      ],
    }
  const [header = [], ...body] = data
  const names = withoutEmptyEnd(header, 0).map((name) => name.trim().toLowerCase())
  const wrong = headerProblems(names)
  if (wrong.length > 0) return { ok: false, problems: wrong.map((one) => ({ line: firstLine, ...one })) }

  const rows: GrantRow[] = []
  const problems: LineProblem[] = []
  for (const [index, given] of body.entries()) {
    // Spreadsheets may write columns that are empty from top to bottom.
    const cells = withoutEmptyEnd(given, names.length)
    const line = lines[index + 1] ?? 0
    if (cells.every((cell) => cell.trim() === '')) continue
    if (cells.length === names.length) {
      const row = { line, cells: named(names, cells) }
      rows.push(row)
      problems.push(...wreckageIn(row))
    } else
      problems.push({
        line,
        ...{ code: 'cells', cells: cells.length, names: names.length },
      })
  }
  if (body.filter((cells) => cells.some((cell) => cell.trim() !== '')).length > grantFileMaxRows)
    return whole({ code: 'tooManyRows', max: grantFileMaxRows })
  if (rows.length + problems.length === 0) return whole({ code: 'noRows' })
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rows }
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
const wreckage: [RegExp, 'shortened' | 'narrow' | 'sheetError' | 'date'][] = [
  [/^[+-]?\d+([.,]\d+)?E[+-]?\d+$/i, 'shortened'],
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

/** A value that a spreadsheet has mangled would name a wrong receiver, or make a second grant of one that is there. */
function wreckageIn({ line, cells }: GrantRow): LineProblem[] {
  return columns.flatMap((column) => {
    const cell = cells[column]
    const found = cell === undefined ? undefined : wreckage.find(([pattern]) => pattern.test(cell))
    if (!found || cell === undefined) return []
    return [{ line, code: found[1], column, cell }]
  })
}

function headerProblems(names: string[]): FileProblem[] {
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
    if (!columns.some((one) => one === name)) problems.push({ code: 'unknownColumn', name })
    else if (names.filter((one) => one === name).length > 1) problems.push({ code: 'columnTwice', name })
  }
  return problems
}

const named = (names: string[], cells: string[]): GrantRow['cells'] =>
  Object.fromEntries(
    names.flatMap((name, index) => (cells[index]?.trim() ? [[name, cells[index].trim()]] : [])),
  )
