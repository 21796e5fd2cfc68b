/** Payouts as CSV: one row each, and no text that a spreadsheet could run as a formula. */
import Papa from 'papaparse'
import { formatAmount } from '#lib/payouts/money.ts'
import { fullName } from '#lib/payouts/receiver-name.ts'
import type { Payout } from '#lib/services/ports.ts'

/** Names of people and API keys by id, for the two columns that say who. */
export type Names = ReadonlyMap<string, string>

/** The file's columns in order. Times are UTC, and their names say so. */
const columns = {
  id: ({ id }) => id,
  created_at_utc: ({ createdAt }) => createdAt.toISOString(),
  status: ({ status }) => status,
  amount: ({ amountMinor, currency }) => formatAmount(amountMinor, currency),
  currency: ({ currency }) => currency,
  receiver_external_id: ({ receiver }) => receiver.externalId,
  receiver_name: ({ receiver }) => fullName(receiver),
  receiver_email: ({ receiver }) => receiver.email,
  account_last4: ({ accountLast4 }) => accountLast4,
  client_order_id: ({ clientOrderId }) => clientOrderId,
  order_id: ({ orderId }) => orderId,
  gateway_status: ({ gatewayStatus }) => gatewayStatus,
  requested_by: ({ requestedById, apiKeyId }, names) => nameOf(requestedById ?? apiKeyId, names),
  approved_by: (payout, names) =>
    payout.policyNote?.approved ? 'policy' : nameOf(payout.approvedById, names),
  final_at_utc: ({ finalAt }) => finalAt?.toISOString() ?? null,
  failure_message: ({ failureMessage }) => failureMessage,
} as const satisfies Record<string, (payout: Payout, names: Names) => string | null>

/** Unknown people are shown by id. */
const nameOf = (id: string | null, names: Names) => (id === null ? null : (names.get(id) ?? id))

/** Excel reads a file as UTF-8 only with this mark; other readers skip it. */
const byteOrderMark = '\uFEFF'

export const csvHead = () => byteOrderMark + toCsv([Object.keys(columns)])

export function csvRows(payouts: readonly Payout[], names: Names): string {
  return toCsv(
    payouts.map((payout) => Object.values(columns).map((cell) => inert(cell(payout, names) ?? ''))),
  )
}

/** Every cell is quoted, so that a typed comma ends none. Each record ends its line. */
const toCsv = (records: string[][]) =>
  records.map((record) => `${Papa.unparse([record], { quotes: true })}\r\n`).join('')

/**
 * Where a formula could begin: at the start of a cell, and behind anything that a spreadsheet with other settings takes for the end of
 * one, even when blanks, invisible characters or quotation marks come before the sign. Full-width signs count.
 */
const formulas = /(^|[;\t\r\n])((?:(?![\t\r\n])[\s\p{C}\p{Z}"'‘’“”＂＇])*)(?=[=+\-@＝＋－＠−])/gu

/**
 * A cell that begins like a formula would be run by the spreadsheet that opens it; the apostrophe makes it text (OWASP, CSV injection).
 * Papa's own `escapeFormulae` never looks inside a cell.
 */
function inert(cell: string): string {
  const disarmed = cell.replaceAll(formulas, "$1'$2")
  return /^[\t\r\n]/.test(disarmed) ? `'${disarmed}` : disarmed
}
