import { getDeps } from '#app/_server/deps.ts'
import { localeHere, zoneHere } from '#app/_server/locale.ts'
import { otherMethodsOfFile } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { checkUrlOf, showReceipt } from '#lib/services/payout/receipt.ts'
import { showBrand } from '#lib/services/policy/show-brand.ts'
import { receiptPdf } from './receipt-pdf.ts'

/** The receipt as a file, in the language of the person who asks. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ token: string }> },
): Promise<Response> {
  try {
    const deps = await getDeps()
    const result = await showReceipt(deps, (await params).token)
    if (!result.ok) return refusedFile(request, result.code)
    const { receipt } = result
    const brand = await showBrand(deps)
    const logo = brand.logo && (await deps.brand.logo(brand.logo.hash))
    const pdf = await receiptPdf(receipt, {
      locale: await localeHere(),
      zone: (await zoneHere()) ?? 'UTC',
      appUrl: deps.config.appUrl,
      checkUrl: checkUrlOf(deps.config, receipt),
      brand: { ...brand, png: logo?.type === 'image/png' ? logo.bytes : null },
      log: deps.log,
    })
    return new Response(Buffer.from(pdf), {
      headers: {
        'Content-Type': 'application/pdf',
        'Content-Disposition': `attachment; filename="receipt-${receipt.reference}.pdf"`,
        ...guardHeaders,
      },
    })
  } catch (error) {
    return failedFile(request, error, '/pay/[token]/receipt/pdf')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethodsOfFile('GET, HEAD, OPTIONS')
