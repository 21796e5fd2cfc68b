/** A callback that was answered is there, even if PostgreSQL is killed the next moment. A server of this test's own, which syncs. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createPrisma } from '#lib/db/engine/client.ts'
import { joinEmbeddedPostgres } from '#lib/db/engine/embedded-postgres.ts'
import { findPlace } from '#lib/db/engine/embedded-postgres/place.ts'
import { findRunning } from '#lib/db/engine/embedded-postgres/server.ts'
import { migrate } from '#lib/db/engine/migrate.ts'
import { patient } from '#lib/db/testing/database.ts'
import { storeBatch } from './callback-batch.ts'
import { createIntake } from './callback-intake.ts'

let dataDir = ''
const leaves: (() => Promise<void>)[] = []
async function joinServer() {
  const { url, leave } = await joinEmbeddedPostgres({ dataDir })
  leaves.push(leave)
  return url
}
beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'callbacks-'))
}, 120_000)
afterAll(async () => {
  const home = dirname((await findPlace(dataDir)).data)
  for (const leave of leaves) await leave()
  await rm(home, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}, 120_000)

const payouts = 4000

it('every callback answered with "stored" is there after kill -9', async () => {
  const url = await joinServer()
  await migrate(url)
  const prisma = createPrisma(url, patient)
  await prisma.$executeRaw`INSERT INTO receiver (id, external_id, first_name, last_name) VALUES (gen_random_uuid(), 'r', 'Ada', 'Nowak')`
  await prisma.$executeRaw`
    INSERT INTO payout (id, status, amount_minor, currency, receiver_id, destination_sealed, content_hash, account_last4, source,
      idempotency_key, request_hash, client_order_id, order_id, status_token_hash, return_token_hash)
    SELECT gen_random_uuid(), 'processing', 100, 'EUR', receiver.id, 'v1.auth.x', 'f1.', '3000', 'api', 'k' || n, 'v1.', 'c' || n, n::text,
      's' || n, 'r' || n FROM receiver, generate_series(1, ${payouts}) n`
  const { take } = createIntake((batch) => storeBatch(prisma.sql, batch))
  const answered: string[] = []
  let sent = 0
  let isOver = false
  const sender = async () => {
    while (!isOver && sent < payouts) {
      const n = String(++sent)
      const message = { status: 'approved', orderId: n, clientOrderId: `c${n}`, type: null, params: {} }
      try {
        await take(message, 0, () => Promise.reject(new Error('left out of its batch')))
        answered.push(n)
      } catch {
        isOver = true
      }
    }
  }
  const senders = Promise.all(Array.from({ length: 32 }, sender))
  await expect.poll(() => answered.length, { timeout: 60_000, interval: 1 }).toBeGreaterThan(300)
  const running = await findRunning(await findPlace(dataDir))
  process.kill(running!.pid, 'SIGKILL')
  await senders
  expect(isOver).toBe(true)
  await prisma.$disconnect()

  // Its children need a moment to let go of its memory.
  let again = ''
  await expect
    .poll(() => joinServer().then((at) => (again = at)), { timeout: 60_000, interval: 200 })
    .toContain('postgresql:')
  const after = createPrisma(again, patient)
  const kept = await after.callback.findMany({ select: { orderId: true } })
  const events = await after.payoutEvent.count({ where: { kind: 'callback_received' } })
  await after.$disconnect()
  const there = new Set(kept.map(({ orderId }) => orderId))
  expect(answered.filter((n) => !there.has(n))).toEqual([])
  // Each with its line of the timeline: a batch is there whole.
  expect(events).toBe(kept.length)
}, 180_000)
