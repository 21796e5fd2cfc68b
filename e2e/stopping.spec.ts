// A web server of this test's own, on a database of its own, is told to stop in the middle of a storm of callbacks.
import { createHash, randomUUID } from 'node:crypto'
import { Agent, get } from 'node:http'
import pg from 'pg'
import { freePort } from '#lib/processes/free-port.ts'
import { migrate } from '#lib/runtime/database.ts'
import { expect, test } from './support/fixtures.ts'
import { environmentOf, newStack } from './support/stack.ts'
import type { Stack, Variables } from './support/stack.ts'

const payouts = 20_000
const connections = 32
/** As lib/web/main.ts gives running requests. */
const graceMs = 10_000
/** A request that takes longer hangs. */
const patienceMs = 8_000

let beside: Stack
let environment: Variables
let databaseUrl = ''

test.beforeAll(async ({ stack }) => {
  const name = `stopping_${randomUUID().replaceAll('-', '')}`
  const url = new URL(stack.databaseUrl)
  url.pathname = `/${name}`
  databaseUrl = url.href
  beside = newStack()
  await run(stack.databaseUrl, `CREATE DATABASE ${name}`)
  beside.atStop(async () => {
    await run(stack.databaseUrl, `DROP DATABASE ${name} WITH (FORCE)`)
  })
  await migrate(databaseUrl)
  environment = { ...stack.environment, DATABASE_URL: databaseUrl, PORT: String(await freePort(23_500)) }
})
test.afterAll(() => beside.stop())

/** Payouts at Cardzo with the order ids 1, 2 … */
const fill = () =>
  run(
    databaseUrl,
    `WITH someone AS (
       INSERT INTO receiver (id, external_id, first_name, last_name) VALUES (gen_random_uuid(), 'r', 'Ada', 'Nowak') RETURNING id
     )
     INSERT INTO payout (id, status, amount_minor, currency, receiver_id, destination_sealed, content_hash, account_last4, source,
       idempotency_key, request_hash, client_order_id, order_id, status_token_hash, return_token_hash)
     SELECT gen_random_uuid(), 'processing', 100, 'EUR', someone.id, 'v1.auth.x', 'f1.', '3000', 'api', 'k' || n, 'v1.', 'c' || n, n::text,
       's' || n, 'r' || n FROM someone, generate_series(1, ${payouts}) n`,
  )

async function run<Row>(url: string, sql: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<Row & object>(sql, values)).rows
  } finally {
    await client.end()
  }
}

function callback(n: number): string {
  const control = createHash('sha1')
    .update(`approved${n}c${n}${String(environment['CARDZO_MERCHANT_CONTROL'])}`)
    .digest('hex')
  return `/api/cardzo/callback?status=approved&orderid=${n}&client_orderid=c${n}&control=${control}`
}

const statusOf = (agent: Agent, path: string): Promise<number> =>
  new Promise((resolve, reject) => {
    const asked = get({ agent, port: Number(environment['PORT']), path, timeout: patienceMs }, (answer) => {
      answer.resume()
      answer.on('end', () => resolve(answer.statusCode ?? 0))
      answer.on('error', reject)
    })
    asked.on('timeout', () => asked.destroy(new Error('no answer')))
    asked.on('error', reject)
  })

test('a web server that is told to stop in a storm of callbacks has stored each that it answered, and lets nobody hang', async () => {
  await fill()
  const web = beside.start('web', environmentOf('web', environment), { name: 'web-stopping' })
  await beside.untilAnswers(web, `http://localhost:${String(environment['PORT'])}/api/health/live`)

  const agent = new Agent({ keepAlive: true, maxSockets: connections })
  const stored: string[] = []
  const others = new Set<number>()
  const failures = new Set<string>()
  let sent = 0
  const sender = async () => {
    while (sent < payouts) {
      const n = ++sent
      try {
        const status = await statusOf(agent, callback(n))
        if (status === 200) stored.push(String(n))
        else others.add(status)
      } catch (error) {
        failures.add((error as NodeJS.ErrnoException).code ?? String(error))
        return
      }
    }
  }
  const storm = Promise.all(Array.from({ length: connections }, sender))
  await expect.poll(() => stored.length, { intervals: [10] }).toBeGreaterThan(1_000)
  const before = stored.length
  const toldAt = performance.now()
  process.kill(web.pid, 'SIGTERM')
  expect(await web.ended).toBe(0)
  expect(performance.now() - toldAt).toBeLessThan(graceMs)
  await storm
  agent.destroy()

  // It came in the middle: what was in hand then was answered, and there would have been more.
  expect(stored.length).toBeGreaterThan(before)
  expect(sent).toBeLessThan(payouts)
  expect([...others]).toEqual([])
  for (const failure of failures) expect(['ECONNREFUSED', 'ECONNRESET']).toContain(failure)
  const lost = await run(
    databaseUrl,
    `SELECT * FROM unnest($1::text[]) AS answered (order_id)
     WHERE NOT EXISTS (SELECT FROM callback WHERE callback.order_id = answered.order_id)`,
    [stored],
  )
  expect(lost).toEqual([])
})
