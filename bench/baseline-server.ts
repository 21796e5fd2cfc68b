// What a tutorial would write: bare node:http, one pool, no checks. A process of its own, as the portal's web server is one.
// GET /callback?client_orderid=…&orderid=…&status=… stores in a transaction; GET /status?hash=… reads one row.
import { createServer } from 'node:http'
import pg from 'pg'

const { DATABASE_URL, BASELINE_PORT } = process.env
/** The portal's own number of connections. */
const pool = new pg.Pool({ connectionString: DATABASE_URL, max: 10 })

async function storeCallback(query: URLSearchParams): Promise<string> {
  const client = await pool.connect()
  try {
    await client.query('BEGIN')
    await client.query('INSERT INTO bench.callback (client_order_id, order_id, status) VALUES ($1, $2, $3)', [
      query.get('client_orderid'),
      query.get('orderid'),
      query.get('status'),
    ])
    await client.query('UPDATE bench.payout SET called_back_at = now() WHERE client_order_id = $1', [
      query.get('client_orderid'),
    ])
    await client.query('COMMIT')
    return 'OK'
  } catch (error) {
    await client.query('ROLLBACK')
    throw error
  } finally {
    client.release()
  }
}

async function readStatus(query: URLSearchParams): Promise<string> {
  const found = await pool.query('SELECT * FROM payout WHERE status_token_hash = $1', [query.get('hash')])
  return JSON.stringify(found.rows[0])
}

const server = createServer((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? '/', 'http://localhost')
  const answer = pathname === '/callback' ? storeCallback(searchParams) : readStatus(searchParams)
  answer.then(
    (text) => response.end(text),
    (error: unknown) => {
      console.error(error)
      response.writeHead(500).end()
    },
  )
})
server.listen(Number(BASELINE_PORT), '127.0.0.1')
process.once('SIGTERM', () => process.exit(0))
