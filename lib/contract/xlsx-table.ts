/**
 * The first sheet of an XLSX file as rows of text. Unpacked within limits by node:zlib, read by saxes, which knows no entities but those of
 * XML itself; formulas are their stored results, and nothing else in the file is looked at.
 */
import { inflateRawSync } from 'node:zlib'
import { SaxesParser } from 'saxes'
import type { FileProblem } from '#lib/payouts/grant-file-problems.ts'

/** Of one part, unpacked. Ten thousand rows of fifteen cells are about ten million bytes. */
const partMaxBytes = 24 * 1024 * 1024
/** Files in the archive. An XLSX has a dozen and a few per sheet. */
const partsAtMost = 500
/** More characters than any column may have, so that what is cut is refused. */
const cellMaxLength = 5_000
/** Cells in a row beyond these are not read. */
const cellsAtMost = 200

/** Does it begin like a ZIP archive, or like what Excel wrote before 2007 and writes with a password? */
export const isSheet = ([a, b, c, d]: Uint8Array): boolean =>
  (a === 0x50 && b === 0x4b) || (a === 0xd0 && b === 0xcf && c === 0x11 && d === 0xe0)

/**
 * A row as its file has it. `numbers`: the places of its cells that are numbers and not text, where the file tells them apart. `isHidden`:
 * who looks at the file doesn't see it.
 */
export type RawRow = { line: number; cells: string[]; numbers?: ReadonlySet<number>; isHidden?: boolean }

export type Sheet = { ok: true; rows: RawRow[] } | { ok: false; problem: FileProblem }

/** What is wrong with the file; anything else that is thrown is a bug. */
class Unreadable extends Error {
  readonly problem: FileProblem
  constructor(problem: FileProblem) {
    super(problem.code)
    this.problem = problem
  }
}
const broken = () => new Unreadable({ code: 'brokenSheet' })

/** At most `maxRows` rows that hold something, and the header among them. */
export function readSheet(bytes: Uint8Array, maxRows: number): Sheet {
  try {
    const part = openZip(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
    const texts = sharedTexts(part('xl/sharedStrings.xml'))
    const { path, is1904 } = firstSheet(part)
    const dates = dateStyles(part('xl/styles.xml'))
    return { ok: true, rows: rowsOf(part(path) ?? '', { texts, dates, is1904 }, maxRows) }
  } catch (error) {
    if (error instanceof Unreadable) return { ok: false, problem: error.problem }
    throw error
  }
}

/** Reads one part of the archive as text; undefined: there is none of that name. Only parts that are asked for are unpacked. */
function openZip(zip: Buffer): (name: string) => string | undefined {
  const parts = new Map<string, { method: number; packed: number; at: number }>()
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]))
  if (end < 0 || end + 22 > zip.length) throw broken()
  const count = zip.readUInt16LE(end + 10)
  let at = zip.readUInt32LE(end + 16)
  if (count > partsAtMost) throw broken()
  for (let n = 0; n < count; n++) {
    if (at + 46 > zip.length || zip.readUInt32LE(at) !== 0x02014b50) throw broken()
    const name = zip.toString('utf8', at + 46, at + 46 + zip.readUInt16LE(at + 28))
    const entry = {
      method: zip.readUInt16LE(at + 10),
      packed: zip.readUInt32LE(at + 20),
      at: zip.readUInt32LE(at + 42),
    }
    // Some programs write backslashes, and some names in other case.
    parts.set(name.replaceAll('\\', '/').toLowerCase(), entry)
    at += 46 + zip.readUInt16LE(at + 28) + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return (name) => {
    const entry = parts.get(name.toLowerCase())
    return entry && unpack(zip, entry)
  }
}

function unpack(zip: Buffer, { method, packed, at }: { method: number; packed: number; at: number }): string {
  if (at + 30 > zip.length || zip.readUInt32LE(at) !== 0x04034b50) throw broken()
  const from = at + 30 + zip.readUInt16LE(at + 26) + zip.readUInt16LE(at + 28)
  if (from + packed > zip.length) throw broken()
  const body = zip.subarray(from, from + packed)
  if (method === 0) return body.toString('utf8')
  if (method !== 8) throw broken()
  try {
    return inflateRawSync(body, { maxOutputLength: partMaxBytes }).toString('utf8')
  } catch (error) {
    // Whatever the archive claims, no more than this is unpacked.
    const isTooBig = error instanceof Error && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE'
    throw isTooBig ? new Unreadable({ code: 'sheetTooBig' }) : broken()
  }
}

type Tag = { name: string; attributes: Record<string, string> }

/** Walks through XML. A document type could only be there to do harm. */
function walk(
  xml: string,
  {
    open,
    close,
    text,
  }: { open?: (tag: Tag) => void; close?: (name: string) => void; text?: (text: string) => void },
): void {
  const parser = new SaxesParser()
  parser.on('error', () => {
    throw broken()
  })
  parser.on('doctype', () => {
    throw broken()
  })
  // Some programs write a prefix before every name.
  const plain = (name: string) => name.slice(name.indexOf(':') + 1)
  parser.on('opentag', ({ name, attributes }) => open?.({ name: plain(name), attributes }))
  parser.on('closetag', ({ name }) => close?.(plain(name)))
  parser.on('text', (found) => text?.(found))
  parser.on('cdata', (found) => text?.(found))
  parser.write(xml).close()
}

/** The path of the sheet that comes first in the workbook and isn't hidden, and whether its days are counted from 1904. */
function firstSheet(part: (name: string) => string | undefined): { path: string; is1904: boolean } {
  const [workbook, links] = [part('xl/workbook.xml'), part('xl/_rels/workbook.xml.rels')]
  if (workbook === undefined || links === undefined) throw broken()
  const ids: string[] = []
  let is1904 = false
  walk(workbook, {
    open({ name, attributes }) {
      if (name === 'workbookPr') is1904 = isOn(attributes['date1904'])
      if (name !== 'sheet' || (attributes['state'] ?? 'visible') !== 'visible') return
      const [, link] = Object.entries(attributes).find(([attribute]) => /(^|:)id$/.test(attribute)) ?? []
      if (link !== undefined) ids.push(link)
    },
  })
  // A chart can be a sheet of its own.
  const targets = new Map<string, string>()
  walk(links, {
    open({ name, attributes: { Id, Target, Type = '' } }) {
      if (name === 'Relationship' && Id !== undefined && Target !== undefined && /\/worksheet$/.test(Type))
        targets.set(Id, Target)
    },
  })
  const target = ids.map((id) => targets.get(id)).find((one) => one !== undefined)
  if (target === undefined) throw broken()
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target}`
  if (part(path) === undefined) throw broken()
  return { path, is1904 }
}

const isOn = (flag: string | undefined) => flag === '1' || flag === 'true'

/** Formats that are built in and show a day or a time. */
const isBuiltInDate = (id: number) =>
  (id >= 14 && id <= 22) || (id >= 27 && id <= 36) || (id >= 45 && id <= 47) || (id >= 50 && id <= 58)
/** Does it show days or hours? What is quoted or in brackets says nothing, but for hours that go on beyond a day. */
const isDateFormat = (format: string) =>
  /[dmyhs]/i.test(format.replaceAll(/"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]/gi, ''))

/** The numbers of the cell styles that show a number as a date. */
function dateStyles(xml: string | undefined): Set<number> {
  const styles = new Set<number>()
  if (xml === undefined) return styles
  const formats = new Map<number, string>()
  let [isCells, count] = [false, 0]
  walk(xml, {
    open({ name, attributes }) {
      if (name === 'numFmt') formats.set(Number(attributes['numFmtId']), attributes['formatCode'] ?? '')
      else if (name === 'cellXfs') isCells = true
      else if (name === 'xf' && isCells) {
        const id = Number(attributes['numFmtId'] ?? 0)
        const format = formats.get(id)
        if (format === undefined ? isBuiltInDate(id) : isDateFormat(format)) styles.add(count)
        count++
      }
    },
    close(name) {
      if (name === 'cellXfs') isCells = false
    },
  })
  return styles
}

/** Texts that cells name by number. What helps to pronounce them is no part of them. */
function sharedTexts(xml: string | undefined): string[] {
  const texts: string[] = []
  if (xml === undefined) return texts
  let [current, isText, isAside]: [string, boolean, boolean] = ['', false, false]
  walk(xml, {
    open({ name }) {
      if (name === 'si') current = ''
      else if (name === 't') isText = true
      else if (name === 'rPh') isAside = true
    },
    text(found) {
      if (isText && !isAside) current += found
    },
    close(name) {
      if (name === 'si') texts.push(current)
      else if (name === 't') isText = false
      else if (name === 'rPh') isAside = false
    },
  })
  return texts
}

type Workbook = { texts: readonly string[]; dates: ReadonlySet<number>; is1904: boolean }

function rowsOf(xml: string, { texts, dates, is1904 }: Workbook, maxRows: number): RawRow[] {
  const rows: RawRow[] = []
  let [line, place, type, style, value] = [0, -1, '', 0, '']
  let [isValue, isAside, isHidden] = [false, false, false]
  let [cells, numbers]: [string[], Set<number>] = [[], new Set()]
  const endCell = () => {
    if (place < 0 || place >= cellsAtMost || value === '') return
    while (cells.length < place) cells.push('')
    const isNumber = type === '' || type === 'n'
    if (isNumber) numbers.add(place)
    const text =
      type === 's'
        ? (texts[Number(value)] ?? '')
        : type === 'b'
          ? isOn(value)
            ? 'TRUE'
            : 'FALSE'
          : isNumber
            ? dates.has(style)
              ? dateText(Number(value), is1904)
              : numberText(value)
            : value
    cells[place] = text.slice(0, cellMaxLength)
  }
  walk(xml, {
    open({ name, attributes }) {
      if (name === 'row') {
        line = Number(attributes['r'] ?? line + 1)
        ;[cells, numbers, place, isHidden] = [[], new Set(), -1, isOn(attributes['hidden'])]
        if (!Number.isSafeInteger(line) || line < 1) throw broken()
      } else if (name === 'c') {
        place = attributes['r'] === undefined ? place + 1 : placeOf(attributes['r'])
        ;[type, style, value] = [attributes['t'] ?? '', Number(attributes['s'] ?? 0), '']
      } else if (name === 'v' || name === 't') isValue = true
      else if (name === 'rPh') isAside = true
    },
    text(found) {
      if (isValue && !isAside) value += found
    },
    close(name) {
      if (name === 'v' || name === 't') isValue = false
      else if (name === 'rPh') isAside = false
      else if (name === 'c') endCell()
      else if (name === 'row' && cells.some((cell) => cell.trim() !== '')) {
        rows.push({ line, cells, numbers, ...(isHidden && { isHidden }) })
        if (rows.length > maxRows) throw new Unreadable({ code: 'tooManyRows', max: maxRows - 1 })
      }
    },
  })
  return rows
}

/** "AB12" is column 27, counted from 0. */
function placeOf(reference: string): number {
  const letters = /^([A-Z]{1,3})\d+$/.exec(reference)?.[1]
  if (letters === undefined) throw broken()
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1
}

/** A day, or a day and a time, that a spreadsheet keeps as a number of days. Its own year 1900 has a day too many. */
function dateText(days: number, is1904: boolean): string {
  if (!Number.isFinite(days)) return String(days)
  const since = is1904 ? Date.UTC(1904, 0, 1) : Date.UTC(1899, 11, days < 60 ? 31 : 30)
  const at = new Date(since + Math.round(days * 86_400) * 1_000)
  if (Number.isNaN(at.getTime())) return String(days)
  const [day = '', time = ''] = at.toISOString().split(/[T.]/)
  return Number.isInteger(days) ? day : `${day} ${time}`
}

/** As the spreadsheet shows it: fifteen digits are what it keeps. Longer numbers come out shortened, and are refused as such. */
function numberText(value: string): string {
  const number = Number(value)
  if (!Number.isFinite(number)) return value
  if (Number.isInteger(number) && Math.abs(number) >= 1e15) return number.toExponential().toUpperCase()
  const text = String(Number(number.toPrecision(15)))
  return text.toUpperCase()
}
