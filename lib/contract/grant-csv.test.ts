import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import Papa from 'papaparse'
import { fileProblemText } from '#lib/words/grant-file-text.ts'
import { grantFileMaxBytes, grantFileMaxRows, readGrantFile } from './grant-csv.ts'

const header = 'receiver,currency,amount,reference'
const bytes = (text: string) => new TextEncoder().encode(text)
const rowsOf = (content: Uint8Array | string) => {
  const file = readGrantFile(content)
  if (!file.ok) throw new Error(JSON.stringify(file.problems))
  return file.rows
}
const problemsOf = (content: Uint8Array | string) => {
  const file = readGrantFile(content)
  return file.ok ? [] : file.problems.map((one) => ({ line: one.line, message: fileProblemText('en', one) }))
}

describe('a file of grants', () => {
  it('is read whatever its line ends, order of columns, blank lines and byte order mark', () => {
    const cells = {
      receiver: 'cust-1',
      currency: 'EUR',
      amount: '5.00',
      reference: 'r-1',
      email: 'é@x.example',
    }
    for (const text of [
      `${header},email\ncust-1,EUR,5.00,r-1,é@x.example`,
      `\uFEFF${header},email\r\ncust-1,EUR,5.00,r-1,é@x.example\r\n\r\n`,
      `Reference,EMAIL, amount ,currency,receiver,first_name\nr-1,é@x.example,5.00,EUR," cust-1 ",\n,,,,,\n`,
    ])
      expect(rowsOf(bytes(text))).toEqual([{ line: 2, cells }])
  })

  it('names the line of the file, not the number of the row', () => {
    const text = `${header},first_name\n\ncust-1,EUR,5,r-1,"two\nlines"\ncust-2,EUR,5,r-2,\n\ncust-3,EUR,5\n`
    expect(problemsOf(text)).toEqual([
      { line: 7, message: expect.stringContaining('has 3 columns') as string },
    ])
    expect(rowsOf(text.replace('\n\ncust-3,EUR,5', '')).map(({ line }) => line)).toEqual([3, 5])
  })

  it.each([
    ['', 'empty'],
    [' \n\n', 'empty'],
    [`${header}\n`, 'no rows'],
    [`${header}\n,,,\n`, 'no rows'],
    ['sep=|\nreceiver|currency|amount|reference', 'separator'],
    ['receiver,currency,amount\nx,EUR,5', 'lacks reference'],
    [`${header},iban\nx,EUR,5,r,1`, 'a column “iban”'],
    [`${header},amount\nx,EUR,5,r,1`, '“amount” is in the header twice'],
    [`${header}\n"x,EUR,5,r\ny,EUR,5,s`, 'quotation mark'],
    [`${header}\nx,EUR,5,00,r`, 'amounts with a dot'],
    [`${header}\nx,EUR,5,\0`, 'isn’t text'],
  ])('%j is explained: %s', (text, words) => {
    expect(
      problemsOf(text)
        .map(({ message }) => message)
        .join(' '),
    ).toContain(words)
  })

  it('names another encoding, or says that it is no CSV', () => {
    expect(problemsOf(new Uint8Array([0xff, 0xfe, 65, 0, 66]))[0]?.message).toContain('UTF-16')
    expect(problemsOf(new Uint8Array([...bytes(`${header}\nJos`), 0xe9]))[0]?.message).toContain('not UTF-8')
    expect(problemsOf(new Uint8Array([0x50, 0x4b, 3, 4]))[0]?.message).toContain('spreadsheet')
  })

  it('is read in UTF-16, with semicolons, tabs, a sep= line, mixed line ends and empty columns at the end', () => {
    const cells = { receiver: 'cust-1', currency: 'EUR', amount: '5.00', reference: 'r-1' }
    const plain = `${header}\r\ncust-1,EUR,5.00,r-1\n\rcust-1,EUR,5.00,r-1\r`
    const utf16 = (text: string, big: boolean) =>
      new Uint8Array(
        Array.from(`\uFEFF${text}`).flatMap((one) => {
          const unit = one.charCodeAt(0)
          return big ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8]
        }),
      )
    for (const separator of [',', ';', '\t'])
      for (const first of ['', `sep=${separator}\r\n`]) {
        const text = first + plain.replaceAll(',', separator).replaceAll('r-1', `r-1${separator}${separator}`)
        const lines = first === '' ? [2, 4] : [3, 5]
        for (const content of [
          text,
          bytes(text),
          bytes(`\uFEFF${text}`),
          utf16(text, true),
          utf16(text, false),
        ])
          expect(rowsOf(content)).toEqual(lines.map((line) => ({ line, cells })))
      }
  })

  it.each([
    '4.00123E+15',
    '4,00123E+15',
    '1E+05',
    '-8.9e-21',
    '########',
    '#N/A',
    '#REF!',
    '#VALUE!',
    '1-Mar',
    'Mar-01',
    'Mar 2026',
    '01.03.2026',
    '2026-03-01',
    '3/1/26',
    '2026-03-01 10:00',
  ])('refuses %s, which a spreadsheet made, with its line', (cell) => {
    for (const column of [0, 3]) {
      const row = ['cust-1', 'EUR', '5.00', 'r-1']
      row[column] = `"${cell}"`
      expect(problemsOf(`${header},first_name\nc,EUR,1,r,"two\nlines"\n${row.join(',')},`)).toEqual([
        { line: 4, message: expect.stringContaining('spreadsheet') as string },
      ])
    }
  })

  it.each(['1234e567', '2102640e-0', '1E5', '12E+05'])(
    'takes the id %s, which no spreadsheet writes',
    (id) => {
      expect(rowsOf(`${header}\n${id},EUR,5.00,${id}`)).toEqual([
        { line: 2, cells: { receiver: id, currency: 'EUR', amount: '5.00', reference: id } },
      ])
    },
  )

  it('has a limited number of rows and bytes', () => {
    const many = (rows: number) =>
      `${header}\n${Array.from({ length: rows }, (_, n) => `c,EUR,1,r-${n}`).join('\n')}`
    expect(rowsOf(many(grantFileMaxRows))).toHaveLength(grantFileMaxRows)
    expect(problemsOf(many(grantFileMaxRows + 1))[0]?.message).toContain('more than 5,000 rows')
    expect(problemsOf('x'.repeat(grantFileMaxBytes + 1))[0]?.message).toContain('larger than 2 MB')
  })

  it('never throws and never loses a row, whatever is in it', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        readGrantFile(noise)
        readGrantFile(new Uint8Array([...bytes(`${header}\n`), ...noise]))
      }),
    )
    const cell = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 20 }).map((text) => `x${text}x`)
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell, cell), { minLength: 1, maxLength: 8 }), (rows) => {
        const clean = rows.map((cells) => cells.map((text) => text.replaceAll('\0', '')))
        const read = rowsOf(`${header}\n${Papa.unparse(clean)}`)
        expect(
          read.map(({ cells: { receiver, currency, amount, reference } }) => [
            receiver,
            currency,
            amount,
            reference,
          ]),
        ).toEqual(clean)
      }),
    )
  })
})
