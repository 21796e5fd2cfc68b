import { crc32, deflateSync } from 'node:zlib'
import { decodePDFRawStream, PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, PDFRawStream } from 'pdf-lib'
import type { PDFObject } from 'pdf-lib'
import { describe, expect, it } from 'vitest'
import { receiptPdf } from './receipt-pdf.ts'

const receipt = {
  displayAmount: '1,234.50 EUR',
  bankName: 'Пример Банк 銀行',
  accountLast4: '3000',
  requestedAt: new Date('2026-03-01T10:00:00Z'),
  paidAt: new Date('2026-03-01T10:05:00Z'),
  reference: `po-${'a'.repeat(32)}`,
  orderId: '6768788',
  code: '7K3M-9QX2-V4TB',
}
type Options = Parameters<typeof receiptPdf>[1]
const options: Omit<Options, 'locale'> = {
  zone: 'UTC',
  appUrl: 'https://portal.example',
  checkUrl: 'https://portal.example/verify?reference=x&code=y',
  brand: { name: null, accentLight: null, png: null },
  log: { warn: () => undefined },
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type), data])
  const [length, check] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(data.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}

/** The same with another size in its head, which has the right checksum. */
function withSize(png: Uint8Array, width: number, height: number): Uint8Array {
  const head = Buffer.from(png.subarray(16, 29))
  head.writeUInt32BE(width, 0)
  head.writeUInt32BE(height, 4)
  return Buffer.concat([png.subarray(0, 8), chunk('IHDR', head), png.subarray(33)])
}

/** A whole PNG of one colour, with an alpha channel. */
function pngOf(width: number, height: number): Uint8Array {
  const size = Buffer.alloc(13)
  size.writeUInt32BE(width, 0)
  size.writeUInt32BE(height, 4)
  // Eight bits, RGBA.
  size.set([8, 6], 8)
  const row = Buffer.concat([Buffer.of(0), Buffer.alloc(4 * width, 0x7f)])
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)))
  const signature = Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)
  return Buffer.concat([
    signature,
    chunk('IHDR', size),
    chunk('IDAT', pixels),
    chunk('IEND', Buffer.alloc(0)),
  ])
}

/** What the page draws, as PDF operators, and the sizes of its pictures. */
async function drawnIn(file: Uint8Array): Promise<{ operators: string; pictures: [number, number][] }> {
  const { context, ...pdf } = await PDFDocument.load(file).then((read) => ({
    context: read.context,
    page: read.getPage(0).node,
  }))
  const streamOf = (object: PDFObject | undefined) => {
    const stream = context.lookup(object)
    if (!(stream instanceof PDFRawStream)) throw new Error('not a stream')
    return stream
  }
  const contents = pdf.page.Contents()
  const streams = contents instanceof PDFArray ? contents.asArray() : contents ? [contents] : []
  const operators = streams
    .map((one) => Buffer.from(decodePDFRawStream(streamOf(one)).decode()).toString('latin1'))
    .join('\n')
  const objects = pdf.page.Resources()?.lookupMaybe(PDFName.of('XObject'), PDFDict)
  const pictures = (objects?.values() ?? []).map((one): [number, number] => {
    const { dict } = streamOf(one)
    return [
      dict.lookup(PDFName.of('Width'), PDFNumber).asNumber(),
      dict.lookup(PDFName.of('Height'), PDFNumber).asNumber(),
    ]
  })
  return { operators, pictures }
}

describe.each(['en', 'ru'] as const)('a receipt as a PDF in %s', (locale) => {
  it('is one page with the portal’s own font in it, and small', async () => {
    const file = await receiptPdf(receipt, { locale, ...options })
    const read = await PDFDocument.load(file)
    expect(read.getPageCount()).toBe(1)
    expect(read.getTitle()).toContain(receipt.reference)
    expect(file.length).toBeLessThan(100_000)
  })

  it('is made of a bank’s name of any length and writing', async () => {
    const bankName = `${'Длинноеназвание'.repeat(9)} 銀行 ${'word '.repeat(30)}`
    const file = await receiptPdf({ ...receipt, bankName, orderId: null }, { locale, ...options })
    expect((await PDFDocument.load(file)).getPageCount()).toBe(1)
  })
})

describe('the brand on a receipt', () => {
  const made = (brand: Partial<Options['brand']>) =>
    receiptPdf(receipt, { locale: 'en', ...options, brand: { ...options.brand, ...brand } })
  // #0a5c55 in parts of one.
  const accent = /0\.039\d* 0\.360\d* 0\.333\d* rg/g

  it('is nothing until the merchant has one', async () => {
    const { operators, pictures } = await drawnIn(await made({}))
    expect(pictures).toEqual([])
    expect(operators).not.toMatch(accent)
  })

  it('is its logo, scaled into the head of the page, and its accent colour', async () => {
    const { operators, pictures } = await drawnIn(
      await made({ name: 'Example Shop', accentLight: '#0a5c55', png: pngOf(320, 80) }),
    )
    expect(pictures).toEqual([[320, 80]])
    // 32 points high, as wide as that makes it.
    expect(operators).toMatch(/\b128 0 0 32 0 0 cm/)
    expect(operators.match(accent)).toHaveLength(1)
  })

  it('is its name in that colour where there is no logo that a PDF can hold', async () => {
    const { operators, pictures } = await drawnIn(
      await made({ name: 'Example Shop', accentLight: '#0a5c55' }),
    )
    expect(pictures).toEqual([])
    expect(operators.match(accent)).toHaveLength(2)
  })

  it.each([
    ['is cut off', () => pngOf(320, 80).slice(0, 60)],
    ['has no end', () => pngOf(320, 80).slice(0, -12)],
    ['holds more than its size says', () => withSize(pngOf(320, 80), 320, 8)],
    ['holds less', () => withSize(pngOf(320, 80), 320, 800)],
    ['has more pixels than paper needs', () => pngOf(1000, 501)],
    ['isn’t a PNG', () => Buffer.from('RIFF....WEBP')],
  ])(
    'never keeps anybody from a receipt: a picture that %s is left out, and the log says so',
    async (_, png) => {
      const told: string[] = []
      const log = { warn: (_facts: object, message: string) => void told.push(message) }
      const brand = { ...options.brand, png: png() }
      const file = await receiptPdf(receipt, { locale: 'en', ...options, brand, log })
      expect((await drawnIn(file)).pictures).toEqual([])
      expect(told).toEqual(['the logo could not be drawn on a receipt'])
    },
  )

  it('draws a picture with texts in it that never end, without them', async () => {
    const whole = Buffer.from(pngOf(320, 80))
    const png = Buffer.concat([
      whole.subarray(0, -12),
      chunk('iTXt', Buffer.alloc(9, 1)),
      whole.subarray(-12),
    ])
    expect((await drawnIn(await made({ png }))).pictures).toEqual([[320, 80]])
  })
})
