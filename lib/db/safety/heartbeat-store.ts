import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { HealthStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { listMigrations } from '#lib/db/engine/migrations-folder.ts'

/** What monitors ask: is the database there and up to date, does a worker live, how much is waiting. */
export function createHealthStore(prisma: PrismaClient): HealthStore {
  return {
    async beat(workerId) {
      await prisma.$executeRaw`
        INSERT INTO worker_heartbeat (id) VALUES (${workerId})
        ON CONFLICT (id) DO UPDATE SET beat_at = now()`
    },

    async goodbye(workerId) {
      // Workers that were killed never say goodbye: their rows go with the next one that does.
      await prisma.$executeRaw`
        DELETE FROM worker_heartbeat WHERE id = ${workerId} OR beat_at < now() - interval '1 day'`
    },

    async reportMarker(workerId, trouble) {
      if (trouble === null)
        await prisma.$executeRaw`
          UPDATE worker_heartbeat SET marker_trouble = NULL WHERE id = ${workerId} AND marker_trouble IS NOT NULL`
      else
        await prisma.$executeRaw`
          INSERT INTO worker_heartbeat (id, marker_trouble) VALUES (${workerId}, ${trouble})
          ON CONFLICT (id) DO UPDATE SET marker_trouble = excluded.marker_trouble, beat_at = now()`
    },

    async markerUnwritable(withinMs) {
      const [row] = await prisma.$queryRaw<{ unwritable: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_heartbeat WHERE marker_trouble IS NOT NULL
          AND beat_at > now() - ${withinMs} * interval '1 millisecond') AS unwritable`
      return row?.unwritable ?? false
    },

    async ping() {
      await prisma.$queryRaw`SELECT 1`
    },

    async workerSeenWithinMs(ms) {
      const [row] = await prisma.$queryRaw<{ seen: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_heartbeat WHERE beat_at > now() - ${ms} * interval '1 millisecond') AS seen`
      return row?.seen ?? false
    },

    async workerLastSeen() {
      const [row] = await prisma.$queryRaw<
        { at: Date | null }[]
      >`SELECT max(beat_at) AS at FROM worker_heartbeat`
      return row?.at ?? null
    },

    async migrationsPending() {
      const [table] = await prisma.$queryRaw<{ exists: boolean }[]>`
        SELECT to_regclass('_prisma_migrations') IS NOT NULL AS "exists"`
      if (!table?.exists) return true
      const rows = await prisma.$queryRaw<{ name: string }[]>`
        SELECT migration_name AS name FROM _prisma_migrations
        WHERE finished_at IS NOT NULL AND rolled_back_at IS NULL`
      const applied = new Set(rows.map(({ name }) => name))
      return (await listMigrations()).some((name) => !applied.has(name))
    },

    async counts() {
      const [statuses, [rest]] = await Promise.all([
        prisma.payout.groupBy({ by: ['status'], _count: true }),
        prisma.$queryRaw<
          { openItems: number; dueNow: number; oldestDueAgeMs: number; mailsWaiting: number }[]
        >`
          SELECT (SELECT count(*)::int FROM open_item WHERE closed_at IS NULL) AS "openItems",
                 count(*)::int AS "dueNow",
                 coalesce(extract(epoch FROM now() - min(due_at)) * 1000, 0)::float8 AS "oldestDueAgeMs",
                 (SELECT count(*)::int FROM mail WHERE sent_at IS NULL) AS "mailsWaiting"
          FROM payout WHERE due_at <= now()`,
      ])
      if (!rest) throw new Error('An aggregate without a row')
      const byStatus = Object.fromEntries(payoutStatuses.map((status) => [status, 0])) as Record<
        PayoutStatus,
        number
      >
      for (const { status, _count } of statuses) byStatus[status] = _count
      return { byStatus, ...rest }
    },
  }
}
