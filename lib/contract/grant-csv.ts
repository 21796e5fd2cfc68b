/** A file of grants, as people save it from a spreadsheet: read whole, with everything wrong named by its line. */
import Papa from 'papaparse'

export const grantFileMaxBytes = 2 * 1024 * 1024
export const grantFileMaxRows = 5000

const needed = ['receiver', 'currency', 'amount', 'reference'] as const
const optional = ['email', 'first_name', 'last_name'] as const
const columns = [...needed, ...optional]
type Column = (typeof columns)[number]

/** One row, its line in the file (the header is line 1), and what stands in it; blank cells are left out. */
export type GrantRow = { line: number; cells: Partial<Record<Column, string>> }
/** Line 0 is the file as a whole. */
export type LineProblem = { line: number; message: string }

export type GrantFile = { ok: true; rows: GrantRow[] } | { ok: false; problems: LineProblem[] }

const whole = (message: string): GrantFile => ({ ok: false, problems: [{ line: 0, message }] })

/** Bytes of a file, or text that was read before. */
export function readGrantFile(content: Uint8Array | string): GrantFile {
  const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content
  if (bytes.byteLength > grantFileMaxBytes)
    return whole('The file is larger than 2 MB. Split it into several files.')
  const decoded = typeof content === 'string' ? { ok: true as const, text: content } : decode(content)
  return decoded.ok ? readGrantText(decoded.text) : whole(decoded.message)
}

/** UTF-8, with or without a mark at its beginning; what spreadsheets write otherwise is told by name. */
export function decode(bytes: Uint8Array): { ok: true; text: string } | { ok: false; message: string } {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return {
      ok: false,
      message: 'The file is UTF-16 ("Unicode text"). Save it as "CSV UTF-8" and send it again.',
    }
  if (first === 0x50 && second === 0x4b)
    return {
      ok: false,
      message: 'This is a spreadsheet, not a CSV file. Save it as "CSV UTF-8" and send that.',
    }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(bytes) }
  } catch {
    return {
      ok: false,
      message:
        'The file is not UTF-8: letters such as é or ü would be lost. Save it as "CSV UTF-8" and send it again.',
    }
  }
}

function readGrantText(given: string): GrantFile {
  const text = given.replace(/^\uFEFF/, '')
  if (text.trim() === '') return whole('The file is empty.')
  if (text.includes('\0')) return whole('This is no text. Save the table as "CSV UTF-8" and send that.')
  const header = text.slice(0, text.search(/[\r\n]|$/))
  const separated = [';', '\t'].find((sign) => header.split(sign).length > header.split(',').length)
  if (separated !== undefined)
    return whole(
      `The columns are separated by ${separated === ';' ? 'semicolons' : 'tabs'}. Separate them by commas: the header is "${needed.join(',')}".`,
    )
  return readRows(text)
}

function readRows(text: string): GrantFile {
  // Keeps empty lines, so that the count of lines stays that of the file.
  const { data, errors } = Papa.parse<string[]>(text, { delimiter: ',', skipEmptyLines: false })
  const [quotes] = errors.filter(({ type }) => type === 'Quotes')
  const lines = lineNumbers(data)
  if (quotes)
    return {
      ok: false,
      problems: [
        {
          line: lines[quotes.row ?? 0] ?? 1,
          message: 'A quotation mark is opened and not closed, or stands inside a word.',
        },
      ],
    }
  const [header = [], ...body] = data
  const names = header.map((name) => name.trim().toLowerCase())
  const wrong = headerProblems(names)
  if (wrong.length > 0) return { ok: false, problems: wrong.map((message) => ({ line: 1, message })) }

  const rows: GrantRow[] = []
  const problems: LineProblem[] = []
  for (const [index, cells] of body.entries()) {
    const line = lines[index + 1] ?? 0
    if (cells.every((cell) => cell.trim() === '')) continue
    if (cells.length === names.length) rows.push({ line, cells: named(names, cells) })
    else
      problems.push({
        line,
        message: `Has ${cells.length} columns, the header has ${names.length}. A cell with a comma stands in quotation marks; amounts have a dot.`,
      })
  }
  if (rows.length + problems.length > grantFileMaxRows)
    return whole(`The file has more than ${grantFileMaxRows} rows. Split it into several files.`)
  if (rows.length + problems.length === 0) return whole('The file has a header and no rows.')
  return problems.length > 0 ? { ok: false, problems } : { ok: true, rows }
}

/** A cell in quotation marks may hold line ends, so a row is not always a line. */
function lineNumbers(rows: string[][]): number[] {
  let line = 1
  return rows.map((cells) => {
    const own = line
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\r\n|\r|\n/g)?.length ?? 0), 0)
    return own
  })
}

function headerProblems(names: string[]): string[] {
  const problems: string[] = []
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0)
    problems.push(
      `The header lacks ${missing.join(', ')}. It is "${needed.join(',')}", and ${optional.join(', ')} if you like.`,
    )
  for (const name of new Set(names)) {
    if (!columns.some((one) => one === name)) problems.push(`"${name}" is no column that is known here.`)
    else if (names.filter((one) => one === name).length > 1)
      problems.push(`"${name}" stands in the header twice.`)
  }
  return problems
}

const named = (names: string[], cells: string[]): GrantRow['cells'] =>
  Object.fromEntries(
    names.flatMap((name, index) => (cells[index]?.trim() ? [[name, cells[index].trim()]] : [])),
  )
