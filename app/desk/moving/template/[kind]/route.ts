import { getDeps } from '#app/_server/deps.ts'
import { otherMethods } from '#app/_server/methods.ts'
import { failedFile, refusedFile } from '#app/_server/plain-answer.ts'
import { guardHeaders } from '#app/_server/problem.ts'
import { currentActor } from '#app/_server/session.ts'
import { csvHead, csvLines } from '#lib/contract/spreadsheet.ts'
import { importKinds } from '#lib/payouts/import-problems.ts'
import { may } from '#lib/payouts/permissions.ts'
import { fieldsAsked } from '#lib/services/endpoint/endpoint-book.ts'
import { importColumns } from '#lib/services/moving/read-import.ts'

/** A value for each column that has a usual one. */
const examples: Record<string, string> = {
  receiver: 'cust-42',
  email: 'ada@example.com',
  first_name: 'Ada',
  last_name: 'Nowak',
  locale: 'en',
  account_number: 'DE89370400440532013000',
  bank_name: 'Example Bank',
  default: 'yes',
  reference: 'payout-2025-0042',
  currency: 'EUR',
  amount: '25.00',
  status: 'paid',
  ended_at: '2025-11-30',
  last4: '3000',
}

/** A file of one row, with the columns that this installation takes. */
export async function GET(
  request: Request,
  { params }: { params: Promise<{ kind: string }> },
): Promise<Response> {
  try {
    const actor = await currentActor()
    if (actor.kind === 'stranger') return refusedFile(request, 'unauthorized')
    if (!may(actor, 'moving.import')) return refusedFile(request, 'forbidden')
    const { kind: named } = await params
    const kind = importKinds.find((one) => one === named)
    if (!kind) return refusedFile(request, 'not_found')
    const { needed, optional } = importColumns(kind, (await fieldsAsked(await getDeps())).fields)
    const columns = [...needed, ...optional]
    const text = csvHead(columns) + csvLines([columns.map((name) => examples[name] ?? '')])
    return new Response(text, {
      headers: {
        'Content-Type': 'text/csv; charset=utf-8',
        'Content-Disposition': `attachment; filename="${kind}.csv"`,
        ...guardHeaders,
      },
    })
  } catch (error) {
    return failedFile(request, error, '/desk/moving/template/[kind]')
  }
}

export const { POST, PUT, PATCH, DELETE, OPTIONS } = otherMethods('GET, HEAD, OPTIONS')
