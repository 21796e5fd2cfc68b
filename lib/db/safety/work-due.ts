/** What a worker that rests asks once a second: one statement for all kinds of work, each answered by the first entry of an index. */
import type { Sql } from '#lib/db/engine/sql.ts'
import { isFree } from '#lib/db/payout/claim-due.ts'
import { anyDelivery } from '#lib/db/webhook/deliveries.ts'
import { untold } from '#lib/db/webhook/make-events.ts'
import type { WorkKind } from '#lib/services/ports.ts'

/** Nobody waits for a mail that failed for longer: it is tried again by the queue's own plan. */
const freshMail = `sent_at IS NULL AND held_until IS NULL AND created_at > now() - interval '10 minutes'`

const questions: Record<WorkKind, string> = {
  payouts: `SELECT EXISTS (SELECT FROM gateway_gate g WHERE EXISTS (SELECT FROM payout_work
    WHERE endpoint_id = g.id AND priority IN (0, 1) AND due_at <= now() AND ${isFree}))`,
  events: `SELECT ${untold} FROM webhook_mark`,
  webhooks: anyDelivery,
  batches: `SELECT EXISTS (SELECT FROM batch
    WHERE ended_at IS NULL AND submitted_at IS NOT NULL AND (lease_until IS NULL OR lease_until < now()))
    OR EXISTS (SELECT FROM batch
    WHERE cancelled_at IS NOT NULL AND cancel_ended_at IS NULL AND (lease_until IS NULL OR lease_until < now()))`,
  decisions: `SELECT EXISTS (SELECT FROM batch_decision
    WHERE decided_at IS NOT NULL AND ended_at IS NULL AND (lease_until IS NULL OR lease_until < now()))`,
  imports: `SELECT EXISTS (SELECT FROM import WHERE ended_at IS NULL AND decision = 'confirmed')`,
  tests: `SELECT EXISTS (SELECT FROM endpoint_test
    WHERE answered_at IS NULL AND (taken_at IS NULL OR taken_at < now() - interval '2 minutes'))`,
  files: `SELECT EXISTS (SELECT FROM export WHERE ended_at IS NULL AND (lease_until IS NULL OR lease_until < now()))`,
  digests: `SELECT EXISTS (SELECT FROM mail_digest WHERE due_at <= now())`,
  rights: `SELECT EXISTS (SELECT FROM access_change WHERE decision IS NULL AND due_at <= clock_timestamp())`,
  books: `SELECT seen_event_id > last_event_id OR (SELECT max(id) FROM payout_event) > seen_event_id FROM books_mark`,
  search: `SELECT seen_seq > last_seq OR (SELECT max(seq) FROM payout) > seen_seq FROM payout_search_mark`,
  comparison: `SELECT EXISTS (SELECT FROM comparison WHERE finished_at IS NULL AND (lease_until IS NULL OR lease_until < now()))`,
  mails: `SELECT EXISTS (SELECT FROM mail WHERE ${freshMail})`,
}

const statement = `SELECT ARRAY (SELECT kind FROM (VALUES
  ${Object.entries(questions)
    .map(([kind, question]) => `('${kind}', (${question}))`)
    .join(',\n  ')}) AS work (kind, due) WHERE due) AS due`

export async function workDue(sql: Sql): Promise<ReadonlySet<WorkKind>> {
  // The kinds are our own words.
  const [row] = await sql.query<{ due: WorkKind[] }>(statement)
  return new Set(row?.due)
}
