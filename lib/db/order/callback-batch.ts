/**
 * Usual callbacks, many in one statement: the status of a payout that has exactly these two ids and an endpoint whose control signed it, new
 * or repeated. Neither id ever changes
 * once it is there, so nothing else can make such a message shifted or another order's, and no name need be locked. Each payout is
 * locked as for any event of it. One that somebody else has locked is left out, so that a batch waits for nobody, and two of them in two
 * processes never for each other.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import { signersOf } from '#lib/payouts/endpoints.ts'
import type { CallbackMessage } from '#lib/services/ports.ts'
import { signedOf } from './callback-digest.ts'
import { wokenByCallback } from './woken-by-callback.ts'

/** One message, and how often it came. It makes its payout due at most once per `wakeEveryMs`. */
export type Counted = { message: CallbackMessage; digest: string; deliveries: number; wakeEveryMs: number }

/**
 * Durable when it returns: the digests of what it stored or counted, each with its payout. The rest is not usual, or its payout is in other hands. No two of a
 * batch may have the same digest or the same `clientOrderId`.
 */
export async function storeBatch(
  sql: Database['sql'],
  batch: readonly Counted[],
): Promise<Map<string, string>> {
  const { text, values } = statement(batch)
  const stored = await sql.query<{ digest: string; payoutId: string }>(text, values as never)
  return new Map(stored.map(({ digest, payoutId }) => [digest, payoutId]))
}

const { actorKind, actorName } = actorColumns({ kind: 'cardzo' })

/** The work is locked with its payout, so that all rows of `payout_work` are locked in the order of their ids. */
function statement(batch: readonly Counted[]): Prisma.Sql {
  const sent = batch.map(({ message, ...counted }) => {
    const { status, orderId, clientOrderId, type, params } = message
    // What the event says; the callback's own columns are read from it.
    const data = toJson({ status, orderId, clientOrderId, type, params })
    return { id: randomUUID(), signed: signedOf(message), signedBy: signersOf(message), data, ...counted }
  })
  return Prisma.sql`
    WITH sent AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(sent)}::json) AS sent (
        id uuid, digest text, signed text, "signedBy" smallint[], data jsonb, deliveries int, "wakeEveryMs" double precision)
    ), held AS MATERIALIZED (
      SELECT sent.*, payout.id AS payout_id, payout.version FROM sent
      JOIN payout ON payout.client_order_id = data ->> 'clientOrderId' AND payout.order_id = data ->> 'orderId'
        AND payout.endpoint_id = ANY (sent."signedBy")
      JOIN payout_work work ON work.payout_id = payout.id
      ORDER BY payout.id FOR NO KEY UPDATE OF payout SKIP LOCKED FOR NO KEY UPDATE OF work
    ), stored AS (
      INSERT INTO callback (id, digest, signed, status, type, order_id, client_order_id, params, payout_id, deliveries)
      SELECT id, digest, signed, data ->> 'status', data ->> 'type', data ->> 'orderId', data ->> 'clientOrderId', data -> 'params',
        payout_id, deliveries FROM held
      ON CONFLICT (digest) DO UPDATE SET deliveries = callback.deliveries + EXCLUDED.deliveries, last_received_at = now(),
        payout_id = coalesce(callback.payout_id, EXCLUDED.payout_id)
      RETURNING id, digest, about = 'status' AND compared_at IS NULL AS is_news
    ), seen AS MATERIALIZED (
      SELECT held.payout_id, version, data, "wakeEveryMs", stored.id = held.id AS is_new, is_news FROM held JOIN stored USING (digest)
    ), noted AS (
      INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_name, data)
      SELECT payout_id, 'callback_received', version, ${actorKind}, ${actorName}, data FROM seen WHERE is_new
    ), woken AS (
      UPDATE payout_work SET ${wokenByCallback(Prisma.sql`seen."wakeEveryMs"`)} FROM seen
      WHERE seen.is_news AND payout_work.payout_id = seen.payout_id
    )
    SELECT digest, held.payout_id AS "payoutId" FROM stored JOIN held USING (digest)`
}
