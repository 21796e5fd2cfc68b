// Payouts that are in the database without having been asked for: as many as a measurement needs, in seconds.
import { randomUUID } from 'node:crypto'
import type pg from 'pg'
import type { Bench } from './stack.ts'

/** The tables that a tutorial would have. */
export async function fillTutorial(db: pg.Pool, payouts: number): Promise<void> {
  await db.query(`
    CREATE SCHEMA tutorial;
    CREATE TABLE tutorial.receiver (id bigserial PRIMARY KEY, external_id text UNIQUE, first_name text, last_name text);
    CREATE TABLE tutorial.payout (id bigserial PRIMARY KEY, client_order_id text UNIQUE, receiver_id bigint REFERENCES tutorial.receiver,
      amount numeric, currency text, rest jsonb, status text, idempotency_key text UNIQUE, order_id text, called_back_at timestamptz);
    CREATE TABLE tutorial.callback (id bigserial PRIMARY KEY, client_order_id text, order_id text, status text);
    CREATE TABLE tutorial.event (id bigserial PRIMARY KEY, payout_id bigint REFERENCES tutorial.payout, at timestamptz DEFAULT now(), kind text);
    INSERT INTO tutorial.payout (client_order_id, status) SELECT 'bench-' || n, 'processing' FROM generate_series(1, ${payouts}) n`)
}

/** Payouts `bench-1` and so on, at Cardzo under the order ids from 1,000,001 on, with nothing to do for a day. */
export async function fillProcessing(
  { db, vault }: Pick<Bench, 'db' | 'vault'>,
  count: number,
): Promise<void> {
  await db.query(`INSERT INTO receiver (id, external_id, first_name, last_name)
    SELECT gen_random_uuid(), 'bench-' || n, 'Ada', 'Nowak' FROM generate_series(1, 100) n`)
  const batch = 5000
  for (let from = 1; from <= count; from += batch) {
    const ids = Array.from({ length: Math.min(batch, count - from + 1) }, () => randomUUID())
    const destination = JSON.stringify({
      account_number: 'DE89370400440532013000',
      bank_name: 'Example Bank',
    })
    const seals = ids.map((id) => vault.seal(destination, `payout:${id}`))
    await db.query(
      `INSERT INTO payout (id, status, amount_minor, currency, receiver_id, destination_sealed, destination_print, content_hash, account_last4, source,
          idempotency_key, request_hash, client_order_id, order_id, gateway_status, gateway_stage, gateway_amount, gateway_currency,
          status_token_hash, return_token_hash)
       SELECT given.id, 'processing', 10050, 'EUR', receiver.id, given.seal, '2.bench', 'f1.auth.bench', '3000', 'api', 'bench-' || n, 'v1.',
          'bench-' || n, (1000000 + n)::text, 'processing', 'payout_processing', '100.50', 'EUR', 's' || n, 'r' || n
       FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS given (id, seal, place), LATERAL (SELECT $3::int + place - 1 AS n) numbered
       JOIN receiver ON external_id = 'bench-' || (1 + n % 100)`,
      [ids, seals, from],
    )
  }
  await db.query(`UPDATE payout_work SET due_at = now() + interval '1 day', priority = 1`)
  // Not of the tables that are still empty: what PostgreSQL knows of them would be wrong a second later.
  await db.query('ANALYZE receiver, payout, payout_work')
}
