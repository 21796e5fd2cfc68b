import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { MonitoringStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { listMigrations } from '#lib/db/engine/migrations-folder.ts'

/** Is the database there and up to date, and how much is waiting? */
export function createMonitoringStore(prisma: PrismaClient): MonitoringStore {
  return {
    async ping() {
      await prisma.$queryRaw`SELECT 1`
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
                 coalesce(extract(epoch FROM now() - min(GREATEST(due_at, lease_until))) * 1000, 0)::float8 AS "oldestDueAgeMs",
                 (SELECT count(*)::int FROM mail WHERE sent_at IS NULL) AS "mailsWaiting"
          FROM payout_work WHERE due_at <= now() AND (lease_until IS NULL OR lease_until <= now())`,
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
