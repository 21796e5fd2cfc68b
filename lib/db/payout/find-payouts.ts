/** Finding payouts: by any of their ids, by filter, and who is behind them. */
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Database } from '#lib/db/engine/client.ts'
import type { SqlValue } from '#lib/db/engine/sql.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { FindPayouts } from '#lib/services/ports.ts'
import { findPage, sumsOf } from './payout-pages.ts'
import type { PayoutTables } from './payout-pages.ts'
import { readPayouts, toEvent } from './payout-rows.ts'
import { usedByReceiver } from './receiver-limits.ts'
import { keepSearch } from './search-rows.ts'
import { findForLinks, listForApi } from './shown-payouts.ts'

export function findPayouts(prisma: Database, vault: Vault): FindPayouts {
  const read = (where: string, ...values: SqlValue[]) => readPayouts(prisma.sql, vault, where, values)
  const one = async (where: string, value: string) => (await read(where, value))[0] ?? null

  return {
    find: (id) => one('id = $1::uuid', id),
    findMany: (ids) => read('id = ANY ($1::uuid[])', ids),
    usedByReceiver: (receiverId) => usedByReceiver(prisma, receiverId),
    findNumbered: (seqs) => read('seq = ANY ($1::bigint[]) ORDER BY seq', seqs),
    async accountsBehind(ids) {
      const rows = await prisma.$queryRaw<{ payoutId: string; userId: string }[]>`
        WITH base AS MATERIALIZED (
          SELECT p.id, node FROM unnest(${ids}::uuid[]) AS p (id), LATERAL behind_payout(p.id) AS node),
        hand AS MATERIALIZED (
          SELECT one.node, person FROM (SELECT DISTINCT node FROM base) AS one, LATERAL one_hand(one.node) AS person)
        SELECT DISTINCT base.id AS "payoutId", other.id AS "userId"
        FROM base JOIN hand USING (node) JOIN app_user other ON other.person_id = hand.person`
      const behind = new Map<string, string[]>(ids.map((id) => [id, []]))
      for (const { payoutId, userId } of rows) behind.get(payoutId)?.push(userId)
      return behind
    },
    findByIdempotencyKey: (idempotencyKey) => one('idempotency_key = $1', idempotencyKey),
    holderOfOrder: inBatches({ most: 100, together: (orderIds) => holdersOf(prisma.sql, orderIds) }),
    findByClientOrderId: (clientOrderId) => one('client_order_id = $1', clientOrderId),
    // The return address outlives the status link, so that a late browser still learns something.
    findByReturnToken: (returnTokenHash) => one('return_token_hash = $1', returnTokenHash),

    findForLink: findForLinks(prisma.sql, vault),
    listForApi: (filter, page) => listForApi(prisma.sql, vault, filter, page),

    ...listPayouts({ prisma, vault }),
    keepSearch: (signal) => keepSearch(prisma, vault, signal),

    async timeline(payoutId) {
      const rows = await prisma.payoutEvent.findMany({ where: { payoutId }, orderBy: { id: 'asc' } })
      return rows.map(toEvent)
    },
  }
}

/** What the desk's list needs, of the primary or a standby. */
export function listPayouts(tables: PayoutTables): Pick<FindPayouts, 'list' | 'sums'> {
  return {
    async list(filter, range) {
      const { seqs, nextCursor } = await findPage(tables, filter, range)
      const rows = await readPayouts(tables.prisma.sql, tables.vault, 'seq = ANY ($1::bigint[])', [seqs])
      const bySeq = new Map(rows.map((row) => [row.seq, row]))
      return { rows: seqs.flatMap((seq) => bySeq.get(seq) ?? []), nextCursor }
    },
    sums: (filter) => sumsOf(tables, filter),
  }
}

async function holdersOf(sql: Database['sql'], orderIds: readonly string[]): Promise<(string | null)[]> {
  const rows = await sql.query<{ id: string; orderId: string }>(
    'SELECT id, order_id AS "orderId" FROM payout WHERE order_id = ANY ($1::text[])',
    [orderIds],
  )
  const holders = new Map(rows.map(({ id, orderId }) => [orderId, id]))
  return orderIds.map((orderId) => holders.get(orderId) ?? null)
}
