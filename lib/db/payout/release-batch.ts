/** Giving payouts back, many in one statement: what workers give back while the last batch is being written is written together. */
import { inBatches } from '#lib/db/engine/batches.ts'
import { withoutWait } from '#lib/db/engine/parameters.ts'
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Lease, Progress } from '#lib/services/ports.ts'
import { callbackWaitsOn } from './payout-changes.ts'

/** So many rows are written in moments. */
const mostAtOnce = 500

type Release = { lease: Lease; dueInMs: number | null; progress: Progress | undefined }

export type GiveBack = (
  lease: Lease,
  dueInMs: number | null,
  progress: Progress | undefined,
) => Promise<number | null>

/**
 * Each release is answered on its own: in how many milliseconds its payout is due again, null for never or when the lease was lost. One
 * whose row somebody else has locked is written alone. A process that dies, or PostgreSQL when it does, loses some, and then their leases
 * end: it does not wait for the disk.
 */
export function createReleases(sql: Sql): GiveBack {
  const release = inBatches<Release, number | null>({
    most: mostAtOnce,
    async together(releases) {
      const written = await writeAll(sql, releases, 'SKIP LOCKED')
      const byId = new Map(written.map(({ id, dueInMs }) => [id, dueInMs]))
      return releases.map(({ lease }) => byId.get(lease.payoutId))
    },
    alone: async (one) => (await writeAll(sql, [one], ''))[0]?.dueInMs ?? null,
  })
  return (lease, dueInMs, progress) => release({ lease, dueInMs, progress })
}

type Written = { id: string; dueInMs: number | null }

const writeAll = (
  sql: Sql,
  releases: readonly Release[],
  locked: keyof typeof statements,
): Promise<Written[]> =>
  sql.query<Written>(statements[locked], [
    releases.map(({ lease }) => lease.payoutId),
    releases.map(({ lease }) => lease.fence),
    releases.map(({ dueInMs }) => dueInMs),
    releases.map(({ progress }) => (progress === undefined ? null : JSON.stringify(progress))),
  ])

const inMs = (ms: string) => `date_trunc('milliseconds', now() + make_interval(secs => ${ms} / 1000))`

/** The rule in the head of due-work.ts. A callback that waits after the end may say that money moved: it is looked at once more, at once. */
const statement = (locked: string) => `
  WITH given AS (
    SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::float8[], $4::jsonb[]) AS given (id, fence, due_in_ms, noted)
  ), held AS (
    SELECT work.payout_id AS id, given.due_in_ms, given.noted
    FROM given JOIN payout_work work ON work.payout_id = given.id AND work.fence = given.fence
    FOR NO KEY UPDATE OF work ${locked}
  )
  UPDATE payout_work SET lease_until = NULL, leased_by = NULL,
    due_at = CASE
      WHEN due_in_ms IS NOT NULL THEN CASE WHEN due_at IS NOT NULL THEN LEAST(news_at, ${inMs('due_in_ms')}) END
      WHEN ${callbackWaitsOn('payout_work.payout_id')} THEN LEAST(news_at, ${inMs('0')})
      WHEN news_at IS NOT NULL OR EXISTS (SELECT FROM payout WHERE payout.id = payout_work.payout_id AND final_at IS NULL)
      THEN LEAST(news_at, ${inMs('60000')}) END,
    priority = CASE WHEN news_at IS NULL AND due_in_ms IS DISTINCT FROM 0 THEN 1 ELSE 0 END,
    progress = coalesce(held.noted, progress)
  FROM held, ${withoutWait} WHERE payout_id = held.id
  RETURNING payout_id AS id,
    CASE WHEN due_at IS NOT NULL THEN GREATEST(0, extract(epoch FROM due_at - clock_timestamp()) * 1000) END::float8 AS "dueInMs"`

const statements = { 'SKIP LOCKED': statement('SKIP LOCKED'), '': statement('') }
