/** The way to each endpoint that all workers share: one row of it, by the database's clock. */
import type { Gate } from '#lib/services/ports.ts'
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { withoutWait } from '#lib/db/engine/parameters.ts'
import type { Sql } from '#lib/db/engine/sql.ts'

/** After this many unanswered calls in a row, over all its payouts, an endpoint as a whole counts as silent. */
const missesUntilSilent = 5
/** A step that would wait longer than this for its place under the ceiling is not begun. */
export const longestQueueMs = 1000
/** Places are taken in blocks that last for at most this long, so that no worker runs far ahead of another. */
const blockMs = 100

/** The gates of all endpoints. What a process remembers of one is kept apart from the others. */
export function createGateStore({ sql }: Pick<Database, 'sql'>): Gate {
  const each = new Map<number, ReturnType<typeof createOneGate>>()
  const of = (endpointId: number) => {
    const gate = each.get(endpointId) ?? createOneGate(sql, endpointId)
    each.set(endpointId, gate)
    return gate
  }
  return {
    turn: ({ id, maxRequestsPerS }) => of(id).turn(maxRequestsPerS),

    async spare({ id, maxRequestsPerS }) {
      const taken = await sql.query(takeSpare, [1000 / maxRequestsPerS, id])
      return taken.length === 1
    },

    async pass(endpointId, probeMs) {
      const { silent, nextInMs } = await readGate(sql, endpointId)
      if (!silent) return { passes: true }
      const won = await sql.query(winProbe, [probeMs, endpointId])
      return won.length === 1 ? { passes: true } : { passes: false, retryMs: Math.max(1, nextInMs) }
    },

    missed: (endpointId, probeAgainMs) => of(endpointId).missed(probeAgainMs),
    answered: (endpointId) => of(endpointId).answered(),
  }
}

function createOneGate(sql: Sql, endpointId: number) {
  /** Has any worker counted a miss that nobody has cleared since, as far as this one knows? */
  let someMissed = false
  let clearing: Promise<unknown> | undefined
  const take = async (count: number, stepMs: number) => {
    const [row] = await sql.query<{ waitMs: number; misses: number }>(takePlaces, [
      count * stepMs,
      endpointId,
    ])
    if (!row) throw new Error('Bug: places without a row')
    someMissed ||= row.misses > 0
    return row.waitMs
  }
  /** The ceiling, and the turns under it: made again when admins change the ceiling. */
  let ceiling = 0
  let turns: () => Promise<number> = () => Promise.reject(new Error('Bug: no ceiling'))
  return {
    turn(maxPerSecond: number) {
      if (ceiling !== maxPerSecond) {
        ceiling = maxPerSecond
        turns = createTurns(maxPerSecond, take)
      }
      return turns()
    },

    async missed(probeAgainMs: number) {
      someMissed = true
      const [row] = await sql.query<{ misses: number }>(countMiss, [probeAgainMs, endpointId])
      return row?.misses === missesUntilSilent
    },

    async answered() {
      if (!someMissed) return false
      // One statement clears for all that were answered in the meantime. A miss from now on is known again.
      if (clearing) {
        await clearing
        return false
      }
      someMissed = false
      const cleared = sql.query<{ wasSilent: boolean }>(clearMisses, [endpointId])
      clearing = cleared
      try {
        return (await cleared)[0]?.wasSilent ?? false
      } catch (error) {
        someMissed = true
        throw error
      } finally {
        clearing = undefined
      }
    },
  }
}

/**
 * Gives each caller its wait for a place. Those who ask while a block is being taken share the next one: one statement for all of them.
 * `take` reserves `count` places and returns the wait for the first.
 */
function createTurns(
  maxPerSecond: number,
  take: (count: number, stepMs: number) => Promise<number>,
): () => Promise<number> {
  const stepMs = 1000 / maxPerSecond
  const turn = inBatches<null, number>({
    most: Math.max(1, Math.floor(blockMs / stepMs)),
    async together(served) {
      const waitMs = await take(served.length, stepMs)
      return served.map((_, place) => Math.max(0, waitMs + place * stepMs))
    },
    alone: async () => Math.max(0, await take(1, stepMs)),
  })
  return () => turn(null)
}

const span = "$1::float8 * interval '1 millisecond'"

/** A place that a crash forgets is given twice, and the ceiling is passed by a moment's requests. */
const takePlaces = `
  INSERT INTO gateway_gate (id, next_at) SELECT $2, clock_timestamp() + ${span} FROM ${withoutWait}
  ON CONFLICT (id) DO UPDATE SET next_at = GREATEST(gateway_gate.next_at, clock_timestamp()) + ${span}
  RETURNING (extract(epoch FROM next_at - clock_timestamp()) * 1000 - $1::float8)::float8 AS "waitMs", misses`

const takeSpare = `
  UPDATE gateway_gate SET next_at = clock_timestamp() + ${span}
  WHERE id = $2 AND next_at <= clock_timestamp() AND silent_since IS NULL RETURNING id`

const fromNow = "date_trunc('milliseconds', now() + make_interval(secs => $1::float8 / 1000))"

const winProbe = `
  UPDATE gateway_gate SET probe_at = ${fromNow}
  WHERE id = $2 AND silent_since IS NOT NULL AND probe_at <= now() RETURNING id`

const countMiss = `
  INSERT INTO gateway_gate (id, misses, missed_since) VALUES ($2, 1, now())
  ON CONFLICT (id) DO UPDATE SET
    misses = gateway_gate.misses + 1,
    missed_since = coalesce(gateway_gate.missed_since, now()),
    silent_since = CASE WHEN gateway_gate.misses + 1 >= ${missesUntilSilent} THEN coalesce(gateway_gate.silent_since, now()) END,
    probe_at = ${fromNow}
  RETURNING misses`

const clearMisses = `
  UPDATE gateway_gate g SET misses = 0, missed_since = NULL, silent_since = NULL
  FROM (SELECT silent_since IS NOT NULL AS "wasSilent" FROM gateway_gate WHERE id = $1 AND misses > 0 FOR UPDATE) AS before
  WHERE g.id = $1 RETURNING before."wasSilent"`

/** Is the endpoint as a whole silent, and in how many milliseconds may the next question be asked? */
async function readGate(sql: Sql, endpointId: number): Promise<{ silent: boolean; nextInMs: number }> {
  const [row] = await sql.query<{ silent: boolean; nextInMs: number }>(
    `SELECT silent_since IS NOT NULL AS silent,
       GREATEST(0, extract(epoch FROM probe_at - now()) * 1000)::float8 AS "nextInMs"
     FROM gateway_gate WHERE id = $1`,
    [endpointId],
  )
  return row ?? { silent: false, nextInMs: 0 }
}
