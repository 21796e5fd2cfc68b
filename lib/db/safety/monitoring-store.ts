import { openStatuses, payoutStatuses } from '#lib/payouts/transitions.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { ItemKind, LogPlace, MonitoringStore } from '#lib/services/ports.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { listMigrations } from '#lib/db/engine/migrations-folder.ts'
import { anyDue } from '#lib/db/payout/due-work.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'
import { readSums } from '#lib/db/payout/payout-sums.ts'
import { workDue } from './work-due.ts'

/** What waits is counted up to this many: beyond that something is wrong, and counting on would make it worse. */
const countedAtMost = 10_000

const every = Prisma.raw(anyDue)

/** The same for a primary and its standbys, and for nothing else. */
export const sourceColumn = `(SELECT system_identifier FROM pg_control_system()) || '/' ||
  (SELECT oid FROM pg_database WHERE datname = current_database()) AS source`

/** Is the database there and up to date, and how much is waiting? */
export function createMonitoringStore(prisma: Database): MonitoringStore {
  return {
    async ping() {
      await prisma.$queryRaw`SELECT 1`
    },

    async now() {
      const [row] = await prisma.$queryRaw<{ at: Date }[]>`SELECT clock_timestamp() AS at`
      if (!row) throw new Error('Bug: a selection without a row')
      return row.at
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

    async logPlace() {
      const [row] = await prisma.sql.query<LogPlace>(
        `SELECT ${sourceColumn}, ('x' || left(pg_walfile_name(pg_current_wal_lsn()), 8))::bit(32)::int AS timeline,
           pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::bigint AS written,
           pg_wal_lsn_diff(pg_current_wal_flush_lsn(), '0/0')::bigint AS flushed, clock_timestamp() AS at`,
      )
      if (!row) throw new Error('Bug: a selection without a row')
      return row
    },

    workDue: () => workDue(prisma.sql),

    async workUntaken(ms) {
      const since = fromNow(-ms)
      const [row] = await prisma.$queryRaw<{ untaken: boolean }[]>`
        SELECT EXISTS (
            SELECT FROM payout_work
            WHERE ${every} AND due_at < ${since} AND (lease_until IS NULL OR lease_until < ${since}))
          AND NOT EXISTS (
            SELECT FROM (SELECT lease_until FROM payout_work WHERE ${every} AND due_at <= now() LIMIT 1000) AS due
            WHERE lease_until > now())
          AND NOT EXISTS (SELECT FROM gateway_state WHERE last_ok_at >= ${since}) AS untaken`
      return row?.untaken ?? false
    },

    async counts() {
      const [sums, [rest], items, oldest] = await Promise.all([
        readSums(prisma),
        prisma.$queryRaw<Waiting[]>`
          SELECT count(since)::int AS "dueNow",
                 coalesce(extract(epoch FROM now() - min(since)) * 1000, 0)::float8 AS "oldestDueAgeMs",
                 mails.count AS "mailsWaiting", mails.age AS "oldestMailAgeMs",
                 webhooks.count AS "webhooksWaiting", webhooks.late AS "webhooksLateMs",
                 EXISTS (SELECT FROM send_stop WHERE open_key IS NOT NULL) AS stopped,
                 EXISTS (SELECT FROM ask_first WHERE open_key IS NOT NULL) AS "askingFirst"
          FROM (
            SELECT count(*)::int AS count, coalesce(extract(epoch FROM now() - min(created_at)) * 1000, 0)::float8 AS age
            FROM (SELECT created_at FROM mail WHERE sent_at IS NULL AND held_until IS NULL ORDER BY created_at LIMIT ${countedAtMost}) AS waiting
          ) AS mails CROSS JOIN (
            SELECT count(*)::int AS count, GREATEST(0, coalesce(extract(epoch FROM now() - min(due_at)) * 1000, 0))::float8 AS late
            FROM (SELECT due_at FROM webhook_delivery WHERE due_at IS NOT NULL LIMIT ${countedAtMost}) AS waiting
          ) AS webhooks LEFT JOIN (
            SELECT GREATEST(due_at, lease_until) AS since FROM payout_work
            WHERE ${every} AND due_at <= now() AND (lease_until IS NULL OR lease_until <= now())
            ORDER BY due_at LIMIT ${countedAtMost}) AS due ON true
          GROUP BY mails.count, mails.age, webhooks.count, webhooks.late`,
        prisma.$queryRaw<{ kind: ItemKind; count: number; oldestAgeMs: number }[]>`
          SELECT kind::text, count(*)::int, (extract(epoch FROM now() - min(opened_at)) * 1000)::float8 AS "oldestAgeMs"
          FROM (SELECT kind, opened_at FROM open_item WHERE closed_at IS NULL LIMIT ${countedAtMost}) AS waiting
          GROUP BY kind`,
        // Along the index of each status, one row.
        prisma.sql.query<{ status: PayoutStatus; ageMs: number }>(
          `SELECT each.status::text, (extract(epoch FROM now() - found.created_at) * 1000)::float8 AS "ageMs"
           FROM unnest($1::payout_status[]) AS each (status), LATERAL (
             SELECT created_at FROM payout WHERE payout.status = each.status ORDER BY seq LIMIT 1) AS found`,
          [openStatuses],
        ),
      ])
      if (!rest) throw new Error('An aggregate without a row')
      const byStatus = Object.fromEntries(payoutStatuses.map((status) => [status, 0])) as Record<
        PayoutStatus,
        number
      >
      for (const { status, count } of sums) byStatus[status] += count
      const openItems = items.reduce((sum, { count }) => sum + count, 0)
      const oldestAgeMs = Object.fromEntries(oldest.map(({ status, ageMs }) => [status, ageMs]))
      return { byStatus, openItems, itemsByKind: items, oldestAgeMs, ...rest }
    },
  }
}

type Waiting = Omit<
  Awaited<ReturnType<MonitoringStore['counts']>>,
  'byStatus' | 'openItems' | 'itemsByKind' | 'oldestAgeMs'
>
