/** Due work: taking due payouts under a lease, giving them back, and waking them. All times are the database's. */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { readGate } from '#lib/db/order/gate-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { DueWork, Lease, Leased } from '#lib/services/ports.ts'
import { callbackWaits, factClauses, fromNow, noteEvent } from './payout-changes.ts'
import { toPayout, withPeople } from './payout-rows.ts'

export function dueWork(prisma: PrismaClient, vault: Vault): DueWork {
  return {
    claimDue: (workerId, limit, leaseMs) => claimDue(prisma, vault, workerId, limit, leaseMs),

    async renew(lease, leaseMs) {
      const [renewed] = await prisma.$queryRaw<{ now: Date }[]>`
        UPDATE payout SET
          due_at = CASE WHEN due_at = lease_until THEN ${fromNow(leaseMs)} ELSE due_at END,
          lease_until = ${fromNow(leaseMs)}
        WHERE id = ${lease.payoutId}::uuid AND lease_fence = ${lease.fence} AND lease_until > now()
        RETURNING now() AS now`
      return renewed?.now ?? null
    },

    async release(lease, dueInMs, facts = {}) {
      // While leased, due_at is the lease's end. Anything else was set by somebody in the meantime, and the earlier time wins.
      const due =
        dueInMs === null
          ? Prisma.sql`CASE WHEN final_at IS NULL OR due_at <> lease_until OR ${callbackWaits}
              THEN LEAST(due_at, ${fromNow(60_000)}) ELSE NULL END`
          : Prisma.sql`CASE
              WHEN due_at = lease_until THEN ${fromNow(dueInMs)}
              WHEN due_at IS NULL THEN NULL
              ELSE LEAST(due_at, ${fromNow(dueInMs)}) END`
      await prisma.$executeRaw`
        UPDATE payout SET ${Prisma.join(
          [
            Prisma.sql`due_at = ${due}`,
            Prisma.sql`lease_until = NULL`,
            Prisma.sql`leased_by = NULL`,
            ...factClauses(facts),
          ],
          ', ',
        )}
        WHERE id = ${lease.payoutId}::uuid AND lease_fence = ${lease.fence}`
    },

    async wakeUnlessAsked(payoutId, withinMs) {
      const woken = await prisma.$executeRaw`
        UPDATE payout SET due_at = ${fromNow(0)}
        WHERE id = ${payoutId}::uuid AND (lease_until IS NULL OR lease_until <= now())
          AND coalesce((progress ->> 'lastAskedAt')::timestamptz < ${fromNow(-withinMs)}, true)`
      return woken === 1
    },

    async heardWithin(payoutId, withinMs) {
      const [row] = await prisma.$queryRaw<{ heard: boolean }[]>`
        SELECT coalesce(
          (progress ->> 'lastAnsweredAt')::timestamptz >= GREATEST(stage_since, ${fromNow(-withinMs)}), false
        ) AS heard FROM payout WHERE id = ${payoutId}::uuid`
      return row?.heard ?? false
    },

    async overdue(byMs, limit) {
      // A lease that ran out counts too: its payout has been due since.
      const late = await prisma.$queryRaw<{ id: string }[]>`
        SELECT id FROM payout WHERE due_at < ${fromNow(-byMs)} ORDER BY due_at LIMIT ${limit}`
      const ids = late.map(({ id }) => id)
      const rows = await prisma.payout.findMany({ where: { id: { in: ids } }, include: withPeople })
      return rows.map((row) => toPayout(row, vault)).sort((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    },

    async markReturned(payoutId, minIntervalMs) {
      const marked = await prisma.$executeRaw`
        UPDATE payout SET returned_at = now(), due_at = CASE WHEN final_at IS NULL THEN ${fromNow(0)} ELSE due_at END
        WHERE id = ${payoutId}::uuid
          AND (returned_at IS NULL OR returned_at < now() - make_interval(secs => ${minIntervalMs / 1000}::double precision))`
      if (marked === 1) await noteEvent(prisma, payoutId, { kind: 'stranger' }, { kind: 'receiver_returned' })
    },
  }
}

const pastDeadline = Prisma.sql`status = 'awaiting_approval' AND expires_at <= now()`

async function claimDue(
  prisma: PrismaClient,
  vault: Vault,
  workerId: string,
  limit: number,
  leaseMs: number,
): Promise<{ leased: Leased[]; nextDueInMs: number | null }> {
  const until = fromNow(leaseMs)
  const take = (count: number, which: Prisma.Sql) => prisma.$queryRaw<
    { id: string; fence: bigint; now: Date }[]
  >`
    UPDATE payout SET lease_until = ${until}, due_at = ${until}, leased_by = ${workerId}, lease_fence = lease_fence + 1
    WHERE id IN (
      SELECT id FROM payout
      WHERE due_at <= now() AND (lease_until IS NULL OR lease_until <= now()) AND ${which}
      ORDER BY due_at LIMIT ${count} FOR UPDATE SKIP LOCKED
    )
    RETURNING id, lease_fence AS fence, now() AS now`
  const gate = await readGate(prisma)
  // While Cardzo is silent only one payout is asked about. What nobody decided on in time ends all the same.
  const asking = gate.silent ? 1 : limit
  const claimed = gate.silent ? await take(limit, pastDeadline) : []
  if (gate.nextInMs === 0 && claimed.length < limit) claimed.push(...(await take(asking, Prisma.sql`true`)))
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
    FROM payout WHERE due_at IS NOT NULL`
  const dueInMs = upcoming[0]?.ms ?? null
  return { leased, nextDueInMs: dueInMs === null ? null : Math.max(dueInMs, gate.nextInMs) }
}
