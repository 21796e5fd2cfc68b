/** Giving payouts back, many in one statement: what workers give back while the last batch is being written is written together. */
import { isDatabaseAway } from '#lib/db/engine/away.ts'
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Lease, Progress } from '#lib/services/ports.ts'
import { callbackWaitsOn } from './payout-changes.ts'

/** So many rows are written in moments. */
const mostAtOnce = 500

type Release = {
  lease: Lease
  dueInMs: number | null
  progress: Progress | undefined
  resolve: (dueInMs: number | null) => void
  reject: (error: unknown) => void
}

export type GiveBack = (
  lease: Lease,
  dueInMs: number | null,
  progress: Progress | undefined,
) => Promise<number | null>

/**
 * Each release is answered on its own: in how many milliseconds its payout is due again, null for never or when the lease was lost. Only
 * a process that dies loses one, and then the lease ends.
 */
export function createReleases(sql: Sql): GiveBack {
  const waiting: Release[] = []
  let isWriting = false
  const write = async () => {
    isWriting = true
    // Payouts of one batch often end in the same turn of the event loop.
    await new Promise(setImmediate)
    while (waiting.length > 0) await writeTogether(sql, waiting.splice(0, mostAtOnce))
    isWriting = false
  }
  return (lease, dueInMs, progress) =>
    new Promise((resolve, reject) => {
      waiting.push({ lease, dueInMs, progress, resolve, reject })
      if (!isWriting) void write()
    })
}

/** Never throws. One that fails, or whose row somebody else has locked, is written alone and keeps the others from nothing. */
async function writeTogether(sql: Sql, releases: Release[]): Promise<void> {
  let written: Written[]
  try {
    written = await writeAll(sql, releases, 'SKIP LOCKED')
  } catch (error) {
    if (releases.length > 1 && !isDatabaseAway(error))
      for (const release of releases) void writeAlone(sql, release)
    else for (const { reject } of releases) reject(error)
    return
  }
  const byId = new Map(written.map((row) => [row.id, row]))
  for (const release of releases) {
    const row = byId.get(release.lease.payoutId)
    if (row) release.resolve(row.dueInMs)
    else void writeAlone(sql, release)
  }
}

async function writeAlone(sql: Sql, release: Release): Promise<void> {
  try {
    const [row] = await writeAll(sql, [release], '')
    release.resolve(row?.dueInMs ?? null)
  } catch (error) {
    release.reject(error)
  }
}

type Written = { id: string; dueInMs: number | null }

const writeAll = (sql: Sql, releases: Release[], locked: keyof typeof statements): Promise<Written[]> =>
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
  FROM held WHERE payout_id = held.id
  RETURNING payout_id AS id,
    CASE WHEN due_at IS NOT NULL THEN GREATEST(0, extract(epoch FROM due_at - clock_timestamp()) * 1000) END::float8 AS "dueInMs"`

const statements = { 'SKIP LOCKED': statement('SKIP LOCKED'), '': statement('') }
