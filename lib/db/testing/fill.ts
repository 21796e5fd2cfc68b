/**
 * Fills an empty, migrated database with payouts as years of work leave them: most are over, a few are open. Made by the database itself,
 * a million in minutes. Triggers and foreign keys are off while it fills, so the hashes of events are no chain.
 */
import pg from 'pg'
import { bankPrints } from '#lib/db/payout/search-rows.ts'
import { createVault } from '#lib/db/seal/vault.ts'

export type Filled = {
  payouts: number
  receivers: number
}

/** Beside those that are over. Real installations have about as many open at a time, however many they have paid. */
export const openPayouts = 300
/** Approvers and admins, with fixed ids: `staffId(1)` is an approver. */
export const staffId = (n: number) => `00000000-0000-4000-8000-0000000001${String(n).padStart(2, '0')}`
export const keyId = '00000000-0000-4000-8000-00000000000b'
/** This receiver has a hundredth of all payouts, and at most 20,000. */
export const busyReceiver = 'cust-1'

/** From so many payouts on indexes are made when everything is there, which takes half the time. */
const indexesLastFrom = 100_000

/**
 * `sealPrefix` is that of the vault's current key: what the worker need not seal again at its start. `dense`: of a thousand payouts so many
 * have what is rare that a page of it is full, as it is with a million.
 */
export async function fillDatabase(
  databaseUrl: string,
  payouts: number,
  { sealPrefix = 'v1.test.', fingerprintPrefix = 'f1.test.', dense = false } = {},
): Promise<Filled> {
  const client = new pg.Client({ connectionString: databaseUrl })
  await client.connect()
  const receivers = Math.max(20, Math.round(payouts / 5))
  try {
    await client.query(
      `SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '64MB'; SET maintenance_work_mem = '256MB'`,
    )
    const indexes = payouts >= indexesLastFrom ? await dropIndexes(client) : []
    for (const statement of statements({ payouts, receivers, sealPrefix, fingerprintPrefix, dense }))
      await client.query(statement)
    for (const made of indexes) await client.query(made)
    await client.query('VACUUM ANALYZE')
  } finally {
    await client.end()
  }
  return { payouts, receivers }
}

/** All but those of keys, and of partitions. Gives the statements that make them again. */
async function dropIndexes(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ name: string; made: string }>(`
    SELECT indexrelid::regclass::text AS name, pg_get_indexdef(indexrelid) AS made FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid
    WHERE relkind = 'i' AND relnamespace = 'public'::regnamespace AND NOT EXISTS (SELECT FROM pg_constraint WHERE conindid = indexrelid)
      AND NOT EXISTS (SELECT FROM pg_inherits WHERE inhrelid IN (indexrelid, indrelid))`)
  for (const { name } of rows) await client.query(`DROP INDEX ${name}`)
  return rows.map(({ made }) => made)
}

/** The vault of tests: payouts are filled with forty banks, `Bank 0` and so on, found by its prints. */
export const filledVault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
const bankPrintsOfFilled = Array.from(
  { length: 40 },
  (_, n) => `'${bankPrints(filledVault, `Bank ${n}`)[0] ?? ''}'`,
).join(', ')

/** A uuid from a table's letter and a number. */
const uuid = (letter: string, n: string) => `md5('${letter}' || (${n}))::uuid`

/** How often a payout has what is rare, and of what there are how many. */
const usual = {
  amount: 'n % 90000',
  last4: 10_000,
  notPaidEvery: 25,
  notPaid: `ARRAY['declined', 'filtered', 'failed', 'rejected', 'cancelled', 'expired', 'failed']`,
  code: '(n / 25 % 9)::text',
  highEvery: 1000,
  mediumEvery: 100,
  banks: 40,
  approved: 'p.seq % 2 = 0',
  approvers: 7,
}
const often: typeof usual = {
  amount: '(n % 90) * 1000',
  last4: 14,
  notPaidEvery: 2,
  notPaid: `ARRAY['declined', 'failed']`,
  code: `'5'`,
  highEvery: 14,
  mediumEvery: 7,
  banks: 10,
  approved: 'p.seq % 4 = 1',
  approvers: 3,
}

function statements(
  size: Filled & { sealPrefix: string; fingerprintPrefix: string; dense: boolean },
): string[] {
  const { payouts, receivers, sealPrefix, fingerprintPrefix } = size
  const has = size.dense ? often : usual
  const busyEvery = Math.max(100, Math.ceil(payouts / 20_000))
  const receiverOf = `CASE WHEN n % ${busyEvery} = 0 THEN 1 ELSE 1 + n % ${receivers} END`
  return [
    `INSERT INTO app_user (id, email, name, role)
     SELECT ('00000000-0000-4000-8000-0000000001' || lpad(n::text, 2, '0'))::uuid, 'staff' || n || '@example.com', 'Staff ' || n,
       (CASE WHEN n < 8 THEN 'approver' ELSE 'admin' END)::role FROM generate_series(1, 10) n`,
    `INSERT INTO api_key (id, name, key_hash, owner_id) VALUES ('${keyId}', 'filled', 'filled', '${staffId(9)}')`,
    `INSERT INTO receiver (id, external_id, email, first_name, last_name, created_at)
     SELECT ${uuid('r', 'n')}, 'cust-' || n, 'receiver' || n || '@example.com',
       (ARRAY['Ada', 'Bruno', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Grace', 'Hugo'])[1 + n % 8],
       initcap(substr(md5('name' || n), 1, 8)), now() - (${receivers} - n) * interval '300 days' / ${receivers}
     FROM generate_series(1, ${receivers}) n`,
    `INSERT INTO payout (id, seq, version, status, amount_minor, currency, receiver_id, destination_sealed, destination_print, content_hash,
       account_last4, source, judged_source, api_key_id, idempotency_key, request_hash, client_order_id, order_id, gateway_status,
       validated_at, pay_claimed_at, policy_version, approvals_required, policy_note, description, metadata, gateway_code, risk, status_token_hash, return_token_hash,
       stage_since, created_at, updated_at, final_at)
     SELECT ${uuid('p', 'n')}, n, 8, status::payout_status, 1000 + ${has.amount}, CASE WHEN n % 10 = 0 THEN 'USD' ELSE 'EUR' END,
       ${uuid('r', receiverOf)}, '${sealPrefix}' || repeat(md5(n::text), 6), '2.' || md5('a' || ${receiverOf}), '${fingerprintPrefix}' || md5('c' || n),
       lpad((n % ${has.last4})::text, 4, '0'), source::payout_source, source::payout_source, '${keyId}', 'key-' || n, '${sealPrefix}' || repeat(md5(n::text), 2), 'order-' || n,
       CASE WHEN status NOT IN ('requested', 'cancelled') THEN 'cardzo-' || n END, 'approved', at,
       CASE WHEN status IN ('paid', 'outcome_unknown', 'processing') THEN at END, (SELECT version FROM policy_version WHERE active_key = 'active'), 1,
       '{"approved": false}', 'Invoice ' || n, jsonb_build_object('team', CASE WHEN n % 3 = 0 THEN 'north' ELSE 'south' END, 'run', n % 1000),
       CASE WHEN status IN ('declined', 'failed') THEN ${has.code} END,
       jsonb_build_object('level', CASE WHEN n % ${has.highEvery} = 0 THEN 'high' WHEN n % ${has.mediumEvery} = 0 THEN 'medium' WHEN n % 5 = 0 THEN 'low' ELSE 'none' END,
         'checks', '[]'::jsonb, 'at', '2026-01-01T00:00:00Z'),
       md5('s' || n), md5('t' || n), at, at, at, CASE WHEN over THEN at + interval '5 minutes' END
     FROM (
       SELECT n, CASE WHEN n % 200 = 7 THEN 'desk' WHEN n % 20 = 3 THEN 'browser' ELSE 'api' END AS source, n <= ${payouts - openPayouts} AS over, now() - (${payouts} - n) * interval '400 days' / ${payouts} AS at,
         CASE
           WHEN n > ${payouts - openPayouts} THEN (ARRAY['requested', 'checking', 'awaiting_approval', 'approved', 'processing', 'outcome_unknown'])[1 + n % 6]
           WHEN n % ${has.notPaidEvery} = 0 THEN (${has.notPaid})[1 + n / ${has.notPaidEvery} % array_length(${has.notPaid}, 1)]
           ELSE 'paid' END AS status
       FROM generate_series(1, ${payouts}) n) AS made`,
    `SELECT setval(pg_get_serial_sequence('payout', 'seq'), ${payouts})`,
    `INSERT INTO payout_work (payout_id, due_at, priority)
     SELECT id, CASE WHEN final_at IS NULL THEN now() + (seq % 3600) * interval '1 second' + interval '1 minute' END, 1 FROM payout`,
    `INSERT INTO payout_search (seq, created_at, source, currency, amount_minor, client_order_id, bank_print, account_print, text)
     SELECT seq, created_at, source, currency, amount_minor, client_order_id, (ARRAY[${bankPrintsOfFilled}])[1 + seq % ${has.banks}],
       substr(md5('a' || receiver_id), 1, 22), description || E'\\n' || (metadata ->> 'team') || E'\\n' || (metadata ->> 'run') FROM payout`,
    `UPDATE payout_search_mark SET last_seq = ${payouts}, seen_seq = ${payouts}, print_key = '${sealPrefix}'`,
    `INSERT INTO payout_event (id, payout_id, at, kind, move, from_status, to_status, version, actor_kind, actor_name, data, hash, prev_hash)
     SELECT (p.seq - 1) * 6 + k, p.id, p.created_at + k * interval '1 second',
       CASE k WHEN 1 THEN 'requested' WHEN 6 THEN 'status_answered' ELSE 'check_intended' END,
       CASE k WHEN 6 THEN 'confirm' END, CASE WHEN k = 6 THEN 'requested'::payout_status END,
       CASE WHEN k = 6 AND p.status <> 'requested' THEN p.status END, k, CASE WHEN k = 1 THEN 'api_key' ELSE 'worker' END, 'filled',
       CASE WHEN k = 1 THEN jsonb_build_object('amountMinor', p.amount_minor::text, 'currency', p.currency) ELSE '{"status": "processing"}' END,
       md5('h' || p.seq || '.' || k), CASE WHEN k > 1 THEN md5('h' || p.seq || '.' || k - 1) ELSE '' END
     FROM payout p, generate_series(1, 6) k`,
    `SELECT setval(pg_get_serial_sequence('payout_event', 'id'), ${payouts * 6})`,
    `INSERT INTO callback (id, digest, signed, status, type, order_id, client_order_id, params, received_at, payout_id, compared_at)
     SELECT ${uuid('c', 'seq')}, md5('d' || seq), md5('g' || seq), 'approved', 'transfer', order_id, client_order_id, '{}', final_at, id, final_at
     FROM payout WHERE status = 'paid'`,
    `INSERT INTO mail (id, dedupe_key, recipient, subject, text, payout_id, created_at, sent_at, attempts)
     SELECT ${uuid('m', 'seq')}, 'filled:' || seq, 'receiver@example.com', 'Your payment', '', id, created_at, created_at, 1 FROM payout`,
    `INSERT INTO open_item (id, kind, severity, payout_id, what, why, opened_at, closed_at, close_reason, open_key)
     SELECT ${uuid('i', 'seq')}, CASE WHEN seq % 2 = 0 THEN 'stuck' ELSE 'outcome_unknown' END, 'warning', id, 'It took long.', 'The bank was slow.',
       created_at, CASE WHEN seq > ${payouts - openPayouts} THEN NULL ELSE created_at END, NULL,
       CASE WHEN seq > ${payouts - openPayouts} THEN 'filled:' || seq END
     FROM payout WHERE seq % 10 = 0`,
    `INSERT INTO approval (id, payout_id, payout_seq, content_hash, order_id, approver_id, approver_name, person_id, amount_minor, currency, at, open_key)
     SELECT ${uuid('v', 'p.seq')}, p.id, p.seq, p.content_hash, p.order_id, u.id, u.name, u.person_id, p.amount_minor, p.currency, p.created_at, p.id || ':' || u.person_id
     FROM payout p JOIN app_user u ON u.email = 'staff' || (1 + p.seq % ${has.approvers}) || '@example.com'
     WHERE p.status = 'paid' AND ${has.approved}`,
    `INSERT INTO auto_approval (payout_id, currency, api_key_id, amount_minor, at)
     SELECT id, currency, api_key_id, amount_minor, created_at FROM payout p WHERE status = 'paid' AND NOT (${has.approved})`,
    `INSERT INTO destination (id, receiver_id, print, sealed, created_at, label, created_by_name)
     SELECT ${uuid('d', 'n')}, ${uuid('r', 'n')}, '2.' || md5('a' || n), '${sealPrefix}' || md5(n::text), now() - interval '100 days', 'filled', 'filled'
     FROM generate_series(1, ${Math.round(receivers / 2)}) n`,
    // Every second receiver has a balance that they have not touched.
    `INSERT INTO grant_row (id, receiver_id, currency, amount_minor, reference, source, actor_kind, actor_name, created_at, payable_from)
     SELECT ${uuid('g', 'n')}, ${uuid('r', 'n * 2')}, 'EUR', 5000, 'grant-' || n, 'api', 'operator', 'filled', now() - n * interval '1 minute', now() - interval '90 days'
     FROM generate_series(1, ${Math.floor(receivers / 2)}) n`,
    `INSERT INTO ledger_transfer (at, receiver_id, currency, amount_minor, debit, credit, kind, grant_id, actor_name)
     SELECT created_at, receiver_id, currency, amount_minor, 'granted', 'available', 'grant', id, 'filled' FROM grant_row`,
    `INSERT INTO balance (receiver_id, currency, granted_minor, available_minor)
     SELECT receiver_id, currency, amount_minor, amount_minor FROM grant_row`,
    `INSERT INTO audit_event (id, at, kind, actor_kind, actor_name, data, hash)
     SELECT n, now() - (${Math.round(payouts / 2)} - n) * interval '1 minute', 'payouts_exported', 'user', 'filled', '{}', md5('e' || n) FROM generate_series(1, ${Math.round(payouts / 2)}) n`,
    `SELECT setval(pg_get_serial_sequence('audit_event', 'id'), ${Math.round(payouts / 2)})`,
    `INSERT INTO audit_seal (seq, last_event_id, events, hash) VALUES (1, ${Math.round(payouts / 2)}, ${Math.round(payouts / 2)}, 'filled')`,
    `INSERT INTO payout_sum (currency, status, payouts, amount_minor) SELECT currency, status, count(*), sum(amount_minor) FROM payout GROUP BY 1, 2`,
    `UPDATE books_mark SET last_event_id = ${payouts * 6}, seen_event_id = ${payouts * 6}, compared_event_id = ${payouts * 6}`,
    `INSERT INTO import (id, kind, name, source, rows, wrong, known, parts, proposed_by_name)
     VALUES (${uuid('x', '1')}, 'history', 'filled', 'Old shop', 1, 0, 0, 0, 'filled')`,
    `INSERT INTO imported_payout (id, import_id, source, reference, receiver_id, currency, amount_minor, status, ended_at, order_id)
     SELECT ${uuid('y', 'seq')}, ${uuid('x', '1')}, 'Old shop', 'past-' || seq, receiver_id, currency, amount_minor, 'paid', created_at, 'old-' || seq
     FROM payout WHERE seq % 4 = 0`,
  ]
}
