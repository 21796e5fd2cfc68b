/** How long payouts took until they were paid, learned from the latest ones and remembered for a minute: a status page asks each time. */
import type { Sql } from '#lib/db/engine/sql.ts'
import type { Durations, ReportStore } from '#lib/services/ports.ts'

const samplesAtLeast = 20
const samplesAtMost = 500
/** A currency that is rare among so many of the newest paid payouts gets no estimate. */
const lookedAt = 2_000
const rememberedMs = 60_000
/** Some currencies are made up by callers; no more than this many are remembered. */
const currenciesAtMost = 200

export function createArrival(sql: Sql): ReportStore['arrival'] {
  const known = new Map<string, { until: number; answer: Promise<Durations | null> }>()
  return (currency) => {
    const now = performance.now()
    const remembered = known.get(currency)
    if (remembered && remembered.until > now) return remembered.answer
    if (known.size >= currenciesAtMost) known.clear()
    const answer = learn(sql, currency)
    known.set(currency, { until: now + rememberedMs, answer })
    // A failure is not remembered.
    answer.catch(() => known.delete(currency))
    return answer
  }
}

async function learn(sql: Sql, currency: string): Promise<Durations | null> {
  const [row] = await sql.query<{ count: number; times: number[] | null }>(
    `SELECT count(*)::int AS count, percentile_cont(ARRAY[0.5, 0.95]) WITHIN GROUP (ORDER BY ms) AS times
     FROM (
       SELECT extract(epoch FROM final_at - created_at) * 1000 AS ms
       FROM (
         SELECT seq, currency, created_at, final_at, settled_by FROM payout WHERE status = 'paid' ORDER BY seq DESC LIMIT ${lookedAt}) AS newest
       -- People settle days later what arrived long before.
       WHERE currency = $1 AND settled_by IS NULL ORDER BY seq DESC LIMIT ${samplesAtMost}) AS samples`,
    [currency],
  )
  const [p50Ms, p95Ms] = row?.times ?? []
  if (!row || row.count < samplesAtLeast || p50Ms === undefined || p95Ms === undefined) return null
  return { count: row.count, p50Ms: Math.round(p50Ms), p95Ms: Math.round(p95Ms) }
}
