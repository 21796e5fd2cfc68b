/** Callbacks that wait for Cardzo's status, and those that were compared with it: of many payouts in one statement. */
import { inBatches } from '#lib/db/engine/batches.ts'
import { withoutWait } from '#lib/db/engine/parameters.ts'
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import type { CallbackAbout, CallbackStore, StoredCallback } from '#lib/services/ports.ts'

/** More than a worker has in hand at once, unless it is set higher. */
const mostTogether = 100

export function comparedCallbacks(sql: Sql): Pick<CallbackStore, 'uncompared' | 'markCompared'> {
  const mark = inBatches<Marked, Marked>({
    most: mostTogether,
    together: (lists) => markCompared(sql, lists),
  })
  return {
    uncompared: inBatches({ most: mostTogether, together: (payoutIds) => uncompared(sql, payoutIds) }),
    async markCompared(ids, disagreed) {
      await mark({ ids, disagreed })
    },
  }
}

type Marked = { ids: readonly string[]; disagreed: readonly string[] }

export type CallbackRow = Prisma.CallbackGetPayload<object>

/** Of each of these payouts, oldest first. */
async function uncompared(sql: Sql, payoutIds: readonly string[]): Promise<StoredCallback[][]> {
  const rows = await sql.query<CallbackRow>(
    `SELECT id, about, status, type, params, deliveries, order_id AS "orderId", client_order_id AS "clientOrderId",
       payout_id AS "payoutId", received_at AS "receivedAt", last_received_at AS "lastReceivedAt", compared_at AS "comparedAt"
     FROM callback WHERE payout_id = ANY ($1::uuid[]) AND compared_at IS NULL AND about = 'status' ORDER BY received_at`,
    [payoutIds],
  )
  const callbacks = rows.map(toCallback)
  return payoutIds.map((id) => callbacks.filter(({ payoutId }) => payoutId === id))
}

/** A crash of PostgreSQL may lose it. Then they are compared once more. */
async function markCompared(sql: Sql, lists: readonly Marked[]): Promise<readonly Marked[]> {
  await sql.query(
    `UPDATE callback SET compared_at = date_trunc('milliseconds', now()), disagreed = disagreed OR id = ANY ($2::uuid[])
     FROM ${withoutWait} WHERE id = ANY ($1::uuid[])`,
    [lists.flatMap(({ ids }) => ids), lists.flatMap(({ disagreed }) => disagreed)],
  )
  return lists
}

export const toCallback = (row: CallbackRow): StoredCallback => ({
  id: row.id,
  about: row.about as CallbackAbout,
  status: row.status,
  orderId: row.orderId,
  clientOrderId: row.clientOrderId,
  type: row.type,
  params: row.params as Record<string, string>,
  deliveries: row.deliveries,
  receivedAt: row.receivedAt,
  lastReceivedAt: row.lastReceivedAt,
  payoutId: row.payoutId,
  comparedAt: row.comparedAt,
})
