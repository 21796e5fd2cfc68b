/** Rows as files that spreadsheets open: CSV and XLSX. No text in them can run as a formula. Pure but for compression. */
import { crc32, createDeflateRaw, deflateRawSync } from 'node:zlib'
import Papa from 'papaparse'

/** `amount`: a decimal text, a number in XLSX, shown with as many digits after the dot as it has. */
export type Cell = string | { amount: string }

/** Excel reads a CSV file as UTF-8 only with this mark; other readers skip it. */
const byteOrderMark = '\uFEFF'

const textOf = (cell: Cell) => (typeof cell === 'string' ? inert(cell) : cell.amount)

/** The first line of a CSV file. */
export const csvHead = (heads: readonly string[]): string => byteOrderMark + csvLines([heads])

/** Every cell is quoted, so that a typed comma ends none. Each record ends its line. */
export const csvLines = (records: readonly (readonly Cell[])[]): string =>
  records.map((record) => `${Papa.unparse([record.map(textOf)], { quotes: true })}\r\n`).join('')

/**
 * Where a formula could begin: at the start of a cell, and behind anything that a spreadsheet with other settings takes for the end of
 * one, even when blanks, invisible characters or quotation marks come before the sign. Full-width signs count.
 */
const formulas = /(^|[;\t\r\n])((?:(?![\t\r\n])[\s\p{C}\p{Z}"'‘’“”＂＇])*)(?=[=+\-@＝＋－＠−])/gu

/**
 * A cell that begins like a formula would be run by the spreadsheet that opens it; the apostrophe makes it text (OWASP, CSV injection).
 * Papa's own `escapeFormulae` never looks inside a cell.
 */
function inert(cell: string): string {
  const disarmed = cell.replaceAll(formulas, "$1'$2")
  return /^[\t\r\n]/.test(disarmed) ? `'${disarmed}` : disarmed
}

/** Writes one sheet, batch by batch. Only the compressed file is in memory: some megabytes for 100,000 rows. */
export function startXlsx(heads: readonly string[]): {
  add: (records: readonly (readonly Cell[])[]) => Promise<void>
  end: () => Promise<Buffer>
} {
  const sheet = createDeflateRaw()
  const parts: Buffer[] = []
  sheet.on('data', (part: Buffer) => parts.push(part))
  const done = new Promise<void>((resolve, reject) => sheet.once('end', resolve).once('error', reject))
  let [checksum, size] = [0, 0]
  const write = async (text: string) => {
    const bytes = Buffer.from(text)
    checksum = crc32(bytes, checksum)
    size += bytes.length
    await new Promise<void>((resolve, reject) => {
      sheet.write(bytes, (error) => (error ? reject(error) : resolve()))
    })
  }
  // The head stays in view.
  const began = write(
    `${xmlHead}<worksheet xmlns="${main}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" state="frozen"/></sheetView></sheetViews><sheetData>${rowXml(heads)}`,
  )
  return {
    async add(records) {
      await began
      await write(records.map(rowXml).join(''))
    },
    async end() {
      await began
      await write('</sheetData></worksheet>')
      sheet.end()
      await done
      const data = { name: 'xl/worksheets/sheet1.xml', packed: Buffer.concat(parts), checksum, size }
      return zip([...fixedFiles.map(([name, text]) => packed(name, text)), data])
    },
  }
}

const xmlHead = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
const main = 'http://schemas.openxmlformats.org/spreadsheetml/2006/main'
const relations = 'http://schemas.openxmlformats.org/package/2006/relationships'
const office = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships'

/** By digits after the dot: 1234, 1234.5 … as `numFmts` below number them. */
const styleOf = (amount: string) => Math.min(4, (amount.split('.')[1] ?? '').length) + 1

const rowXml = (record: readonly Cell[]): string => `<row>${record.map(cellXml).join('')}</row>`

function cellXml(cell: Cell): string {
  if (typeof cell !== 'string') return `<c s="${styleOf(cell.amount)}"><v>${cell.amount}</v></c>`
  if (cell === '') return '<c/>'
  // A text by its type, whatever it begins with. XML has no way to say most control characters.
  const text = cell
    .replaceAll(/(?![\t\n\r])\p{Cc}|[\uFFFE\uFFFF]/gu, '')
    .toWellFormed()
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
  return `<c t="inlineStr"><is><t xml:space="preserve">${text}</t></is></c>`
}

const formats = ['0', '0.0', '0.00', '0.000', '0.0000']
const fixedFiles: readonly [name: string, text: string][] = [
  [
    '[Content_Types].xml',
    `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/><Override PartName="/xl/styles.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"/></Types>`,
  ],
  [
    '_rels/.rels',
    `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/officeDocument" Target="xl/workbook.xml"/></Relationships>`,
  ],
  [
    'xl/workbook.xml',
    `<workbook xmlns="${main}" xmlns:r="${office}"><sheets><sheet name="Payouts" sheetId="1" r:id="rId1"/></sheets></workbook>`,
  ],
  [
    'xl/_rels/workbook.xml.rels',
    `<Relationships xmlns="${relations}"><Relationship Id="rId1" Type="${office}/worksheet" Target="worksheets/sheet1.xml"/><Relationship Id="rId2" Type="${office}/styles" Target="styles.xml"/></Relationships>`,
  ],
  [
    'xl/styles.xml',
    `<styleSheet xmlns="${main}"><numFmts count="${formats.length}">${formats.map((format, n) => `<numFmt numFmtId="${164 + n}" formatCode="${format}"/>`).join('')}</numFmts><fonts count="1"><font/></fonts><fills count="1"><fill/></fills><borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs><cellXfs count="${formats.length + 1}"><xf/>${formats.map((_, n) => `<xf numFmtId="${164 + n}" applyNumberFormat="1"/>`).join('')}</cellXfs></styleSheet>`,
  ],
]

type Packed = { name: string; packed: Buffer; checksum: number; size: number }

function packed(name: string, text: string): Packed {
  const bytes = Buffer.from(xmlHead + text)
  return { name, packed: deflateRawSync(bytes), checksum: crc32(bytes), size: bytes.length }
}

/** A ZIP archive: each file behind its head, then the directory (APPNOTE 4.3). */
function zip(files: readonly Packed[]): Buffer {
  const [bodies, directory]: [Buffer[], Buffer[]] = [[], []]
  let offset = 0
  for (const file of files) {
    const [head, entry] = [Buffer.alloc(30), Buffer.alloc(46)]
    head.writeUInt32LE(0x04034b50, 0)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt16LE(20, 4)
    writeFacts(head, 4, file)
    writeFacts(entry, 6, file)
    entry.writeUInt32LE(offset, 42)
    const body = [head, Buffer.from(file.name), file.packed]
    bodies.push(...body)
    directory.push(entry, Buffer.from(file.name))
    offset += body.reduce((sum, { length }) => sum + length, 0)
  }
  const listed = Buffer.concat(directory)
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(listed.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...bodies, listed, end])
}

/** What head and directory say alike. Compressed with deflate, names in UTF-8, without a time. */
function writeFacts(into: Buffer, at: number, { name, packed: body, checksum, size }: Packed): void {
  into.writeUInt16LE(20, at)
  into.writeUInt16LE(0x0800, at + 2)
  into.writeUInt16LE(8, at + 4)
  // The first day that ZIP knows: files of the same rows are the same.
  into.writeUInt16LE(0x0021, at + 8)
  into.writeUInt32LE(checksum, at + 10)
  into.writeUInt32LE(body.length, at + 14)
  into.writeUInt32LE(size, at + 18)
  into.writeUInt16LE(Buffer.byteLength(name), at + 22)
}
