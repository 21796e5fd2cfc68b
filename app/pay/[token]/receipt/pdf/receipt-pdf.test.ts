import { PDFDocument } from 'pdf-lib'
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
const options = {
  zone: 'UTC',
  appUrl: 'https://portal.example',
  checkUrl: 'https://portal.example/verify?reference=x&code=y',
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
