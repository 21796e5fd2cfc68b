/** Workbooks as real programs write them: each structure is read as people see it, or refused by its line with clear words. */
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { readTable } from './table-file.ts'
import type { TableShape } from './table-file.ts'

const shape: TableShape = {
  needed: ['key', 'amount'],
  optional: ['account_number', 'description', 'pay_at'],
  maxBytes: 1024 * 1024,
  maxRows: 50,
  prose: ['description'],
  digits: ['account_number'],
  sheets: true,
}

/** An archive of parts that are not packed. */
function zipOf(parts: Record<string, string>): Uint8Array {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let at = 0
  for (const [name, text] of Object.entries(parts)) {
    const [label, body] = [Buffer.from(name), Buffer.from(text)]
    const head = Buffer.alloc(30)
    head.writeUInt32LE(0x04034b50, 0)
    head.writeUInt32LE(body.length, 18)
    head.writeUInt32LE(body.length, 22)
    head.writeUInt16LE(label.length, 26)
    const entry = Buffer.alloc(46)
    entry.writeUInt32LE(0x02014b50, 0)
    entry.writeUInt32LE(body.length, 20)
    entry.writeUInt32LE(body.length, 24)
    entry.writeUInt16LE(label.length, 28)
    entry.writeUInt32LE(at, 42)
    local.push(head, label, body)
    central.push(entry, label)
    at += 30 + label.length + body.length
  }
  const end = Buffer.alloc(22)
  end.writeUInt32LE(0x06054b50, 0)
  end.writeUInt16LE(central.length / 2, 10)
  end.writeUInt32LE(at, 16)
  return new Uint8Array(Buffer.concat([...local, ...central, end]))
}

const transitional = {
  main: 'http://schemas.openxmlformats.org/spreadsheetml/2006/main',
  links: 'http://schemas.openxmlformats.org/officeDocument/2006/relationships',
}
const strict = {
  main: 'http://purl.oclc.org/ooxml/spreadsheetml/main',
  links: 'http://purl.oclc.org/ooxml/officeDocument/relationships',
}

type Workbook = {
  /** Cells of the rows below the header, or whole rows where they begin with `<row`. */
  rows: string[]
  shared?: string
  styles?: string
  workbookPr?: string
  /** Sheets before this one, by their state. */
  before?: ('visible' | 'hidden' | 'veryHidden' | 'chart')[]
  dialect?: typeof transitional
}
const inline = (text: string) => `<c t="inlineStr"><is><t>${text}</t></is></c>`

function workbook(given: Workbook): Uint8Array {
  const { rows, shared = '', styles = '', workbookPr = '', before = [], dialect = transitional } = given
  const header = ['key', 'amount', 'description', 'account_number', 'pay_at'].map(inline).join('')
  const sheet = (body: string) =>
    `<worksheet xmlns="${dialect.main}"><sheetData>${body}</sheetData></worksheet>`
  const whole = rows.map((row) => (row.startsWith('<row') ? row : `<row>${row}</row>`)).join('')
  const all = [...before, 'visible'] as const
  return zipOf({
    'xl/workbook.xml': `<workbook xmlns="${dialect.main}" xmlns:r="${dialect.links}">${workbookPr}<sheets>${all
      .map(
        (state, n) =>
          `<sheet name="S${n}" sheetId="${n + 1}" r:id="rId${n}"${state === 'chart' || state === 'visible' ? '' : ` state="${state}"`}/>`,
      )
      .join('')}</sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': `<Relationships>${all
      .map(
        (state, n) =>
          `<Relationship Id="rId${n}" Type="${dialect.links}/${state === 'chart' ? 'chartsheet' : 'worksheet'}" Target="worksheets/sheet${n}.xml"/>`,
      )
      .join('')}</Relationships>`,
    ...Object.fromEntries(
      before.map((_, n) => [`xl/worksheets/sheet${n}.xml`, sheet(`<row>${inline('not this one')}</row>`)]),
    ),
    [`xl/worksheets/sheet${before.length}.xml`]: sheet(`<row>${header}</row>${whole}`),
    ...(shared !== '' && { 'xl/sharedStrings.xml': `<sst xmlns="${dialect.main}">${shared}</sst>` }),
    ...(styles !== '' && { 'xl/styles.xml': `<styleSheet xmlns="${dialect.main}">${styles}</styleSheet>` }),
  })
}
const read = (given: Workbook) => readTable(workbook(given), shape)
const key = inline('a')
/** Style 1 is a day, 2 a day and a time, 3 money, 4 hours. */
const styles =
  '<numFmts><numFmt numFmtId="164" formatCode="dd\\.mm\\.yyyy\\ hh:mm"/><numFmt numFmtId="165" formatCode="#,##0.00\\ &quot;days&quot;;[Red]-#,##0.00"/>' +
  '<numFmt numFmtId="166" formatCode="[h]:mm"/></numFmts>' +
  '<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/></cellXfs>'

describe('a workbook of another program', () => {
  it('has rich texts, in place and shared, without what helps to pronounce them', () => {
    const told = read({
      rows: [
        `<c t="s"><v>0</v></c><c><v>1</v></c><c t="inlineStr"><is><r><t>bold </t></r><r><rPr><b/></rPr><t>and not</t></r><rPh sb="0" eb="1"><t>aside</t></rPh></is></c>`,
        `<c t="s"><v>1</v></c><c><v>2</v></c>`,
      ],
      shared:
        '<si><r><rPr><b/></rPr><t>pay</t></r><r><t xml:space="preserve"> roll</t></r></si><si><t>東京</t><rPh sb="0" eb="2"><t>とうきょう</t></rPh></si>',
    })
    expect(told).toMatchObject({
      ok: true,
      problems: [],
      rows: [{ cells: { key: 'pay roll', description: 'bold and not' } }, { cells: { key: '東京' } }],
    })
  })

  it('has numbers in any form', () => {
    const numbers = ['1E+2', '1.5e-1', '99.989999999999995', '-3', '0012']
    const told = read({ rows: numbers.map((one, n) => `${inline(`k${n}`)}<c><v>${one}</v></c>`) })
    expect(told.ok && told.rows.map(({ cells }) => cells['amount'])).toEqual([
      '100',
      '0.15',
      '99.99',
      '-3',
      '12',
    ])
  })

  it('has results of formulas, and formulas that were never reckoned, which are no amount', () => {
    const told = read({
      rows: [
        `${key}<c><f>SUM(B9:B10)</f><v>12.5</v></c><c t="str"><f>A1&amp;"x"</f><v>ax</v></c>`,
        `${inline('b')}<c><f>SUM(B9:B10)</f></c>`,
        `${inline('c')}<c t="e"><f>1/0</f><v>#DIV/0!</v></c>`,
        `${inline('d')}<c t="b"><v>1</v></c>`,
      ],
    })
    expect(told).toMatchObject({
      rows: [
        { cells: { amount: '12.5', description: 'ax' } },
        { cells: { key: 'b' } },
        {},
        { cells: { amount: 'TRUE' } },
      ],
      problems: [{ line: 4, code: 'sheetError', column: 'amount' }],
    })
    expect(told.ok && told.rows[1]?.cells).not.toHaveProperty('amount')
  })

  it.each([
    ['', 46_081, '2026-02-28'],
    ['<workbookPr date1904="1"/>', 44_619, '2026-02-28'],
    ['', 1, '1900-01-01'],
    ['', 61, '1900-03-01'],
  ])(
    'has dates that are numbers (%s%i), which are named where a date makes no sense',
    (workbookPr, days, day) => {
      const told = read({
        ...{ styles, workbookPr },
        rows: [
          `${key}<c s="1"><v>${days}</v></c><c s="1"><v>${days}</v></c>`,
          `${inline('b')}<c s="3"><v>${days}</v></c><c s="2"><v>${days + 0.375}</v></c>`,
          `${inline('c')}<c><v>5</v></c><c/><c/><c s="2"><v>${days + 0.375}</v></c>`,
        ],
      })
      expect(told).toMatchObject({
        rows: [
          { cells: { description: day } },
          { cells: { amount: String(days), description: `${day} 09:00:00` } },
          { cells: { amount: '5' } },
        ],
        problems: [
          { line: 2, code: 'date', column: 'amount', cell: day },
          { line: 4, code: 'date', column: 'pay_at', cell: `${day} 09:00:00` },
        ],
      })
    },
  )

  it('has hours, which are no amount', () => {
    expect(read({ styles, rows: [`${key}<c s="4"><v>1.5</v></c>`] })).toMatchObject({
      problems: [{ line: 2, code: 'date', column: 'amount' }],
    })
  })

  it('has hidden sheets and charts, which nobody pays from', () => {
    for (const before of [['hidden'], ['veryHidden', 'chart']] as const)
      expect(read({ before: [...before], rows: [`${key}<c><v>1</v></c>`] })).toMatchObject({
        ok: true,
        problems: [],
        rows: [{ line: 2, cells: { key: 'a' } }],
      })
  })

  it('has hidden rows, which are named', () => {
    const told = read({
      rows: [
        `<row r="2" hidden="1">${key}<c><v>1</v></c></row>`,
        `<row r="3">${inline('b')}<c><v>2</v></c></row>`,
      ],
    })
    expect(told).toMatchObject({ ok: true, rows: [{}, {}], problems: [{ line: 2, code: 'hiddenRow' }] })
  })

  it('has empty rows, rows without numbers, and cells that are merged: what is below the first one is empty', () => {
    const told = read({
      rows: [
        '<row r="2"/>',
        `<row r="5"><c r="A5" t="inlineStr"><is><t>a</t></is></c><c r="B5"><v>7</v></c></row>`,
        `<row r="6"><c r="A6" t="inlineStr"><is><t>b</t></is></c><c r="B6"/></row>`,
        `<row><c r="B7"><v>8</v></c><c t="inlineStr"><is><t>c</t></is></c></row>`,
      ],
    })
    expect(told.ok && told.rows).toEqual([
      { line: 5, cells: { key: 'a', amount: '7' } },
      { line: 6, cells: { key: 'b' } },
      { line: 7, cells: { amount: '8', description: 'c' } },
    ])
  })

  it('is in the strict dialect', () => {
    const told = read({
      dialect: strict,
      rows: [`${key}<c><v>1</v></c><c/><c/><c t="d"><v>2026-12-24T09:00:00</v></c>`],
    })
    expect(told).toMatchObject({
      ok: true,
      rows: [{ cells: { amount: '1', pay_at: '2026-12-24T09:00:00' } }],
    })
  })

  it('has account numbers that are numbers, which are named', () => {
    const told = read({ rows: [`${key}<c><v>1</v></c><c/><c><v>123456789</v></c>`] })
    expect(told).toMatchObject({ problems: [{ line: 2, code: 'numberCell', column: 'account_number' }] })
  })
})

// Made by the program that each is named after: a header in bold, rich text, styled numbers, a formula, a date, a hidden row, a hidden sheet before it.
const fixtures = readdirSync('lib/contract/workbooks').filter((name) => name.endsWith('.xlsx'))

it('there are real workbooks', () => expect(fixtures.length).toBeGreaterThan(0))

it.each(fixtures)('%s is read as people see it', (name) => {
  const told = readTable(new Uint8Array(readFileSync(`lib/contract/workbooks/${name}`)), shape)
  expect(told).toEqual({
    ok: true,
    rows: [
      {
        line: 2,
        cells: { key: 'pay-1', amount: '1234.5', account_number: '00123', description: 'bold and not' },
      },
      {
        line: 3,
        cells: { key: 'pay-2', amount: '2469', account_number: '00124', description: '2026-02-28' },
      },
      { line: 5, cells: { key: 'pay-3', amount: '100', account_number: '123' } },
      { line: 6, cells: { key: 'pay-4', amount: '4', account_number: '00126' } },
      {
        line: 7,
        cells: { key: 'pay-5', amount: '5', account_number: '00127', pay_at: '2026-02-28 09:00:00' },
      },
    ],
    problems: [
      { line: 5, code: 'numberCell', column: 'account_number', cell: '123' },
      { line: 6, code: 'hiddenRow' },
      { line: 7, code: 'date', column: 'pay_at', cell: '2026-02-28 09:00:00' },
    ],
  })
})
