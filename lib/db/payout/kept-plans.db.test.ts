/** PostgreSQL keeps the plans of what workers ask all the time: making one takes longer than carrying it out. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createRiskStore } from '#lib/db/approval/risk-store.ts'
import { createPrisma } from '#lib/db/engine/client.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'
import type { TestDatabase } from '#lib/db/testing/server.ts'
import { createClaims } from './claim-due.ts'

/** After so many on one connection PostgreSQL decides whether one plan does for all. */
const plannedEachTime = 5
let database: TestDatabase
/** One connection, for plans are each connection's own. */
let portal: Database

beforeAll(async () => {
  database = await createTestDatabase()
  portal = createPrisma(database.url, { poolSize: 1 })
})
afterAll(async () => {
  await portal.$disconnect()
  await database.drop()
})

/** How often a statement was planned for its values, and how often it was carried out by a plan that was kept. */
async function plansOf(statement: string): Promise<{ made: number; kept: number }> {
  const [row] = await portal.sql.query<{ made: number; kept: number }>(
    `SELECT sum(custom_plans)::int AS made, sum(generic_plans)::int AS kept
     FROM pg_prepared_statements WHERE strpos(statement, $1) > 0 AND strpos(statement, 'pg_prepared_statements') = 0`,
    [statement],
  )
  if (!row) throw new Error('a sum without a row')
  return row
}

it('a claim, whatever room the worker has', async () => {
  const vault = createVault([{ id: 'test', key: Buffer.alloc(32, 7) }])
  const claim = createClaims(portal.sql, vault)
  for (let n = 0; n < 30; n++) await claim('worker', 1 + ((n * 7) % 64), 1_000)
  const { made, kept } = await plansOf('leased_by = $1')
  expect(made).toBe(plannedEachTime)
  expect(kept).toBeGreaterThan(20)
})

it('the check of risks, however many payouts are judged together', async () => {
  const { judging } = createRiskStore(portal)
  for (let n = 0; n < 30; n++) {
    const together = Array.from({ length: 1 + (n % 6) }, () =>
      judging({ id: randomUUID(), policyVersion: 0 }).catch((error: unknown) => error),
    )
    // Nobody knows these payouts; the statement is the same.
    for (const told of await Promise.all(together)) expect(String(told)).toContain('no payout')
  }
  const { made, kept } = await plansOf('asked_alone(me)')
  expect(made).toBe(plannedEachTime)
  expect(kept).toBeGreaterThan(20)
})

it('the facts of a page of payouts, however many it shows', async () => {
  const { factsOf } = createRiskStore(portal)
  for (let n = 0; n < 30; n++) await factsOf(Array.from({ length: 1 + n }, () => randomUUID()))
  const { made, kept } = await plansOf('unnest((SELECT $1::uuid[])) AS asked (id)')
  expect(made).toBe(plannedEachTime)
  expect(kept).toBeGreaterThan(20)
})
