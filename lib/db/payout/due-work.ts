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
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { readGate } from '#lib/db/order/gate-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { DueWork, Lease, Leased } from '#lib/services/ports.ts'
import { callbackWaits, factClauses, fromNow, noteEvent } from './payout-changes.ts'
import type { PlainFacts } from './payout-changes.ts'
import { toPayout, withPeople } from './payout-rows.ts'

/** `SET` clauses of `payout_work` for news that wants a look at this time or earlier, before the polls that nothing asked for. */
export const newsAt = (at: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`due_at = LEAST(due_at, ${at}), news_at = LEAST(news_at, ${at}), priority = 0`

/** Does no worker have it? Refers to a row of `payout_work`. */
const isFree = Prisma.sql`(lease_until IS NULL OR lease_until <= now())`

export function dueWork(prisma: PrismaClient, vault: Vault): DueWork {
  return {
    claimDue: (workerId, limit, leaseMs) => claimDue(prisma, vault, workerId, limit, leaseMs),

    async renew(lease, leaseMs) {
      const [renewed] = await prisma.$queryRaw<{ now: Date }[]>`
        UPDATE payout_work SET lease_until = ${fromNow(leaseMs)}
        WHERE payout_id = ${lease.payoutId}::uuid AND fence = ${lease.fence} AND lease_until > now()
        RETURNING now() AS now`
      return renewed?.now ?? null
    },

    async release(lease, dueInMs, { progress, ...facts } = {}) {
      if (Object.keys(facts).length > 0) await writeFacts(prisma, lease, facts)
      const due =
        dueInMs === null
          ? // A callback that waits may say that money moved: once more at once, now that the payout has ended.
            Prisma.sql`CASE WHEN ${callbackWaits} THEN LEAST(news_at, ${fromNow(0)})
              WHEN news_at IS NOT NULL OR EXISTS (SELECT FROM payout WHERE id = payout_id AND final_at IS NULL)
              THEN LEAST(news_at, ${fromNow(60_000)}) END`
          : Prisma.sql`CASE WHEN due_at IS NOT NULL THEN LEAST(news_at, ${fromNow(dueInMs)}) END`
      const noted = progress ? Prisma.sql`, progress = ${JSON.stringify(progress)}::jsonb` : Prisma.empty
      await prisma.$executeRaw`
        UPDATE payout_work SET due_at = ${due}, priority = CASE WHEN news_at IS NULL AND ${dueInMs !== 0} THEN 1 ELSE 0 END,
          lease_until = NULL, leased_by = NULL ${noted}
        WHERE payout_id = ${lease.payoutId}::uuid AND fence = ${lease.fence}`
    },

    async wakeUnlessAsked(payoutId, withinMs) {
      const woken = await prisma.$executeRaw`
        UPDATE payout_work SET ${newsAt(fromNow(0))}
        WHERE payout_id = ${payoutId}::uuid AND ${isFree}
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
        WHERE priority IN (0, 1) AND due_at < ${since} AND (lease_until IS NULL OR lease_until < ${since})
        ORDER BY due_at LIMIT ${limit}`
      const ids = late.map(({ id }) => id)
      const rows = await prisma.payout.findMany({ where: { id: { in: ids } }, include: withPeople })
      return rows.map((row) => toPayout(row, vault)).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
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

/** Plain facts of a look that moved nothing, if its worker still has the payout. */
async function writeFacts(prisma: PrismaClient, lease: Lease, facts: PlainFacts): Promise<void> {
  await prisma.$executeRaw`
    WITH ${heldBy(lease, Prisma.sql`id = ${lease.payoutId}::uuid`)}
    UPDATE payout SET ${Prisma.join(factClauses(facts), ', ')} FROM held WHERE payout.id = held.payout_id`
}

/**
 * For a `WITH`: `held` is the row of the worker that has the payout under this lease, and locked, if the payout is as `condition` says.
 * The payout is locked first. Without the lock another worker could take over before this statement's transaction commits.
 */
export const heldBy = (lease: Lease, condition: Prisma.Sql): Prisma.Sql => Prisma.sql`
  wanted AS (SELECT id FROM payout WHERE ${condition} FOR NO KEY UPDATE),
  held AS (
    SELECT work.payout_id FROM payout_work work JOIN wanted ON wanted.id = work.payout_id
    WHERE work.fence = ${lease.fence} AND work.lease_until > now() FOR NO KEY UPDATE OF work
  )`

const pastDeadline = Prisma.sql`EXISTS (
  SELECT FROM payout WHERE payout.id = payout_id AND status = 'awaiting_approval' AND expires_at <= now())`

async function claimDue(
  prisma: PrismaClient,
  vault: Vault,
  workerId: string,
  limit: number,
  leaseMs: number,
): Promise<{ leased: Leased[]; nextDueInMs: number | null }> {
  const take = (priority: 0 | 1, count: number, which: Prisma.Sql) => prisma.$queryRaw<
    { id: string; fence: bigint; now: Date }[]
  >`
    WITH free AS (
      SELECT payout_id AS id FROM payout_work
      WHERE priority = ${priority} AND due_at <= now() AND ${isFree} AND ${which}
      ORDER BY due_at LIMIT ${count} FOR NO KEY UPDATE SKIP LOCKED
    )
    UPDATE payout_work SET lease_until = ${fromNow(leaseMs)}, leased_by = ${workerId}, fence = fence + 1, news_at = NULL
    FROM free WHERE payout_id = free.id
    RETURNING payout_id AS id, fence, now() AS now`
  const claimed: { id: string; fence: bigint; now: Date }[] = []
  const takeUpTo = async (count: number, which: Prisma.Sql) => {
    for (const priority of [0, 1] as const)
      if (claimed.length < count) claimed.push(...(await take(priority, count - claimed.length, which)))
  }
  const gate = await readGate(prisma)
  // While Cardzo is silent only one payout is asked about. What nobody decided on in time ends all the same.
  if (gate.silent) await takeUpTo(limit, pastDeadline)
  if (gate.nextInMs === 0)
    await takeUpTo(gate.silent ? Math.min(limit, claimed.length + 1) : limit, Prisma.sql`true`)
  const byId = new Map(claimed.map((claim) => [claim.id, claim]))
  const rows = await prisma.payout.findMany({ where: { id: { in: [...byId.keys()] } }, include: withPeople })
  const leased = rows.flatMap((row): Leased[] => {
    const claim = byId.get(row.id)
    if (!claim) return []
    const lease: Lease = { payoutId: row.id, fence: claim.fence, workerId }
    return [
      { payout: toPayout(row, vault), lease, now: claim.now, ...(gate.silent && { silent: true as const }) },
    ]
  })
  const upcoming = await prisma.$queryRaw<{ ms: number | null }[]>`
    SELECT GREATEST(0, extract(epoch FROM min(GREATEST(due_at, lease_until)) - now()) * 1000)::double precision AS ms
    FROM payout_work WHERE due_at IS NOT NULL`
  const dueInMs = upcoming[0]?.ms ?? null
  return { leased, nextDueInMs: dueInMs === null ? null : Math.max(dueInMs, gate.nextInMs) }
}
