import { payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { MonitoringStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { listMigrations } from '#lib/db/engine/migrations-folder.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import { readSums } from '#lib/db/payout/payout-sums.ts'

/** What waits is counted up to this many: beyond that something is wrong, and counting on would make it worse. */
const countedAtMost = 10_000

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

    async workUntaken(ms) {
      const since = fromNow(-ms)
      const [row] = await prisma.$queryRaw<{ untaken: boolean }[]>`
        SELECT EXISTS (
            SELECT FROM payout_work
            WHERE priority IN (0, 1) AND due_at < ${since} AND (lease_until IS NULL OR lease_until < ${since}))
          AND NOT EXISTS (
            SELECT FROM (SELECT lease_until FROM payout_work WHERE priority IN (0, 1) AND due_at <= now() LIMIT 1000) AS due
            WHERE lease_until > now())
          AND NOT EXISTS (SELECT FROM gateway_state WHERE last_ok_at >= ${since}) AS untaken`
      return row?.untaken ?? false
    },

    async counts() {
      const [sums, [rest]] = await Promise.all([
        readSums(prisma),
        prisma.$queryRaw<
          { openItems: number; dueNow: number; oldestDueAgeMs: number; mailsWaiting: number }[]
        >`
          SELECT (SELECT count(*)::int FROM (SELECT FROM open_item WHERE closed_at IS NULL LIMIT ${countedAtMost}) AS waiting) AS "openItems",
                 count(*)::int AS "dueNow",
                 coalesce(extract(epoch FROM now() - min(since)) * 1000, 0)::float8 AS "oldestDueAgeMs",
                 (SELECT count(*)::int FROM (SELECT FROM mail WHERE sent_at IS NULL AND held_until IS NULL LIMIT ${countedAtMost}) AS waiting) AS "mailsWaiting"
          FROM (
            SELECT GREATEST(due_at, lease_until) AS since FROM payout_work
            WHERE priority IN (0, 1) AND due_at <= now() AND (lease_until IS NULL OR lease_until <= now())
            ORDER BY due_at LIMIT ${countedAtMost}) AS due`,
      ])
      if (!rest) throw new Error('An aggregate without a row')
      const byStatus = Object.fromEntries(payoutStatuses.map((status) => [status, 0])) as Record<
        PayoutStatus,
        number
      >
      for (const { status, count } of sums) byStatus[status] += count
      return { byStatus, ...rest }
    },
  }
}
