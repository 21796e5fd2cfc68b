/**
 * Due work: taking due payouts under a lease, giving them back, and waking them. All times are the database's.
 *
 * The rule. A payout is free to take when `due_at` has come and no lease runs. A claim sets lease and fence, forgets `news_at`, since its
 * worker looks after all that came before, and leaves `due_at` in the past, so that the payout is free again when the lease runs out.
 * News (`newsAt`) brings `due_at` forward, never back, and notes the time in `news_at`. A release, if its fence is still the row's,
 * writes the time its worker planned, or `news_at` where that is earlier: what came during the lease is never lost, and nobody compares
 * times to find out. Claims, renewals and news take no lock but the row's own; who locks a payout too locks that first, and who locks
 * several of these rows locks them in the order of their ids.
 */
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import type { DueWork } from '#lib/services/ports.ts'
import { createClaims, isFree } from './claim-due.ts'
import { callbackWaits, fromNow, noteEvent } from './payout-changes.ts'
import { factsStatement } from './payout-facts.ts'
import { readPayouts } from './payout-rows.ts'
import { createReleases } from './release-batch.ts'

/** All of the index of due work, which begins with the endpoint. */
export const anyDue = 'endpoint_id = ANY (ARRAY (SELECT id FROM gateway_gate)) AND priority IN (0, 1)'

/** `SET` clauses of `payout_work` for news that wants a look at this time or earlier, before the polls that nothing asked for. */
export const newsAt = (at: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`due_at = LEAST(due_at, ${at}), news_at = LEAST(news_at, ${at}), priority = 0`

/** Open payouts that one look for lost ones reads. */
const lookedAt = 500

// In one statement, so that a payout and its work are of one moment. Along the index of each status, then one row of work for each.
const lostStatement = `
  WITH open AS (
    SELECT found.id, found.seq FROM unnest($1::payout_status[]) AS each (status), LATERAL (
      SELECT p.id, p.seq FROM payout p WHERE p.status = each.status AND p.seq > $2 ORDER BY p.seq LIMIT ${lookedAt}) AS found
    ORDER BY found.seq LIMIT ${lookedAt})
  SELECT coalesce(array_agg(open.id::text ORDER BY open.seq) FILTER (WHERE work.due_at IS NULL), '{}') AS ids,
    max(open.seq) AS "upTo", count(*)::int AS seen
  FROM open LEFT JOIN LATERAL (SELECT w.due_at FROM payout_work w WHERE w.payout_id = open.id OFFSET 0) AS work ON true`

export function dueWork(prisma: Database, vault: Vault): DueWork {
  const { sql } = prisma
  const giveBack = createReleases(sql)
  return {
    claimDue: createClaims(sql, vault),

    async renewAll(leases, leaseMs) {
      await sql.query(
        `WITH held AS (
           SELECT work.payout_id AS id FROM unnest($1::uuid[], $2::bigint[]) AS given (id, fence)
           JOIN payout_work work ON work.payout_id = given.id AND work.fence = given.fence
           WHERE work.lease_until > now() FOR NO KEY UPDATE OF work SKIP LOCKED
         )
         UPDATE payout_work SET lease_until = date_trunc('milliseconds', now() + make_interval(secs => $3::float8 / 1000))
         FROM held WHERE payout_id = held.id`,
        [leases.map(({ payoutId }) => payoutId), leases.map(({ fence }) => fence), leaseMs],
      )
    },

    async release(lease, dueInMs, { progress, ...facts } = {}) {
      if (Object.keys(facts).length > 0) {
        const { text, values } = factsStatement(lease, facts)
        await sql.query(text, values)
      }
      return giveBack(lease, dueInMs, progress)
    },

    async wakeUnlessAsked(payoutId, withinMs) {
      const woken = await prisma.$executeRaw`
        UPDATE payout_work SET ${newsAt(fromNow(0))}
        WHERE payout_id = ${payoutId}::uuid AND ${Prisma.raw(isFree)}
          AND coalesce((progress ->> 'lastAskedAt')::timestamptz < ${fromNow(-withinMs)}, true)`
      return woken === 1
    },

    async heardWithin(payoutId, withinMs) {
      const [row] = await prisma.$queryRaw<{ heard: boolean }[]>`
        SELECT coalesce(
          (w.progress ->> 'lastAnsweredAt')::timestamptz >= GREATEST(p.stage_since, ${fromNow(-withinMs)}), false
        ) AS heard FROM payout p JOIN payout_work w ON w.payout_id = p.id WHERE p.id = ${payoutId}::uuid`
      return row?.heard ?? false
    },

    async overdue(byMs, limit) {
      // A payout whose lease ran out counts too: it has been free since.
      const since = fromNow(-byMs)
      const late = await prisma.$queryRaw<{ id: string }[]>`
        SELECT payout_id AS id FROM payout_work
        WHERE ${Prisma.raw(anyDue)} AND due_at < ${since} AND (lease_until IS NULL OR lease_until < ${since})
        ORDER BY due_at LIMIT ${limit}`
      const ids = late.map(({ id }) => id)
      const payouts = await readPayouts(prisma.sql, vault, 'id = ANY ($1::uuid[])', [ids])
      return payouts.sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    },

    async lost(after) {
      const [row] = await sql.query<{ ids: string[]; upTo: bigint | null; seen: number }>(lostStatement, [
        openStatuses,
        after,
      ])
      if (!row) throw new Error('Bug: an aggregate without a row')
      return { ids: row.ids, upTo: row.seen < lookedAt ? null : row.upTo }
    },

    async putBack(payoutIds) {
      await sql.query(
        `INSERT INTO payout_work AS work (payout_id, due_at, news_at, priority)
         SELECT id, now(), now(), 0 FROM unnest($1::uuid[]) AS given (id) ORDER BY id
         ON CONFLICT (payout_id) DO UPDATE
         SET due_at = LEAST(work.due_at, excluded.due_at), news_at = LEAST(work.news_at, excluded.news_at), priority = 0`,
        [payoutIds],
      )
    },

    async markReturned(payoutId, minIntervalMs) {
      const marked = await prisma.$queryRaw<{ id: string }[]>`
        WITH returned AS (
          UPDATE payout SET returned_at = now()
          WHERE id = ${payoutId}::uuid
            AND (returned_at IS NULL OR returned_at < now() - make_interval(secs => ${minIntervalMs / 1000}::double precision))
          RETURNING id, final_at
        ), woken AS (
          UPDATE payout_work SET ${newsAt(fromNow(0))} FROM returned WHERE payout_id = returned.id AND returned.final_at IS NULL
        )
        SELECT id FROM returned`
      if (marked[0]) await noteEvent(prisma, payoutId, { kind: 'stranger' }, { kind: 'receiver_returned' })
    },
  }
}

/** All of these are news now. */
export async function wakeAll(tx: Transaction, payoutIds: readonly string[]): Promise<void> {
  await tx.$executeRaw`
    WITH held AS (
      SELECT payout_id AS id FROM payout_work WHERE payout_id = ANY (${payoutIds}::uuid[]) ORDER BY payout_id FOR NO KEY UPDATE
    )
    UPDATE payout_work SET ${newsAt(fromNow(0))} FROM held WHERE payout_id = held.id`
}

/**
 * Spreads looks over time, at this rate: `places` selects `id` and `place`, counted from 0. Nobody waits with a callback that nobody has
 * compared yet. Returns how many there are.
 */
export async function spreadOut(tx: Transaction, places: Prisma.Sql, perSecond: number): Promise<number> {
  const at = Prisma.sql`CASE WHEN ${callbackWaits} THEN LEAST(due_at, ${fromNow(0)})
    ELSE date_trunc('milliseconds', now() + make_interval(secs => (held.place / ${perSecond}::double precision))) END`
  return tx.$executeRaw`
    WITH turn AS (${places}), held AS (
      SELECT work.payout_id AS id, turn.place FROM payout_work work JOIN turn ON turn.id = work.payout_id
      WHERE work.due_at IS NOT NULL ORDER BY work.payout_id FOR NO KEY UPDATE OF work
    )
    UPDATE payout_work SET due_at = ${at}, news_at = ${at}, priority = 0 FROM held WHERE payout_id = held.id`
}
