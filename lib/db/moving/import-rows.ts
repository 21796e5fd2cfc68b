/** Imports and what they brought, as rows. */
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { Import, ImportedPayout, ImportSum, NamedReceiver, Receiver } from '#lib/services/ports.ts'

/** The place that a piece of an import is sealed for. */
export const partPlace = (importId: string, what: string, part: number) =>
  `import:${importId}:${what}:${part}`

/** Rows of one statement, and of one sealed piece. */
export const rowsAtOnce = 1_000

export const piecesOf = <Row>(rows: readonly Row[]): Row[][] =>
  Array.from({ length: Math.ceil(rows.length / rowsAtOnce) }, (_, part) =>
    rows.slice(part * rowsAtOnce, (part + 1) * rowsAtOnce),
  )

/** Runs one statement, with the pool or in a transaction. */
export type Ask = <Row>(text: string, ...values: unknown[]) => Promise<Row[]>
export const askIn =
  (tx: Transaction): Ask =>
  (text, ...values) =>
    tx.$queryRawUnsafe(text, ...values)
export const askOn =
  ({ sql }: Database): Ask =>
  (text, ...values) =>
    sql.query(text, values as Parameters<Database['sql']['query']>[1])

type SumRow = Omit<ImportSum, 'amountMinor'> & { amountMinor: string }
export type ImportRow = Omit<Import, 'sums' | 'kind' | 'decision'> & {
  kind: string
  decision: string | null
  sums: SumRow[]
}

export const importColumns = `
  id, seq, kind, name, source, at_once AS "atOnce", rows, wrong, known, parts, sums, proposed_by_id AS "proposedById",
  proposed_by_name AS "proposedByName", proposed_at AS "proposedAt", decision, decided_by_id AS "decidedById",
  decided_by_name AS "decidedByName", decided_at AS "decidedAt", done, made, left_out AS "leftOut", ended_at AS "endedAt"`

// Only this store writes these columns, through the port's types.
export const toImport = (row: ImportRow): Import => ({
  ...row,
  kind: row.kind as Import['kind'],
  decision: row.decision as Import['decision'],
  sums: row.sums.map((sum) => ({ ...sum, amountMinor: BigInt(sum.amountMinor) })),
})

type HistoryRow = Omit<ImportedPayout, 'receiver' | 'status'> & {
  status: string
  receiverId: string
  externalId: string
  email: string | null
  firstName: string | null
  lastName: string | null
  locale: Receiver['locale']
}

export const selectHistory = `
  SELECT i.id, i.source, i.reference, i.currency, i.amount_minor AS "amountMinor", i.status::text AS status, i.ended_at AS "endedAt",
    i.account_last4 AS "accountLast4", i.order_id AS "orderId", i.note, r.id AS "receiverId", r.external_id AS "externalId",
    r.email, r.first_name AS "firstName", r.last_name AS "lastName", r.locale::text AS locale
  FROM imported_payout i JOIN receiver r ON r.id = i.receiver_id`

export function toImported(row: HistoryRow): ImportedPayout {
  const { receiverId, externalId, email, firstName, lastName, locale, status, ...rest } = row
  return {
    ...rest,
    status: status as PayoutStatus,
    receiver: { id: receiverId, externalId, email, firstName, lastName, locale },
  }
}
export type { HistoryRow as ImportedRow }

/** Of a receiver `r`: somebody who is paid, asks or signs in here. The trigger `destination_imported` asks the same. */
const isLive = `(EXISTS (SELECT FROM payout WHERE receiver_id = r.id) OR EXISTS (SELECT FROM app_user WHERE receiver_id = r.id)
  OR EXISTS (SELECT FROM destination WHERE receiver_id = r.id AND import_id IS NULL))`

/** `lock`: changes of their destinations wait until the transaction ends. */
export async function namedReceivers(
  ask: Ask,
  externalIds: readonly string[],
  lock = '',
): Promise<NamedReceiver[]> {
  return ask<NamedReceiver>(
    `SELECT r.id, r.external_id AS "externalId", r.email, r.first_name AS "firstName", r.last_name AS "lastName",
       r.locale::text AS locale, ${isLive} AS "isLive"
     FROM receiver r WHERE r.external_id = ANY ($1::text[]) ORDER BY r.external_id COLLATE "C" ${lock}`,
    externalIds,
  )
}

export async function namedHistory(
  ask: Ask,
  source: string,
  references: readonly string[],
): Promise<ImportedPayout[]> {
  const rows = await ask<HistoryRow>(
    `${selectHistory} WHERE i.source = $1 AND i.reference = ANY ($2::text[])`,
    source,
    references,
  )
  return rows.map(toImported)
}
