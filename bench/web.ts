// The web server's three busiest addresses beside the least that could answer them, on the same database.
import { createHash } from 'node:crypto'
import pg from 'pg'
import { connections, measure, measureGets } from './load.ts'
import type { Measured } from './load.ts'
import type { Bench } from './stack.ts'

export const listedPayouts = 10_000

/** Payouts at Cardzo that nobody has to look at today, and the tutorial's two tables with the same ids. */
export async function fillTables(db: pg.Client): Promise<void> {
  await db.query(`
    INSERT INTO receiver (id, external_id, first_name, last_name)
      SELECT gen_random_uuid(), 'bench-' || n, 'Ada', 'Nowak' FROM generate_series(1, 100) n;
    INSERT INTO payout (id, status, amount_minor, currency, receiver_id, destination_sealed, content_hash, account_last4, source, idempotency_key,
        request_hash, client_order_id, order_id, gateway_status, gateway_stage, status_token_hash, return_token_hash)
      SELECT gen_random_uuid(), 'processing', 10050, 'EUR', receiver.id,
        'v1.auth.AAAAAAAAAAAAAAAA.AAAAAAAAAAAAAAAAAAAAAA.' || repeat('A', 100), 'f1.', '3000', 'api', 'bench-' || n, 'v1.',
        'bench-' || n, (1000000 + n)::text, 'processing', 'payout_processing', 's' || n, 'r' || n
      FROM generate_series(1, ${listedPayouts}) n JOIN receiver ON external_id = 'bench-' || (1 + n % 100);
    UPDATE payout_work SET due_at = now() + interval '1 day', priority = 1;
    CREATE SCHEMA bench;
    CREATE TABLE bench.payout (client_order_id text PRIMARY KEY, called_back_at timestamptz);
    CREATE TABLE bench.callback (id bigserial PRIMARY KEY, client_order_id text, order_id text, status text);
    INSERT INTO bench.payout SELECT 'bench-' || n FROM generate_series(1, ${listedPayouts}) n;`)
  await db.query('ANALYZE')
}

/** Each about another payout, signed as Cardzo signs: a repeat would be cheaper. */
function callbacks(base: string, merchantControl: string): string[] {
  return Array.from({ length: listedPayouts }, (_, index) => {
    const clientOrderId = `bench-${index + 1}`
    const orderId = String(1_000_000 + index + 1)
    const control = createHash('sha1')
      .update(`approved${orderId}${clientOrderId}${merchantControl}`)
      .digest('hex')
    const query = { status: 'approved', orderid: orderId, client_orderid: clientOrderId, control }
    return `${base}?${new URLSearchParams(query).toString()}`
  })
}

export async function measureCallbacks({ appUrl, baselineUrl, merchantControl }: Bench) {
  const eachOnce = true
  return {
    baseline: await measureGets(callbacks(`${baselineUrl}/callback`, merchantControl), { eachOnce }),
    ours: await measureGets(callbacks(`${appUrl}/api/cardzo/callback`, merchantControl), { eachOnce }),
  }
}

/** `links` are status pages of real payouts. */
export async function measureStatus({ appUrl, baselineUrl }: Bench, links: readonly string[]) {
  const tokens = links.map((link) => new URL(link).pathname.split('/').at(-1) ?? '')
  const hash = (token: string) => createHash('sha256').update(token).digest('hex')
  return {
    baseline: await measureGets(tokens.map((token) => `${baselineUrl}/status?hash=${hash(token)}`)),
    empty: await measureGets([`${appUrl}/api/health/live`]),
    ours: await measureGets(tokens.map((token) => `${appUrl}/api/pay/${token}/status`)),
  }
}

export async function measureList({ appUrl, databaseUrl }: Bench, apiKey: string) {
  return {
    baseline: await plainList(databaseUrl),
    ours: await measureGets([`${appUrl}/api/v1/payouts?limit=50`], {
      headers: { Authorization: `Bearer ${apiKey}` },
    }),
  }
}

/** The same page in one statement, without a web server in between. */
async function plainList(databaseUrl: string): Promise<Measured> {
  const pool = new pg.Pool({ connectionString: databaseUrl, max: Math.min(connections, 10) })
  try {
    return await measure(async () => {
      await pool.query(
        'SELECT * FROM payout JOIN receiver ON receiver.id = receiver_id ORDER BY seq DESC LIMIT 51',
      )
      return true
    })
  } finally {
    await pool.end()
  }
}
