import { inflateRawSync } from 'node:zlib'
import { expect, it } from 'vitest'
import { csvHead, csvLines, startXlsx } from './spreadsheet.ts'

/** The files of an archive, read by its directory as any reader does. */
function unzip(archive: Buffer): Map<string, string> {
  const end = archive.length - 22
  expect(archive.readUInt32LE(end)).toBe(0x06054b50)
  const files = new Map<string, string>()
  let at = archive.readUInt32LE(end + 16)
  for (let n = 0; n < archive.readUInt16LE(end + 10); n++) {
    expect(archive.readUInt32LE(at)).toBe(0x02014b50)
    const [packed, size, nameLength] = [
      archive.readUInt32LE(at + 20),
      archive.readUInt32LE(at + 24),
      archive.readUInt16LE(at + 28),
    ]
    const name = archive.subarray(at + 46, at + 46 + nameLength).toString()
    const head = archive.readUInt32LE(at + 42)
    const from = head + 30 + archive.readUInt16LE(head + 26)
    const bytes = inflateRawSync(archive.subarray(from, from + packed))
    expect(bytes).toHaveLength(size)
    files.set(name, bytes.toString())
    at += 46 + nameLength
  }
  return files
}

it('writes a sheet whose texts are texts and whose amounts are numbers', async () => {
  const file = startXlsx(['id', 'amount'])
  await file.add([['=1+1', { amount: '1234.50' }]])
  await file.add([
    ['<b> & "ż"\u0001', { amount: '7' }],
    ['', { amount: '0.125' }],
  ])
  const files = unzip(await file.end())
  expect([...files.keys()]).toEqual([
    '[Content_Types].xml',
    '_rels/.rels',
    'xl/workbook.xml',
    'xl/_rels/workbook.xml.rels',
    'xl/styles.xml',
    'xl/worksheets/sheet1.xml',
  ])
  const sheet = files.get('xl/worksheets/sheet1.xml') ?? ''
  const rows = [...sheet.matchAll(/<row>(.*?)<\/row>/g)].map(([, row]) => row)
  const text = (value: string) => `<c t="inlineStr"><is><t xml:space="preserve">${value}</t></is></c>`
  expect(rows).toEqual([
    text('id') + text('amount'),
    `${text('=1+1')}<c s="3"><v>1234.50</v></c>`,
    `${text('&lt;b&gt; &amp; "ż"')}<c s="1"><v>7</v></c>`,
    '<c/><c s="4"><v>0.125</v></c>',
  ])
})

it('is the same file for the same rows', async () => {
  const make = async () => {
    const file = startXlsx(['id'])
    await file.add([['a']])
    return file.end()
  }
  expect(await make()).toEqual(await make())
})

it('keeps quotes and formulas inert in CSV, and amounts as they are', () => {
  expect(csvHead(['id'])).toBe('\uFEFF"id"\r\n')
  expect(csvLines([['say "no"', '=1+1', { amount: '-1.50' }]])).toBe('"say ""no""","\'=1+1","-1.50"\r\n')
})
