/** A worker that rests hears of each kind of work when it is due, and of nothing else. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest'
import { createTestPortal } from '#lib/services/testing/portal.ts'
import { makeEvents } from '#lib/services/webhook/make-events.ts'

let portal: Awaited<ReturnType<typeof createTestPortal>>
beforeAll(async () => {
  portal = await createTestPortal()
})
afterAll(() => portal.close())

const due = async () => [...(await portal.deps.monitoring.workDue())].sort()
const never = new AbortController().signal
const run = (sql: string) => portal.prisma.$executeRawUnsafe(sql)

/** Nothing has happened that isn't told, added up and looked up. */
async function settle() {
  await run('DELETE FROM webhook_news')
  await run('UPDATE mail SET sent_at = now()')
  await run("UPDATE payout_work SET due_at = now() + interval '1 day', lease_until = NULL")
  await run('UPDATE webhook_mark SET last_event_id = 1000000, seen_event_id = 1000000')
  await run('UPDATE books_mark SET last_event_id = 1000000, seen_event_id = 1000000')
  await run('UPDATE payout_search_mark SET last_seq = 1000000, seen_seq = 1000000')
}
beforeEach(settle)

it('has nothing to do in a database where nothing happens', async () => {
  expect(await due()).toEqual([])
})

it('a payout that is due and free; not one that somebody has, or that is due later', async () => {
  await portal.ask()
  await run('UPDATE webhook_mark SET last_event_id = 0, seen_event_id = 0')
  await run('UPDATE books_mark SET last_event_id = 0, seen_event_id = 0')
  await run('UPDATE payout_search_mark SET last_seq = 0, seen_seq = 0')
  expect(await due()).toEqual(['books', 'events', 'payouts', 'search'])
  await settle()
  await run("UPDATE payout_work SET due_at = now() + interval '1 hour'")
  expect(await due()).toEqual([])
  await run("UPDATE payout_work SET due_at = now(), lease_until = now() + interval '1 hour'")
  expect(await due()).toEqual([])
  await run("UPDATE payout_work SET lease_until = now() - interval '1 second'")
  expect(await due()).toEqual(['payouts'])
})

it('what is in no history waits as news, until it is told', async () => {
  await portal.deps.items.open({ kind: 'stuck', severity: 'warning', what: 'x', why: 'y', data: {} })
  await run('UPDATE mail SET sent_at = now()')
  expect(await due()).toEqual(['events'])
  await expect
    .poll(async () => {
      await makeEvents(portal.deps, never)
      return due()
    })
    .toEqual([])
})

it('a delivery that is due to a target that is on', async () => {
  const id = randomUUID()
  // The guards are tested elsewhere.
  await portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    await tx.$executeRaw`
      INSERT INTO webhook_target (id, name, kind, address_sealed, address_shown, events)
      VALUES (${id}::uuid, 'Shop', 'signed', 'v1.x', 'x', '{}')`
    await tx.$executeRaw`INSERT INTO webhook_event (id, at, type) VALUES (1000, now(), 'payout.paid')`
    await tx.$executeRaw`INSERT INTO webhook_delivery (target_id, event_id, due_at) VALUES (${id}::uuid, 1000, now())`
  })
  expect(await due()).toEqual(['webhooks'])
  await run("UPDATE webhook_target SET disabled_at = now(), disabled_why = 'by_admin'")
  expect(await due()).toEqual([])
  await run('UPDATE webhook_target SET disabled_at = NULL, disabled_why = NULL')
  await run("UPDATE webhook_delivery SET due_at = now() + interval '5 minutes'")
  expect(await due()).toEqual([])
  await run('UPDATE webhook_delivery SET due_at = NULL')
  expect(await due()).toEqual([])
})

it('a test that waits, until a worker has taken it', async () => {
  await portal.deps.endpoints.askTest(1, { kind: 'operator', name: 'root' })
  expect(await due()).toEqual(['tests'])
  expect(await portal.deps.endpoints.takeTest()).toBe(1)
  expect(await due()).toEqual([])
})

it('a mail that was just written; not one that is held, was sent or has failed for long', async () => {
  await portal.deps.mails.enqueue({ to: 'ada@example.com', dedupeKey: 'x', subject: 'Hello', text: 'Hello' })
  expect(await due()).toEqual(['mails'])
  await run("UPDATE mail SET created_at = now() - interval '1 hour'")
  expect(await due()).toEqual([])
  await run('UPDATE mail SET created_at = now(), sent_at = now()')
  expect(await due()).toEqual([])
})

it('a comparison that is not over', async () => {
  await portal.deps.comparisons.start({ kind: 'operator', name: 'root' })
  expect(await due()).toEqual(['comparison'])
  await run('UPDATE comparison SET finished_at = now()')
  expect(await due()).toEqual([])
})

const id = randomUUID()
/** A row that is due, and what it becomes when it is not. The guards are tested elsewhere. */
const rows: [kind: string, table: string, insert: string, over: string[]][] = [
  [
    'files',
    'export',
    `INSERT INTO export (id, owner_id, owner_name, format, locale, query, zone, filter)
      VALUES ('${id}', '${id}', 'x', 'csv', 'en', '', 'UTC', '{}')`,
    ["lease_until = now() + interval '1 minute'", `ended_at = now(), failure = 'interrupted'`],
  ],
  [
    'batches',
    'batch',
    `INSERT INTO batch (id, name, format, file_hash, made_by_id, made_by_name, rows, wrong, known, repeats, new_receivers, sums, submitted_at)
      VALUES ('${id}', 'x', 'csv', 'x', '${id}', 'x', 1, 0, 0, 0, 0, '[]', now())`,
    ["lease_until = now() + interval '1 minute'", 'submitted_at = NULL', 'ended_at = now()'],
  ],
  [
    'batches',
    'batch',
    `INSERT INTO batch (id, name, format, file_hash, made_by_id, made_by_name, rows, wrong, known, repeats, new_receivers, sums, submitted_at,
        ended_at, cancelled_at, cancelled_by_id, cancelled_by_name)
      VALUES ('${id}', 'x', 'csv', 'x', '${id}', 'x', 1, 0, 0, 0, 0, '[]', now(), now(), now(), '${id}', 'x')`,
    ["lease_until = now() + interval '1 minute'", 'cancel_ended_at = now()'],
  ],
  [
    'decisions',
    'batch_decision',
    `INSERT INTO batch_decision (id, batch_id, kind, by_id, by_name, set_hash, count, sums, decided_at, proof)
      VALUES ('${id}', '${id}', 'approve', '${id}', 'x', 'x', 1, '[]', now(), 'x')`,
    ["lease_until = now() + interval '1 minute'", 'decided_at = NULL, proof = NULL', 'ended_at = now()'],
  ],
  [
    'imports',
    'import',
    `INSERT INTO import (id, kind, name, rows, wrong, known, parts, proposed_by_name, decision)
      VALUES ('${id}', 'receivers', 'x', 1, 0, 0, 1, 'x', 'confirmed')`,
    ['decision = NULL', 'ended_at = now()'],
  ],
  [
    'digests',
    'mail_digest',
    `INSERT INTO mail_digest (user_id, due_at) VALUES ('${id}', now())`,
    ["due_at = now() + interval '1 hour'"],
  ],
  [
    'rights',
    'access_change',
    `INSERT INTO access_change (id, kind, subject_id, proposed_by_id, proposed_by_name, due_at)
      VALUES ('${id}', 'role', '${id}', '${id}', 'x', now())`,
    ["due_at = now() + interval '1 hour'", "decision = 'declined'"],
  ],
]

it.each(rows)('%s that are due, and none that wait or are over', async (kind, table, insert, over) => {
  const tried = async (change?: string) => {
    await unguarded(insert, ...(change === undefined ? [] : [`UPDATE ${table} SET ${change}`]))
    const found = await due()
    await unguarded(`DELETE FROM ${table}`)
    return found
  }
  expect(await tried()).toEqual([kind])
  for (const change of over) expect(await tried(change), change).toEqual([])
})

const unguarded = (...statements: string[]) =>
  portal.prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SET LOCAL session_replication_role = replica`
    for (const statement of statements) await tx.$executeRawUnsafe(statement)
  })
