/** The worker's side of batches: taking one in hand, keeping what became of its rows, cancelling the rest. */
import { isRefusedWith } from '#lib/db/engine/away.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { isBeforeClaim, openStatuses } from '#lib/payouts/transitions.ts'
import type { Batch, BatchFormat, BatchInHand, BatchStore } from '#lib/services/ports.ts'

/** Batches that are ended in one go because nobody submitted them. */
const droppedAtOnce = 5

type SumRow = { currency: string; count: number; amountMinor: string }
export type Row = Omit<Batch, 'sums' | 'format'> & { sums: SumRow[]; format: string }

export const columns = `
  id, seq, name, format, made_by_id AS "madeById", api_key_id AS "apiKeyId",
  (SELECT owner_id FROM api_key WHERE api_key.id = batch.api_key_id) AS "apiKeyOwnerId",
  made_by_name AS "madeByName", made_at AS "madeAt", rows, wrong, known, repeats, new_receivers AS "newReceivers", sums,
  submitted_at AS "submittedAt", done, ended_at AS "endedAt", cancelled_at AS "cancelledAt", cancelled_by_id AS "cancelledById",
  cancelled_by_key_id AS "cancelledByKeyId", cancelled_by_name AS "cancelledByName", cancel_ended_at AS "cancelEndedAt"`

// Only this store writes the JSON columns, through the port's types, so a cast is enough to read them back.
export const toBatch = (row: Row): Batch => ({
  ...row,
  format: row.format as BatchFormat,
  sums: row.sums.map((sum) => ({ ...sum, amountMinor: BigInt(sum.amountMinor) })),
})

/** Statuses, as a list in SQL. */
export const stillCancellable = openStatuses
  .filter(isBeforeClaim)
  .map((status) => `'${status}'`)
  .join(', ')

/** Submitted and not all made, or cancelled and not at an end with that. */
const isOpen = `(ended_at IS NULL AND submitted_at IS NOT NULL OR cancelled_at IS NOT NULL AND cancel_ended_at IS NULL)`

const waits = 'problems IS NULL AND payout_id IS NULL AND refused IS NULL'

type BatchWork = Pick<
  BatchStore,
  'claim' | 'waiting' | 'record' | 'finish' | 'unreadable' | 'cancellable' | 'hold' | 'endCancel' | 'dropOld'
>

/**
 * A row that gets its payout locks it for a moment, while a worker may be moving the same payouts in another order. PostgreSQL then undoes
 * one of the two, and nothing of that is left: it is done again.
 */
async function undeadlocked<T>(run: () => Promise<T>, left = 5): Promise<T> {
  try {
    return await run()
  } catch (error) {
    if (left === 0 || !isRefusedWith(error, '40P01')) throw error
    return undeadlocked(run, left - 1)
  }
}

export function createBatchWork({ sql }: Pick<Database, 'sql'>): BatchWork {
  return {
    async claim(leaseMs) {
      const [row] = await sql.query<Row & { attempt: number; stumbles: number }>(
        `UPDATE batch SET lease_until = now() + make_interval(secs => $1::float8 / 1000), attempts = attempts + 1, stumbles = stumbles + 1
         WHERE id = (
           SELECT id FROM (
             (SELECT id, made_at FROM batch WHERE ended_at IS NULL AND submitted_at IS NOT NULL AND (lease_until IS NULL OR lease_until < now())
              ORDER BY made_at LIMIT 1)
             UNION ALL
             (SELECT id, made_at FROM batch WHERE cancelled_at IS NOT NULL AND cancel_ended_at IS NULL
                AND (lease_until IS NULL OR lease_until < now()) ORDER BY made_at LIMIT 1)
           ) AS due ORDER BY made_at LIMIT 1)
           AND (lease_until IS NULL OR lease_until < now()) AND ${isOpen}
         RETURNING ${columns}, attempts AS attempt, stumbles`,
        [leaseMs],
      )
      return row ? { ...toBatch(row), attempt: row.attempt, stumbles: row.stumbles } : null
    },
    waiting: ({ id }, limit) =>
      sql.query(
        `SELECT line, key, sealed, tries FROM batch_row
         WHERE batch_id = $1::uuid AND ${waits} AND (try_at IS NULL OR try_at <= now()) ORDER BY line LIMIT $2`,
        [id, limit],
      ),
    async record({ id, attempt }, outcomes, leaseMs) {
      const keep = () =>
        sql.query<{ cancelled: boolean }>(
          `WITH given AS (
           SELECT * FROM json_to_recordset($3::json) AS given (line int, payout_id uuid, refused jsonb, retry_ms float8)
         ), held AS (
           UPDATE batch SET lease_until = now() + make_interval(secs => $4::float8 / 1000), stumbles = 0,
             done = done + (SELECT count(*) FROM given WHERE retry_ms IS NULL)
           WHERE id = $1::uuid AND attempts = $2 AND ${isOpen} RETURNING id, cancelled_at
         ), changed AS (
           UPDATE batch_row SET payout_id = given.payout_id, refused = given.refused,
             sealed = CASE WHEN retry_ms IS NOT NULL THEN sealed END,
             tries = tries + (retry_ms IS NOT NULL)::int, try_at = now() + make_interval(secs => retry_ms / 1000)
           FROM given, held WHERE batch_row.batch_id = held.id AND batch_row.line = given.line
         ) SELECT cancelled_at IS NOT NULL AS cancelled FROM held`,
          [
            id,
            attempt,
            JSON.stringify(
              outcomes.map(({ line, payoutId, refused, ...later }) => ({
                ...{ line, refused, payout_id: payoutId },
                retry_ms: 'retryInMs' in later ? later.retryInMs : null,
              })),
            ),
            leaseMs,
          ],
        )
      const [kept] = await undeadlocked(keep)
      return kept ? (kept.cancelled ? 'cancelled' : 'kept') : 'lost'
    },
    async finish({ id, attempt }: BatchInHand) {
      const [told] = await sql.query<{ ended: boolean }>(
        `UPDATE batch SET ended_at = CASE WHEN next.line IS NULL THEN coalesce(ended_at, now()) ELSE ended_at END, lease_until = next.try_at
         FROM (SELECT 1) AS one LEFT JOIN LATERAL (
           SELECT line, try_at FROM batch_row WHERE batch_id = $1::uuid AND ${waits} ORDER BY try_at NULLS FIRST LIMIT 1) AS next ON true
         WHERE id = $1::uuid AND attempts = $2 AND ${isOpen} RETURNING ended_at IS NOT NULL AS ended`,
        [id, attempt],
      )
      return told?.ended ?? false
    },
    async unreadable(id) {
      const [row] = await sql.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM batch_row WHERE batch_id = $1::uuid AND refused ->> 'code' = 'row_unreadable'`,
        [id],
      )
      return row?.count ?? 0
    },
    cancellable: ({ id }, after, limit) =>
      sql.query(
        // A payout that was there before the batch is not its own.
        `SELECT line, p.id AS "payoutId", p.status = 'paying' AS "isSending" FROM batch JOIN batch_row ON batch_id = batch.id
         JOIN payout p ON p.id = batch_row.payout_id
         WHERE batch.id = $1::uuid AND line > $2 AND p.created_at >= batch.made_at
           AND p.status IN (${stillCancellable}, 'paying')
         ORDER BY line LIMIT $3`,
        [id, after, limit],
      ),
    async hold({ id, attempt }, leaseMs, moved) {
      const held = await sql.query(
        `UPDATE batch SET lease_until = now() + make_interval(secs => $3::float8 / 1000), stumbles = CASE WHEN $4 THEN 0 ELSE stumbles END
         WHERE id = $1::uuid AND attempts = $2 AND ${isOpen} RETURNING id`,
        [id, attempt, leaseMs, moved],
      )
      return held.length > 0
    },
    async endCancel({ id, attempt }) {
      const ended = await sql.query(
        `UPDATE batch SET cancel_ended_at = now(), lease_until = NULL
         WHERE id = $1::uuid AND attempts = $2 AND cancelled_at IS NOT NULL AND cancel_ended_at IS NULL AND ended_at IS NOT NULL RETURNING id`,
        [id, attempt],
      )
      return ended.length > 0
    },
    async dropOld(afterMs) {
      await sql.query(
        `WITH over AS (
           UPDATE batch SET ended_at = now() WHERE submitted_at IS NULL AND id IN (
             SELECT id FROM batch WHERE ended_at IS NULL AND submitted_at IS NULL
               AND made_at < now() - make_interval(secs => $1::float8 / 1000)
             ORDER BY made_at LIMIT ${droppedAtOnce} FOR UPDATE SKIP LOCKED)
           RETURNING id
         ) UPDATE batch_row SET sealed = NULL FROM over WHERE batch_id = over.id AND sealed IS NOT NULL`,
        [afterMs],
      )
    },
  }
}
