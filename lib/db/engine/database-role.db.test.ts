/** Runs docs/history.md: a role that can run the portal but not rewrite its history. */
import { randomBytes, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createJobQueue } from '#lib/runtime/job-queue.ts'
import { deliverFrom } from '#lib/runtime/mail-delivery.ts'
import { createAddTraffic } from '#lib/db/safety/traffic-store.ts'
import { createRateLimit } from '#lib/runtime/rate-limit.ts'
import { anchorHistory } from '#lib/services/safety/anchor-history.ts'
import { approvePayout } from '#lib/services/approval/approve-payout.ts'
import { cancelPayout } from '#lib/services/payout/cancel-payout.ts'
import { compareNext } from '#lib/services/order/compare-with-cardzo.ts'
import { startComparison } from '#lib/services/safety/start-comparison.ts'
import { createTestPortal, eventually, system, seen } from '#lib/services/testing/portal.ts'
import { verifyHistory } from '#lib/services/safety/verify-history.ts'
import { createMailStore } from '#lib/db/message/mail-store.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { createTestDatabase } from '#lib/db/testing/database.ts'

const role = `portal_${randomBytes(6).toString('hex')}`
const operator = { kind: 'operator', name: 'test' } as const

let portal: Awaited<ReturnType<typeof createTestPortal>>
let ownerUrl: string
let roleUrl: string

/** The document's statements, for this database and a role of its own. */
function documented(): string[] {
  const text = readFileSync('docs/history.md', 'utf8')
  const database = new URL(ownerUrl).pathname.slice(1)
  return [...text.matchAll(/```sql\n([^]*?)```/g)].map(([, block = '']) =>
    block
      .replaceAll('payout_portal', role)
      .replaceAll('change-me', role)
      .replaceAll('DATABASE portal', `DATABASE ${database}`),
  )
}

async function asOwner(statements: string): Promise<void> {
  const client = new pg.Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    await client.query(statements)
  } finally {
    await client.end()
  }
}

beforeAll(async () => {
  const database = await createTestDatabase()
  ownerUrl = database.url
  await asOwner(documented()[0] ?? '')
  const address = new URL(ownerUrl)
  address.username = role
  address.password = role
  roleUrl = address.href
  portal = await createTestPortal({}, { database: { url: roleUrl, drop: database.drop } })
})
afterAll(async () => {
  await asOwner(`DROP OWNED BY ${role} CASCADE; DROP ROLE ${role}`)
  await portal.close()
})

describe('the role of the document', () => {
  it('is neither owner nor superuser', async () => {
    const [me] = await portal.prisma.$queryRaw<{ name: string; super: boolean }[]>`
      SELECT current_user::text AS name, rolsuper AS super FROM pg_roles WHERE rolname = current_user`
    expect(me).toEqual({ name: role, super: false })
  })

  it('delivers mails, even after losing the right that its first start needs', async () => {
    const outbox = createMailStore(
      portal.prisma,
      createJobQueue(roleUrl, portal.deps.log),
      createVault([{ id: 'test', key: Buffer.alloc(32, 7) }]),
      { keepTexts: false },
    )
    const sent: string[] = []
    const transport = {
      send: ({ subject }: { subject: string }) => {
        sent.push(subject)
        return Promise.resolve(null)
      },
      close: () => undefined,
    }
    const { brand, config, items, log } = portal.deps
    const deliver = async (subject: string) => {
      const delivery = deliverFrom(roleUrl, { brand, config, items, log, outbox, transport })
      try {
        await outbox.enqueue({ to: 'ada@example.com', dedupeKey: subject, subject, text: 'x' })
        await eventually(() => {
          // A worker that sees an unsent mail wakes it.
          delivery.wake()
          return Promise.resolve(sent.includes(subject) ? true : 'not sent')
        }, 30_000)
      } finally {
        await delivery.stop()
      }
    }
    await deliver('first')
    await asOwner(documented()[1] ?? '')
    await expect(portal.prisma.$executeRaw`CREATE SCHEMA mine`).rejects.toThrow('permission denied')
    await deliver('second')
    expect(portal.errors).toEqual([])
  })

  it('carries payouts to their end, with everything beside them', async () => {
    const { deps } = portal
    const worker = portal.startWorker()
    const [id, taken] = [await portal.ask(), await portal.ask()]
    await approvePayout(deps, await portal.approver(), seen(await portal.until(id, 'awaiting_approval')))
    const { orderId, clientOrderId } = await portal.until(id, 'paid')
    await portal.until(taken, 'awaiting_approval')
    expect((await cancelPayout(deps, system, { id: taken })).ok).toBe(true)
    const callback = { status: 'declined', orderId: orderId ?? '', clientOrderId, type: null, params: {} }
    await deps.callbacks.store(callback, id)
    await eventually(async () => ((await portal.items(id)).length > 0 ? true : 'no item'))
    await worker.stop()
    Object.assign(portal.gateway.order(clientOrderId), { status: 'declined' })
    await startComparison(deps, operator)
    while ((await compareNext(deps, 'w')) === 'asked');
    expect((await deps.comparisons.latest()).finished).toMatchObject({ asked: 2, differences: 1 })
    await deps.heartbeats.beat('w')
    await deps.heartbeats.goodbye('w')
    expect(await deps.monitoring.migrationsPending()).toBe(false)
    const draft = { id: randomUUID(), receiver: { externalId: 'cust-7' }, currency: 'EUR', amountMinor: 100n }
    const more = { reference: 'r', idempotencyKey: null, source: 'operator' as const }
    expect(await deps.ledger.grant({ ...draft, ...more }, operator)).toMatchObject({ kind: 'made' })
    expect(await deps.ledger.reverse(draft.id, 'a slip', operator)).toBe('reversed')
    expect(await deps.ledger.check()).toMatchObject({ balanced: true })
    const allowed = createRateLimit((text, values) => portal.prisma.$queryRawUnsafe(text, ...values))
    expect(await allowed('sign_in', 'ana')).toBe(true)
    const traffic = () => createAddTraffic(portal.prisma.sql)([{ key: 'api:shop', points: 2 }], 60_000)
    expect([await traffic(), await traffic()]).toMatchObject([[{ points: 2 }], [{ points: 4 }]])
    expect(await anchorHistory(deps, operator)).toMatchObject({
      ok: true,
      anchor: { hash: expect.any(String) as string },
    })
    expect(await verifyHistory(deps, operator, {})).toMatchObject({
      proof: { payouts: 2, anchors: 1, firstBroken: null },
    })
    // Grants, items and moves become events, and the queue behind them is emptied.
    const told = async () => {
      await deps.webhooks.makeEvents(() => 0)
      return (await deps.webhooks.events(0n, null, 100)).map(({ type }) => type)
    }
    await expect
      .poll(told, { timeout: 30_000 })
      .toEqual(
        expect.arrayContaining(['payout.paid', 'item.opened', 'grant.reversed', 'payout.changed_after_end']),
      )
    expect(await portal.prisma.webhookNews.count()).toBe(0)
    expect(await deps.mails.sendDigests(() => ({ subject: 's', text: 't' }))).toBe(0)
    expect(await deps.webhooks.forget(0n, 90, 10)).toBeNull()
    expect(await deps.monitoring.workDue()).toBeInstanceOf(Set)
    expect(portal.errors).toEqual([])
  })

  it.each([
    ...['payout_event', 'audit_event', 'history_anchor'].flatMap((table) => [
      `UPDATE ${table} SET hash = 'x'`.replace('audit_event SET hash', 'audit_event SET kind'),
      `DELETE FROM ${table}`,
      `TRUNCATE ${table} CASCADE`,
      `ALTER TABLE ${table} DISABLE TRIGGER ALL`,
      `DROP TRIGGER ${table}_append_only ON ${table}`,
      `DROP TABLE ${table} CASCADE`,
    ]),
    `UPDATE ledger_transfer SET amount_minor = 1`,
    `DELETE FROM ledger_transfer`,
    `UPDATE grant_row SET amount_minor = 1`,
    `DELETE FROM grant_row`,
    `ALTER TABLE ledger_transfer DISABLE TRIGGER ALL`,
    `UPDATE gateway_change SET gateway_status = 'approved'`,
    `UPDATE webhook_event SET type = 'x'`,
    `TRUNCATE webhook_event CASCADE`,
    `DELETE FROM payout`,
    `ALTER TABLE payout DISABLE TRIGGER payout_guard`,
    `ALTER TABLE payout DROP CONSTRAINT payout_due`,
    `CREATE TABLE mine (id int)`,
    `CREATE SCHEMA mine`,
    `CREATE OR REPLACE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN OLD; END $$`,
    `CREATE OR REPLACE FUNCTION payout_event_material(e payout_event) RETURNS text LANGUAGE sql AS $$ SELECT '' $$`,
    `SELECT setval(pg_get_serial_sequence('payout_event', 'id'), 1)`,
    `SET session_replication_role = replica`,
    `UPDATE _prisma_migrations SET checksum = ''`,
    `ALTER ROLE ${role} SUPERUSER`,
  ])('is refused: %s', async (statement) => {
    await expect(portal.prisma.$executeRawUnsafe(statement)).rejects.toThrow(
      /permission denied|must be owner/,
    )
  })
})
