/** Deletes old events with their deliveries, a few at a time. Triggers keep what is young or still on its way. */
import type { Sql } from '#lib/db/engine/sql.ts'

export async function forget(sql: Sql, after: bigint, days: number, limit: number): Promise<bigint | null> {
  const [row] = await sql.query<{ next: bigint | null }>(statement, [after, days, limit])
  return row?.next ?? null
}

/** What nobody will get any more is over: it was delivered or given up, or its target was removed. */
const statement = `
  WITH looked AS (SELECT id, at FROM webhook_event WHERE id > $1::bigint ORDER BY id LIMIT $3::int),
  old AS (SELECT id, at FROM looked WHERE at < now() - make_interval(days => $2::int)),
  over AS (
    SELECT id, at FROM old WHERE NOT EXISTS (
      SELECT FROM webhook_delivery d JOIN webhook_target t ON t.id = d.target_id
      WHERE d.event_id = old.id AND d.due_at IS NOT NULL AND t.removed_at IS NULL)),
  deliveries AS (DELETE FROM webhook_delivery WHERE event_id IN (SELECT id FROM over)),
  events AS (DELETE FROM webhook_event WHERE id IN (SELECT id FROM over)),
  noted AS (
    UPDATE webhook_mark SET gone_until = GREATEST(gone_until, (SELECT max(at) FROM over)) WHERE EXISTS (SELECT FROM over))
  SELECT CASE WHEN (SELECT count(*) FROM old) = $3::int THEN (SELECT max(id) FROM old) END AS next`
