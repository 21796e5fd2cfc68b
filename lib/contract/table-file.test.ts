/** Tables out of files: CSV and XLSX alike, and a clear answer to any bytes. */
import { createDeflateRaw } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { startXlsx } from './spreadsheet.ts'
import { readTable } from './table-file.ts'
import type { TableShape } from './table-file.ts'

const shape: TableShape = {
  needed: ['key', 'amount'],
  optional: ['account_number', 'description'],
  maxBytes: 1024 * 1024,
  maxRows: 50,
  prose: ['description'],
  digits: ['account_number'],
  sheets: true,
}
const bytes = (text: string) => new TextEncoder().encode(text)
type Cell = string | { amount: string }
async function sheet(...records: Cell[][]): Promise<Uint8Array> {
  const [heads = [], ...rest] = records
  const writer = startXlsx(heads.map(String))
  await writer.add(rest)
  return new Uint8Array(await writer.end())
}
/** Where its first sheet was, this XML. */
async function withSheet(change: (zip: Buffer) => Buffer): Promise<Uint8Array> {
  return new Uint8Array(change(Buffer.from(await sheet(['key', 'amount'], ['a', '1']))))
}

describe('an XLSX file', () => {
  it('is read like the CSV file of the same table', async () => {
    const rows = [
      ['key', 'amount', 'description'],
      ['a', '1.50', 'Nov 2026'],
      ['b', '2', 'Ωmega & <b>'],
      ['', '', ''],
      ['c', '3', ''],
    ]
    const csv = readTable(bytes(rows.map((row) => row.join(',')).join('\n')), shape)
    const xlsx = readTable(await sheet(...rows), shape)
    expect(xlsx).toEqual(csv)
    expect(csv).toMatchObject({ ok: true, problems: [], rows: [{ line: 2 }, { line: 3 }, { line: 5 }] })
  })

  it('takes amounts that are numbers, and no account numbers that are', async () => {
    const read = readTable(
      await sheet(
        ['key', 'amount', 'account_number'],
        ['a', { amount: '1234.5' }, '00123'],
        ['b', { amount: '3.3000000000000003' }, { amount: '123' }],
        ['c', '1', { amount: '12345678901234567890' }],
        ['1234e567', '1', '12E5'],
      ),
      shape,
    )
    expect(read).toMatchObject({
      rows: [{ cells: { amount: '1234.5', account_number: '00123' } }, { cells: { amount: '3.3' } }, {}, {}],
      problems: [
        { line: 3, code: 'numberCell', column: 'account_number' },
        { line: 4, code: 'shortened', column: 'account_number' },
        { line: 5, code: 'shortened', column: 'account_number' },
      ],
    })
  })

  it('has a limit of rows, and a header', async () => {
    const many = Array.from({ length: 51 }, (_, n) => [String(n), '1'])
    expect(readTable(await sheet(['key', 'amount'], ...many), shape)).toMatchObject({
      problems: [{ line: 0, code: 'tooManyRows', max: 50 }],
    })
    expect(readTable(await sheet(['key', 'sum'], ['a', '1']), shape)).toMatchObject({
      problems: [{ code: 'headerLacks' }, { code: 'unknownColumn', name: 'sum' }],
    })
  })

  it('is not unpacked beyond its limit, whatever it claims', async () => {
    const packer = createDeflateRaw({ level: 9 })
    const packed: Buffer[] = []
    packer.on('data', (part: Buffer) => packed.push(part))
    const done = new Promise<void>((resolve) => packer.once('end', resolve))
    const zeros = Buffer.alloc(1024 * 1024)
    for (let n = 0; n < 64; n++) packer.write(zeros)
    packer.end()
    await done
    const bomb = Buffer.concat(packed)
    // The bomb takes the place of the sheet, with the sizes of the sheet that was there.
    const zip = await withSheet((whole) => {
      const name = 'xl/worksheets/sheet1.xml'
      const head = whole.indexOf(name) - 30
      const directory = whole.readUInt32LE(whole.length - 6)
      const entry = whole.indexOf(name, directory) - 46
      const before = Buffer.from(whole.subarray(0, head + 30 + name.length))
      const listed = Buffer.from(whole.subarray(directory))
      listed.writeUInt32LE(bomb.length, entry - directory + 20)
      listed.writeUInt32LE(before.length + bomb.length, listed.length - 6)
      return Buffer.concat([before, bomb, listed])
    })
    expect(readTable(zip, shape)).toEqual({ ok: false, problems: [{ line: 0, code: 'sheetTooBig' }] })
  })

  it.each([
    ['of an old kind or with a password', Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 1, 2, 3])],
    ['that is only its first bytes', Buffer.from('PK\x03\x04')],
    ['that is another archive', Buffer.from(`PK\x05\x06${'\0'.repeat(18)}`)],
  ])('%s is refused in words', (_what, content) => {
    expect(readTable(new Uint8Array(content), shape)).toEqual({
      ok: false,
      problems: [{ line: 0, code: 'brokenSheet' }],
    })
  })
})

describe('any bytes', () => {
  const isAnswer = (content: Uint8Array) => {
    const read = readTable(content, shape)
    if (!read.ok) expect(read.problems.length).toBeGreaterThan(0)
    else expect(read.rows.length).toBeGreaterThan(0)
  }

  it('are read, or refused with a reason', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), isAnswer))
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) =>
        isAnswer(bytes(`key,amount,description\n${text}`)),
      ),
    )
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (rest) =>
        isAnswer(new Uint8Array([0x50, 0x4b, 3, 4, ...rest])),
      ),
    )
  })

  it('of a spreadsheet that was damaged anywhere are read, or refused with a reason', async () => {
    const whole = await sheet(['key', 'amount', 'description'], ['a', { amount: '1' }, 'x'], ['b', '2', 'y'])
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.nat(whole.length),
        fc.boolean(),
        (changes, cut, isCut) => {
          const damaged = Uint8Array.from(whole)
          for (const [at, byte] of changes) damaged[at] = byte
          isAnswer(isCut ? damaged.slice(0, cut) : damaged)
        },
      ),
      { numRuns: 1000 },
    )
  })
})
