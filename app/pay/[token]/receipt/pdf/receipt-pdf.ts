/** A receipt as a PDF of one page. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import fontkit from '@pdf-lib/fontkit'
import { PDFDocument, rgb } from 'pdf-lib'
import type { PDFFont, PDFImage, PDFPage } from 'pdf-lib'
import { create } from 'qrcode'
import type { Brand } from '#lib/payouts/brand.ts'
import type { Receipt } from '#lib/services/payout/receipt.ts'
import type { Log } from '#lib/services/ports.ts'
import type { Locale } from '#lib/words/locales.ts'
import { moneyText } from '#lib/words/money.ts'
import { timeText } from '#lib/words/times.ts'
import { wordsFor } from '#lib/words/words.ts'
import { cleanPng } from './clean-png.ts'

type Options = {
  locale: Locale
  /** An IANA name. */
  zone: string
  appUrl: string
  /** What the QR code leads to. */
  checkUrl: string
  /** `png`: the bytes of the logo; null: there is none, or it is a WebP, which a PDF can't hold. */
  brand: Pick<Brand, 'name' | 'accentLight'> & { png: Uint8Array | null }
  log: Pick<Log, 'warn'>
}

const [ink, faint] = [rgb(0.08, 0.1, 0.1), rgb(0.4, 0.44, 0.43)]
/** A4, in points. */
const [width, height, margin] = [595, 842, 64]
const labelWidth = 170
/** As high as in the header of a page, and never wider than half the paper. */
const [logoHeight, logoWidth] = [32, 230]

/** The portal's own font, which has Cyrillic. Only the letters that are used go into the file. */
export async function receiptPdf(receipt: Receipt, options: Options): Promise<Uint8Array> {
  const { locale, zone, appUrl, checkUrl, brand } = options
  const t = wordsFor(locale, 'receipt')
  const pdf = await PDFDocument.create()
  pdf.registerFontkit(fontkit)
  const [plain, strong] = await Promise.all([font(pdf, 'Regular'), font(pdf, 'SemiBold')])
  pdf.setTitle(`${t('title')} ${receipt.reference}`)
  pdf.setLanguage(locale)
  pdf.setCreationDate(receipt.paidAt)
  pdf.setModificationDate(receipt.paidAt)
  const page = pdf.addPage([width, height])
  let y = height - margin
  const put = (text: string, at: { x?: number; size: number; font?: PDFFont; color?: typeof ink }) =>
    page.drawText(drawable(at.font ?? plain, text), { y, x: margin, font: plain, color: ink, ...at })

  const { name, accentLight } = brand
  const logo = await logoOf(pdf, options)
  // Paper is white, so the accent of the light theme is readable on it.
  const accent = accentLight === null ? null : colourOf(accentLight)
  if (logo) {
    const { width: wide, height: high } = logo.scaleToFit(logoWidth, logoHeight)
    page.drawImage(logo, { x: margin, y: y + 22 - high, width: wide, height: high })
    y -= 44
  } else if (name !== null) {
    put(name, { size: 14, font: strong, ...(accent && { color: accent }) })
    y -= 30
  }
  if (accent) {
    page.drawRectangle({ x: margin, y: y + 30, width: width - 2 * margin, height: 2, color: accent })
    y -= 8
  }
  put(t('title'), { size: 22, font: strong })
  y -= 44
  put(t('paid'), { size: 11, color: faint })
  y -= 34
  put(moneyText(locale, receipt.displayAmount), { size: 30, font: strong })
  y -= 44

  const facts: [string, string | null][] = [
    [t('bank'), receipt.bankName],
    [t('account'), receipt.accountLast4],
    [t('requested'), timeText(locale, receipt.requestedAt, { zone })],
    [t('paidAt'), timeText(locale, receipt.paidAt, { zone, seconds: true })],
    [t('reference'), receipt.reference],
    [t('order'), receipt.orderId],
    [t('code'), receipt.code],
  ]
  for (const [name, value] of facts) {
    if (value === null || value === '') continue
    put(name, { size: 10.5, color: faint })
    for (const line of linesOf(plain, drawable(plain, value), 10.5, width - 2 * margin - labelWidth)) {
      put(line, { x: margin + labelWidth, size: 10.5 })
      y -= 16
    }
    y -= 8
  }
  y -= 12
  drawQr(page, checkUrl, { x: margin, top: y, size: 110 })
  y -= 16
  const how = t.markup('checkHow', { address: () => `${appUrl}/verify` })
  for (const line of linesOf(plain, how, 10.5, width - 2 * margin - 134)) {
    put(line, { x: margin + 134, size: 10.5 })
    y -= 16
  }
  return pdf.save()
}

/** A picture that can't be drawn is no reason to give nobody a receipt. */
async function logoOf(pdf: PDFDocument, { brand: { png }, log }: Options): Promise<PDFImage | null> {
  if (png === null) return null
  const clean = cleanPng(png)
  if (clean) return pdf.embedPng(clean)
  log.warn({}, 'the logo could not be drawn on a receipt')
  return null
}

/** Of "#0a5c55". */
function colourOf(hex: string) {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16) / 255)
  return rgb(red, green, blue)
}

const folder = join(process.cwd(), 'node_modules/geist/dist/fonts/geist-sans')

async function font(pdf: PDFDocument, weight: 'Regular' | 'SemiBold'): Promise<PDFFont> {
  return pdf.embedFont(await readFile(join(folder, `Geist-${weight}.ttf`)), { subset: true })
}

/** A bank's name may have letters that the font lacks: they become question marks instead of failing. */
function drawable(used: PDFFont, text: string): string {
  const known = new Set(used.getCharacterSet())
  return Array.from(text.replaceAll('\u00a0', ' '))
    .map((sign) => (known.has(sign.codePointAt(0) ?? 0) ? sign : '?'))
    .join('')
}

/** Broken between words, and inside a word that is longer than a line. */
function linesOf(used: PDFFont, text: string, size: number, room: number): string[] {
  const lines = ['']
  const fits = (line: string) => used.widthOfTextAtSize(line, size) <= room
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    const joined = last === '' ? word : `${last} ${word}`
    if (fits(joined)) lines[lines.length - 1] = joined
    else {
      if (last !== '') lines.push('')
      for (const sign of Array.from(word)) {
        const line = (lines.at(-1) ?? '') + sign
        if (fits(line)) lines[lines.length - 1] = line
        else lines.push(sign)
      }
    }
  }
  return lines
}

function drawQr(page: PDFPage, text: string, { x, top, size }: { x: number; top: number; size: number }) {
  const { modules } = create(text, { errorCorrectionLevel: 'M' })
  const side = size / modules.size
  for (let row = 0; row < modules.size; row++)
    for (let column = 0; column < modules.size; column++)
      if (modules.get(row, column) === 1)
        page.drawRectangle({
          x: x + column * side,
          y: top - (row + 1) * side,
          width: side,
          height: side,
          color: rgb(0, 0, 0),
        })
}
