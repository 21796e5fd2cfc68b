/**
 * Turns what has happened into webhook events. Payouts write nothing for it: their history is read again, up to a number below which none
 * can appear any more (as in lib/db/payout/payout-sums.ts). What is in no payout's history comes through `webhook_news`, a queue that this
 * empties, so the order of its numbers doesn't matter. The row of `webhook_mark` is locked meanwhile: one writer at a time numbers events,
 * so a reader who has come to a number has seen all before it.
 */
import type { Sql } from '#lib/db/engine/sql.ts'
import type { ChatManner } from '#lib/payouts/webhook-events.ts'

/** In one statement. */
const eventsAtOnce = 2_000
const newsAtOnce = 1_000

/** Of the row of `webhook_mark`: has anything happened that isn't told yet, or can't be yet? */
export const untold = `(seen_event_id > last_event_id OR EXISTS (SELECT FROM webhook_news)
  OR (SELECT max(id) FROM payout_event) > seen_event_id)`

/** `more`: there is more to tell now; `soon`: there was something, so look again in a moment. */
export async function makeEvents(
  sql: Sql,
  held: (chat: ChatManner) => number,
): Promise<'more' | 'soon' | 'nothing'> {
  const chats = await sql.query<{ id: string; chat: ChatManner }>(
    `SELECT id, chat FROM webhook_target WHERE kind = 'chat' AND disabled_at IS NULL AND removed_at IS NULL`,
  )
  const [made] = await sql.query<{ soon: boolean; more: boolean }>(statement, [
    eventsAtOnce,
    newsAtOnce,
    chats.map(({ id }) => id),
    chats.map(({ chat }) => held(chat)),
  ])
  if (made?.more) return 'more'
  return made?.soon ? 'soon' : 'nothing'
}

const statement = `
  WITH waiting AS (SELECT ${untold} AS soon FROM webhook_mark),
  mark AS (
    SELECT last_event_id AS after, LEAST(seen_event_id, last_event_id + $1::int) AS upto, seen_event_id AS seen
    FROM webhook_mark WHERE seen_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint
      -- Nothing is written while nothing happens.
      AND ${untold}
    FOR UPDATE SKIP LOCKED),
  news AS (
    DELETE FROM webhook_news WHERE EXISTS (SELECT FROM mark) AND id IN (
      SELECT id FROM webhook_news ORDER BY id LIMIT $2::int)
    RETURNING id, at, type, payout_id, subject_id, data),
  happened AS (
    SELECT h.at, CASE WHEN h.kind = 'requested' THEN 'payout.requested' ELSE 'payout.' || h.to_status END AS type, h.payout_id,
      h.version, NULL::uuid AS subject_id, '{}'::jsonb AS data, h.id AS place
    FROM mark, payout_event h
    WHERE h.id > mark.after AND h.id <= mark.upto AND (h.kind = 'requested' OR h.to_status IS NOT NULL)
    UNION ALL
    SELECT at, type, payout_id, NULL, subject_id, data, id FROM news),
  made AS (
    INSERT INTO webhook_event (at, type, payout_id, version, subject_id, owner_id, data)
    SELECT h.at, h.type, h.payout_id, h.version, h.subject_id,
      -- A statement of its own for each, so that the planner never reads every payout to join them.
      CASE WHEN h.type LIKE 'payout.%' THEN
        (SELECT k.owner_id FROM payout p JOIN api_key k ON k.id = p.api_key_id WHERE p.id = h.payout_id) END, h.data
    FROM happened h ORDER BY h.at, h.place
    RETURNING id, type, subject_id, owner_id, data),
  told AS (
    INSERT INTO webhook_delivery (target_id, event_id, due_at)
    SELECT t.id, made.id, clock_timestamp() + CASE
      WHEN made.type IN ('item.escalated', 'webhook.test') OR made.data ->> 'severity' IN ('high', 'critical') THEN interval '0'
      ELSE coalesce(chat.held, 0) * interval '1 millisecond' END
    FROM made
    JOIN webhook_target t ON CASE WHEN made.type = 'webhook.test' THEN t.id = made.subject_id
      ELSE made.type = ANY (t.events) AND (t.owner_id IS NULL OR t.owner_id = made.owner_id) END
    LEFT JOIN unnest($3::uuid[], $4::float8[]) AS chat (id, held) ON chat.id = t.id
    WHERE t.disabled_at IS NULL AND t.removed_at IS NULL AND (t.kind = 'chat' OR t.secret_sealed IS NOT NULL)
      AND NOT EXISTS (SELECT FROM app_user o WHERE o.id = t.owner_id AND o.disabled_at IS NOT NULL)),
  moved AS (UPDATE webhook_mark SET last_event_id = mark.upto,
    seen_event_id = CASE WHEN mark.upto = mark.seen THEN GREATEST(mark.seen, (SELECT coalesce(max(id), 0) FROM payout_event))
      ELSE mark.seen END,
    seen_xid = CASE WHEN mark.upto = mark.seen THEN pg_snapshot_xmax(pg_current_snapshot())::text::bigint ELSE seen_xid END
  FROM mark
  RETURNING mark.upto < mark.seen OR (SELECT count(*) FROM news) >= $2::int AS more)
  SELECT soon, coalesce((SELECT more FROM moved), false) AS more FROM waiting`
