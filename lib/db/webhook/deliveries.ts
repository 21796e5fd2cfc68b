/** Deliveries: what a worker takes, what came of it, and the log of a target. */
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { ChatManner, TargetKind } from '#lib/payouts/webhook-events.ts'
import type { Delivery, DueDelivery, WebhookStore } from '#lib/services/ports.ts'
import { addressPlace, secretPlace } from '#lib/services/webhook/places.ts'
import { eventColumns, eventJoins, toEvent } from './event-rows.ts'
import type { EventRow } from './event-rows.ts'

/** In one worker's hand for one target, so that a slow one holds up nobody else. One that fails is tried one at a time. */
const inHandMost = 16
/** Written to a chat as one message. */
const inMessageMost = 20

type DueRow = EventRow & {
  targetId: string
  kind: TargetKind
  addressSealed: string
  secretSealed: string | null
  previousSealed: string | null
  chat: ChatManner | null
  attempts: number
  tries: number
}

export async function claim(
  sql: Sql,
  vault: Vault,
  busy: ReadonlyMap<string, number>,
  leaseMs: number,
): Promise<DueDelivery[]> {
  const rows = await sql.query<DueRow>(claimStatement, [[...busy.keys()], [...busy.values()], leaseMs])
  return rows.map((row) => {
    const { targetId, kind, chat, attempts, tries } = row
    const address = opened(vault, row.addressSealed, addressPlace(targetId))
    const secrets = [row.secretSealed, row.previousSealed].flatMap((sealed) =>
      sealed === null ? [] : [opened(vault, sealed, secretPlace(targetId))],
    )
    return {
      ...{ targetId, kind, chat, attempts, tries, address },
      secrets: secrets.every((secret) => secret !== null) ? secrets : null,
      event: toEvent(row),
    }
  })
}

/** Null: its key is missing, or it was changed. */
function opened(vault: Vault, sealed: string, place: string): string | null {
  try {
    return vault.open(sealed, place)
  } catch {
    return null
  }
}

/** Is anything sent to the target `t` now? */
const isOn = `t.disabled_at IS NULL AND t.removed_at IS NULL
  AND NOT EXISTS (SELECT FROM app_user o WHERE o.id = t.owner_id AND o.disabled_at IS NOT NULL)`

/** A statement: is anything due to any target? */
export const anyDelivery = `SELECT EXISTS (SELECT FROM webhook_target t
  WHERE ${isOn} AND EXISTS (SELECT FROM webhook_delivery d WHERE d.target_id = t.id AND d.due_at <= clock_timestamp()))`

/** The lease is the due time: a worker that dies leaves its deliveries due again. */
const claimStatement = `
  WITH target AS (
    SELECT t.id, CASE
      WHEN t.kind = 'chat' THEN CASE WHEN busy.n IS NULL THEN ${inMessageMost} ELSE 0 END
      ELSE GREATEST(CASE WHEN t.failing_since IS NULL THEN ${inHandMost} ELSE 1 END - coalesce(busy.n, 0), 0) END AS room
    FROM webhook_target t LEFT JOIN unnest($1::uuid[], $2::int[]) AS busy (id, n) ON busy.id = t.id
    WHERE ${isOn}),
  due AS (
    SELECT d.target_id, d.event_id FROM target CROSS JOIN LATERAL (
      SELECT target_id, event_id FROM webhook_delivery
      WHERE target_id = target.id AND due_at <= clock_timestamp()
      ORDER BY due_at, event_id LIMIT target.room FOR UPDATE SKIP LOCKED) d),
  taken AS (
    UPDATE webhook_delivery d SET due_at = clock_timestamp() + $3::float8 * interval '1 millisecond', attempts = attempts + 1,
      tries = tries + 1, attempted_at = clock_timestamp()
    FROM due WHERE d.target_id = due.target_id AND d.event_id = due.event_id
    RETURNING d.target_id, d.event_id, d.attempts, d.tries)
  SELECT taken.target_id AS "targetId", taken.attempts, taken.tries, t.kind, t.chat, t.address_sealed AS "addressSealed",
    t.secret_sealed AS "secretSealed", CASE WHEN t.previous_until > now() THEN t.previous_sealed END AS "previousSealed", ${eventColumns}
  FROM taken JOIN webhook_target t ON t.id = taken.target_id JOIN webhook_event e ON e.id = taken.event_id ${eventJoins}
  ORDER BY e.id`

export async function record(
  sql: Sql,
  taken: Parameters<WebhookStore['record']>[0],
  result: Parameters<WebhookStore['record']>[1],
): Promise<Date | null> {
  const [row] = await sql.query<{ failingSince: Date | null }>(recordStatement, [
    taken[0]?.targetId ?? null,
    taken.map(({ event }) => event.id),
    taken.map(({ attempts }) => attempts),
    result.dueInMs,
    result.arrived,
    result.status,
    result.durationMs,
    result.answer,
    result.error,
  ])
  return row?.failingSince ?? null
}

const recordStatement = `
  WITH told AS (
    UPDATE webhook_delivery d SET due_at = clock_timestamp() + $4::float8 * interval '1 millisecond',
      delivered_at = CASE WHEN $5::boolean THEN clock_timestamp() ELSE d.delivered_at END, status = $6::int,
      duration_ms = $7::int, answer = $8::text, error = $9::text
    FROM unnest($2::bigint[], $3::int[]) AS taken (event_id, attempts)
    WHERE d.target_id = $1::uuid AND d.event_id = taken.event_id AND d.attempts = taken.attempts),
  changed AS (
    UPDATE webhook_target SET failing_since = CASE WHEN $5::boolean THEN NULL ELSE clock_timestamp() END
    WHERE id = $1::uuid AND (failing_since IS NULL) <> $5::boolean
    RETURNING failing_since)
  SELECT CASE WHEN $5::boolean THEN NULL ELSE coalesce(
    (SELECT failing_since FROM changed), (SELECT failing_since FROM webhook_target WHERE id = $1::uuid)) END AS "failingSince"`

/** Newest first. */
export async function log(
  sql: Sql,
  id: string,
  { limit, before }: { limit: number; before: bigint | null },
): Promise<{ rows: Delivery[]; next: bigint | null }> {
  const rows = await sql.query<Delivery>(
    `SELECT d.event_id AS "eventId", e.type, e.at, e.payout_id AS "payoutId", d.attempts, d.attempted_at AS "attemptedAt",
      d.due_at AS "dueAt", d.delivered_at AS "deliveredAt", d.status, d.duration_ms AS "durationMs", d.answer, d.error
    FROM webhook_delivery d JOIN webhook_event e ON e.id = d.event_id
    WHERE d.target_id = $1::uuid AND ($2::bigint IS NULL OR d.event_id < $2::bigint) ORDER BY d.event_id DESC LIMIT $3::int`,
    [id, before, limit + 1],
  )
  const page = rows.slice(0, limit)
  return { rows: page, next: rows.length > limit ? (page.at(-1)?.eventId ?? null) : null }
}
