/** Payouts as a spreadsheet reads them: one row each, text that can not act as a formula. */
import { stringify } from 'csv-stringify/sync'
import { formatAmount } from '#lib/payouts/money.ts'
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
  receiver_name: ({ receiver }) => [receiver.firstName, receiver.lastName].filter(Boolean).join(' '),
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

/** A person who is gone from the list is still told apart by his id. */
const nameOf = (id: string | null, names: Names) => (id === null ? null : (names.get(id) ?? id))

/** Excel takes a file for UTF-8 only with this mark; other readers skip it. */
const byteOrderMark = '\uFEFF'

export const csvHead = () => byteOrderMark + toCsv([Object.keys(columns)])

export function csvRows(payouts: readonly Payout[], names: Names): string {
  return toCsv(payouts.map((payout) => Object.values(columns).map((cell) => inert(cell(payout, names)))))
}

/** Every cell in quotation marks, so that none ends where somebody typed a comma. */
const toCsv = (records: (string | null)[][]) =>
  stringify(records, { record_delimiter: '\r\n', quoted: true, quoted_empty: true })

/**
 * Where a formula could begin: at the start of a cell, and behind what a spreadsheet with other habits takes for the end of one, also
 * when blanks, invisible characters or quotation marks stand before the sign. Signs in full width count.
 */
const formulas = /(^|[;\t\r\n])((?:(?![\t\r\n])[\s\p{C}\p{Z}"'‘’“”＂＇])*)(?=[=+\-@＝＋－＠−])/gu

/** A cell that begins like a formula would be run by the spreadsheet that opens it; the apostrophe makes it text (OWASP, CSV injection). */
function inert(cell: string | null): string | null {
  const disarmed = cell?.replaceAll(formulas, "$1'$2") ?? null
  return disarmed !== null && /^[\t\r\n]/.test(disarmed) ? `'${disarmed}` : disarmed
}
