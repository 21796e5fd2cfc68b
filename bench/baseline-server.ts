// What a tutorial would write: bare node:http, one pool, no checks. A process of its own, as the portal's web server is one.
// GET /callback?client_orderid=…&orderid=…&status=… stores in a transaction; GET /status?hash=… reads one row; POST /payouts creates.
import { createServer } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { text } from 'node:stream/consumers'
import pg from 'pg'

const { DATABASE_URL, BASELINE_PORT } = process.env
/** The portal's own number of connections. */
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })

async function inTransaction<T>(run: (client: pg.PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    const result = await run(client)
    await client.query('COMMIT')
    return result
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

const storeCallback = (query: URLSearchParams) =>
  inTransaction(async (client) => {
    await client.query(
      'INSERT INTO tutorial.callback (client_order_id, order_id, status) VALUES ($1, $2, $3)',
      [query.get('client_orderid'), query.get('orderid'), query.get('status')],
    )
    await client.query('UPDATE tutorial.payout SET called_back_at = now() WHERE client_order_id = $1', [
      query.get('client_orderid'),
    ])
    return 'OK'
  })

async function readStatus(query: URLSearchParams): Promise<string> {
  const found = await pool.query('SELECT * FROM payout WHERE status_token_hash = $1', [query.get('hash')])
  return JSON.stringify(found.rows[0])
}

type Asked = {
  amount: string
  currency: string
  receiver: { externalId: string; firstName: string; lastName: string }
}

/** Five statements: BEGIN, receiver, payout, event, COMMIT. */
async function createPayout(request: IncomingMessage): Promise<string> {
  const { amount, currency, receiver, ...rest } = JSON.parse(await text(request)) as Asked
  return inTransaction(async (client) => {
    const known = await client.query<{ id: string }>(
      `INSERT INTO tutorial.receiver (external_id, first_name, last_name) VALUES ($1, $2, $3)
       ON CONFLICT (external_id) DO UPDATE SET first_name = excluded.first_name RETURNING id`,
      [receiver.externalId, receiver.firstName, receiver.lastName],
    )
    const created = await client.query<{ id: string }>(
      `INSERT INTO tutorial.payout (client_order_id, receiver_id, amount, currency, rest, status, idempotency_key)
       VALUES (gen_random_uuid(), $1, $2, $3, $4, 'requested', $5) RETURNING *`,
      [known.rows[0]?.id, amount, currency, rest, request.headers['idempotency-key']],
    )
    await client.query(`INSERT INTO tutorial.event (payout_id, kind) VALUES ($1, 'requested')`, [
      created.rows[0]?.id,
    ])
    return JSON.stringify(created.rows[0])
  })
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const answer =
    request.method === 'POST'
      ? createPayout(request)
      : pathname === '/callback'
        ? storeCallback(searchParams)
        : readStatus(searchParams)
  answer.then(
    (body) => response.end(body),
    (error: unknown) => {
      console.error(error)
      response.writeHead(500).end()
    },
  )
})
server.listen(Number(BASELINE_PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
