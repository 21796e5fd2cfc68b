/** Files that are moved in, as spreadsheets of all kinds save them, and any bytes at all. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import { importKinds } from '#lib/payouts/import-problems.ts'
import {
  readDestinationRow,
  readHistoryRow,
  readImportFile,
  readReceiverRow,
  importColumns,
} from './read-import.ts'

const fields = ['account_number', 'bank_name', 'first_name']
const utf8 = (text: string) => new TextEncoder().encode(text)
const utf16 = (text: string, big: boolean) => {
  const bytes = Buffer.from(`\uFEFF${text}`, 'utf16le')
  return new Uint8Array(big ? bytes.swap16() : bytes)
}
const receivers = (content: Uint8Array) => {
  const read = readImportFile('receivers', fields, content)
  return read.ok ? read.rows.map((row) => readReceiverRow(row)) : read.problems
}

describe('a file of receivers', () => {
  it('reads the same in every shape that a spreadsheet saves', async () => {
    const long = 'W'.repeat(50)
    const rows = [
      ['receiver', 'email', 'first_name', 'last_name', 'locale'],
      ['cust-1', 'ada@example.com', 'Ada, "the" first', long, 'en-GB'],
      ['cust-2', '', 'שלום', 'Ünal; Çelik', 'ru'],
    ]
    const csv = (separator: string) =>
      rows.map((row) => row.map((cell) => `"${cell.replaceAll('"', '""')}"`).join(separator)).join('\r\n')
    const plain = receivers(utf8(csv(',')))
    expect(plain).toMatchObject([
      { row: { line: 2, externalId: 'cust-1', firstName: 'Ada, "the" first', lastName: long, locale: 'en' } },
      { row: { line: 3, externalId: 'cust-2', email: null, firstName: 'שלום', lastName: 'Ünal; Çelik' } },
    ])
    const sheet = startXlsx(rows[0] ?? [])
    await sheet.add(rows.slice(1))
    for (const other of [
      utf8(`\uFEFF${csv(';')}`),
      utf16(csv('\t'), false),
      utf16(csv(','), true),
      utf8(csv(',').replaceAll('\r\n', '\n')),
      utf8(csv(',').replaceAll('\r\n', '\r')),
      utf8(`sep=;\r\n${csv(';')}`),
    ])
      expect(
        receivers(other).map((read) => ('row' in read && read.row ? { ...read.row, line: 0 } : read)),
      ).toEqual(plain.map((read) => ('row' in read && read.row ? { ...read.row, line: 0 } : read)))
    expect(receivers(new Uint8Array(await sheet.end()))).toEqual(plain)
  })

  it('refuses what turns writing, an invisible id, and a name of 64 letters, each in its column', () => {
    const [head, bad] = ['receiver,first_name', `cust\u200b1,${'W'.repeat(64)}`]
    const [read] = receivers(utf8(`${head}\n${bad}\ncust-2,a\u202eb`))
    expect(read).toMatchObject({
      row: null,
      problems: [
        { column: 'receiver', problem: { said: { code: 'invisible' } } },
        { column: 'first_name', problem: { said: { code: 'tooLong', max: 50 } } },
      ],
    })
  })
})

it('any bytes are rows or a refusal by line, for every kind', () => {
  const anyFile = fc.oneof(
    fc.uint8Array({ maxLength: 400 }),
    fc.string({ unit: 'binary', maxLength: 200 }).map(utf8),
    fc
      .record({
        kind: fc.constantFrom(...importKinds),
        cells: fc.array(fc.array(fc.string({ unit: 'grapheme' }), { maxLength: 10 }), { maxLength: 5 }),
      })
      .map(({ kind, cells }) => {
        const { needed, optional } = importColumns(kind, fields)
        return utf8(csvHead([...needed, ...optional]) + csvLines(cells))
      }),
  )
  fc.assert(
    fc.property(fc.constantFrom(...importKinds), anyFile, (kind, bytes) => {
      const read = readImportFile(kind, fields, bytes)
      if (!read.ok) {
        expect(read.problems.length).toBeGreaterThan(0)
        return
      }
      for (const row of read.rows) {
        const found =
          kind === 'receivers'
            ? readReceiverRow(row)
            : kind === 'destinations'
              ? readDestinationRow(fields, row)
              : readHistoryRow(Date.now(), row)
        // Either something is wrong, or there is a row with a receiver's number.
        expect(found.row === null).toBe(found.problems.length > 0)
        if (found.row) expect(found.row.line).toBe(row.line)
      }
    }),
    { numRuns: 300 },
  )
})

describe('a past payout', () => {
  const row = (cells: Record<string, string>) =>
    readHistoryRow(Date.parse('2026-11-26T12:00:00Z'), {
      line: 2,
      problems: [],
      cells: {
        ...{ reference: 'r', receiver: 'c', currency: 'eur', amount: '1.50', status: 'Paid' },
        ...{ ended_at: '2026-01-31', ...cells },
      },
    })
  it('takes a day or a moment that has passed, and amounts beyond what Cardzo takes', () => {
    expect(row({})).toMatchObject({
      row: { currency: 'EUR', amountMinor: '150', status: 'paid', endedAt: '2026-01-31T00:00:00.000Z' },
    })
    expect(row({ ended_at: '2026-01-31T01:00:00+02:00', amount: '123456789012.5' })).toMatchObject({
      row: { endedAt: '2026-01-30T23:00:00.000Z', amountMinor: '12345678901250' },
    })
    for (const cells of [
      { ended_at: '31.01.2026' },
      { ended_at: '2026-02-30' },
      { ended_at: '2027-01-01' },
      { amount: '1,5' },
      { amount: '1.555' },
      { amount: '1'.repeat(16) },
      { status: 'requested' },
      { currency: 'euro' },
      { last4: '12345' },
    ] as Record<string, string>[])
      expect([cells, row(cells).problems.length]).toEqual([cells, 1])
  })
})
