/**
 * Usual callbacks, many in one statement: the status of a payout that has exactly these two ids, new or repeated. Neither id ever changes
 * once it is there, so nothing else can make such a message shifted or another order's, and no name need be locked. Each payout is
 * locked as for any event of it. One that somebody else has locked is left out, so that a batch waits for nobody, and two of them in two
 * processes never for each other.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { CallbackMessage } from '#lib/services/ports.ts'
import { digestOf, signedOf } from './callback-digest.ts'
import { wokenByCallback } from './woken-by-callback.ts'

/** One message, and how often it came. It makes its payout due at most once per `wakeEveryMs`. */
export type Counted = { message: CallbackMessage; deliveries: number; wakeEveryMs: number }

/**
 * Durable when it returns: the digests of what it stored or counted. The rest is not usual, or its payout is in other hands. No two of a
 * batch may have the same digest or the same `clientOrderId`.
 */
export async function storeBatch(sql: Database['sql'], batch: readonly Counted[]): Promise<Set<string>> {
  const { text, values } = statement(batch)
  const stored = await sql.query<{ digest: string }>(text, values as never)
  return new Set(stored.map(({ digest }) => digest))
}

const { actorKind, actorName } = actorColumns({ kind: 'cardzo' })

function statement(batch: readonly Counted[]): Prisma.Sql {
  const sent = batch.map(({ message, ...counted }) => {
    const { status, type, orderId, clientOrderId, params } = message
    const ids = { id: randomUUID(), digest: digestOf(message), signed: signedOf(message) }
    return { ...ids, status, type, orderId, clientOrderId, params: toJson(params), ...counted }
  })
  return Prisma.sql`
    WITH sent AS (
      SELECT * FROM json_to_recordset(${JSON.stringify(sent)}::json) AS sent (
        id uuid, digest text, signed text, status text, type text, "orderId" text, "clientOrderId" text, params jsonb, deliveries int,
        "wakeEveryMs" double precision)
    ), held AS MATERIALIZED (
      SELECT sent.*, payout.id AS payout_id, payout.version FROM sent
      JOIN payout ON payout.client_order_id = sent."clientOrderId" AND payout.order_id = sent."orderId"
      ORDER BY payout.id FOR NO KEY UPDATE OF payout SKIP LOCKED
    ), stored AS (
      INSERT INTO callback (id, digest, signed, status, type, order_id, client_order_id, params, payout_id, deliveries)
      SELECT id, digest, signed, status, type, "orderId", "clientOrderId", params, payout_id, deliveries FROM held
      ON CONFLICT (digest) DO UPDATE SET deliveries = callback.deliveries + EXCLUDED.deliveries, last_received_at = now(),
        payout_id = coalesce(callback.payout_id, EXCLUDED.payout_id)
      RETURNING id, digest, about = 'status' AND compared_at IS NULL AS is_news
    ), noted AS (
      INSERT INTO payout_event (payout_id, kind, version, actor_kind, actor_name, data)
      SELECT held.payout_id, 'callback_received', held.version, ${actorKind}, ${actorName}, jsonb_build_object(
        'status', status, 'orderId', "orderId", 'clientOrderId', "clientOrderId", 'type', type, 'params', params)
      FROM held JOIN stored ON stored.id = held.id ORDER BY held.payout_id
    ), due AS (
      SELECT work.payout_id, held."wakeEveryMs" FROM held JOIN stored ON stored.digest = held.digest AND stored.is_news
      JOIN payout_work work ON work.payout_id = held.payout_id
      ORDER BY work.payout_id FOR NO KEY UPDATE OF work
    ), woken AS (
      UPDATE payout_work SET ${wokenByCallback(Prisma.sql`due."wakeEveryMs"`)} FROM due WHERE payout_work.payout_id = due.payout_id
    )
    SELECT digest FROM stored`
}
