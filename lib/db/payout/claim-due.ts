/** Taking due payouts: one statement takes a batch and reads all that a step needs to know, and when there is more to do. */
import type { Sql } from '#lib/db/engine/sql.ts'
import { conditionOf } from '#lib/db/order/gateway-condition-store.ts'
import type { ConditionRow } from '#lib/db/order/gateway-condition-store.ts'
import { longestQueueMs } from '#lib/db/order/gate-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Claimed, Leased } from '#lib/services/ports.ts'
import { callbackWaitsOn } from './payout-changes.ts'
import { payoutColumns, toPayout } from './payout-rows.ts'
import type { PayoutRow } from './payout-rows.ts'

/** This part of each batch is for polls, even while more news is waiting: neither starves. */
const pollsShare = 1 / 4
/** A row that another transaction had locked is looked at again this soon; so is a backlog while Cardzo is silent. */
const againMs = 20
const silentAgainMs = 250

type Around = { now: Date; nextDueInMs: number | null; askFirstSince: Date | null }
type Taken = PayoutRow &
  ConditionRow & { fence: bigint; callbackWaits: boolean; silent: boolean; stopped: boolean }
type Row = Around & (Taken | { id: null })

/** Claims for one worker process. */
export function createClaims(sql: Sql, vault: Vault) {
  let share = 0
  return async (workerId: string, limit: number, leaseMs: number): Promise<Claimed> => {
    // Whole places: a batch of one is for a poll every fourth time.
    share += limit * pollsShare
    const forPolls = Math.floor(share)
    share -= forPolls
    const rows = await sql.query<Row>(claim, [workerId, leaseMs, limit, forPolls])
    const [around] = rows
    if (!around) throw new Error('Bug: a claim without a row')
    const { now, askFirstSince, nextDueInMs } = around
    const leased = rows.flatMap((row): Leased[] => {
      if (row.id === null) return []
      const { fence, callbackWaits, silent, stopped } = row
      const lease = { payoutId: row.id, fence, workerId }
      return [
        {
          payout: toPayout(row, vault),
          lease,
          now,
          seen: { stopped, askFirstSince, condition: conditionOf(row), callbackWaits },
          ...(silent && { silent: true as const }),
        },
      ]
    })
    return { leased, nextDueInMs }
  }
}

/** Does no worker have it? Refers to a row of `payout_work`. */
export const isFree = '(lease_until IS NULL OR lease_until <= now())'

/** Due rows of one endpoint (a row of `room`), the longest due first. `limit` is evaluated for each endpoint. */
const free = (which: string, limit: string) => `
  SELECT room.endpoint, payout_id AS id, payout_work.xmin AS written, due_at FROM payout_work
  WHERE endpoint_id = room.endpoint AND due_at <= now() AND ${isFree} AND ${which}
  ORDER BY due_at LIMIT ${limit} FOR NO KEY UPDATE SKIP LOCKED`

/**
 * Behind a query of their own, so that the numbers don't change the plan: PostgreSQL would otherwise make one for each claim, which takes
 * longer than the claim itself.
 */
const most = '(SELECT $3::int)'
const forPolls = '(SELECT $4::int)'

const taken = (...parts: string[]) => parts.map((part) => `SELECT id FROM ${part}`).join(' UNION ALL ')
const countOf = (part: string) => `(SELECT count(*) FROM ${part})`
const countHere = (part: string) => `(SELECT count(*) FROM ${part} WHERE ${part}.endpoint = room.endpoint)`

/**
 * $1 worker, $2 lease in ms, $3 most, $4 places for polls. Each endpoint has a gate of its own and its own part of the index, so that what
 * waits for one is in no other's way. While an endpoint is silent only one payout is asked about there; what nobody decided on in time ends
 * all the same. A row that was written after the statement began (its xmin is another) is left for the next claim: what it tells of would
 * not be in the payout that this statement reads, and the claim would forget the news.
 */
const claim = `
  WITH gate AS MATERIALIZED (
    SELECT id AS endpoint, silent_since IS NOT NULL AS silent, silent_since, missed_since,
      GREATEST(0, CASE WHEN silent_since IS NULL THEN extract(epoch FROM next_at - clock_timestamp()) * 1000 - ${longestQueueMs}
        ELSE extract(epoch FROM probe_at - now()) * 1000 END)::float8 AS gate_in_ms
    FROM gateway_gate
  ), expired AS (
    SELECT found.* FROM gate AS room CROSS JOIN LATERAL (
      ${free(
        "EXISTS (SELECT FROM payout WHERE payout.id = payout_id AND status = 'awaiting_approval' AND expires_at <= now())",
        most,
      )}
    ) AS found WHERE room.silent LIMIT ${most}
  ), room AS MATERIALIZED (
    SELECT endpoint, CASE WHEN gate_in_ms > 0 THEN 0
      WHEN silent THEN LEAST(1, ${most} - ${countOf('expired')}) ELSE ${most} END AS places
    FROM gate
  ), news AS (
    SELECT found.* FROM room CROSS JOIN LATERAL (
      ${free(`priority = 0 AND payout_id NOT IN (${taken('expired')})`, `GREATEST(0, room.places - ${forPolls})`)}
    ) AS found ORDER BY due_at LIMIT GREATEST(0, ${most} - ${forPolls} - ${countOf('expired')})
  ), polls AS (
    SELECT found.* FROM room CROSS JOIN LATERAL (
      ${free(`priority = 1 AND payout_id NOT IN (${taken('expired')})`, `room.places - ${countHere('news')}`)}
    ) AS found ORDER BY due_at LIMIT ${most} - ${countOf('expired')} - ${countOf('news')}
  ), more_news AS (
    SELECT found.* FROM room CROSS JOIN LATERAL (
      ${free(
        `priority = 0 AND payout_id NOT IN (${taken('expired', 'news')})`,
        `room.places - ${countHere('news')} - ${countHere('polls')}`,
      )}
    ) AS found ORDER BY due_at LIMIT ${most} - ${countOf('expired')} - ${countOf('news')} - ${countOf('polls')}
  ), picked AS (
    SELECT * FROM expired UNION ALL SELECT * FROM news UNION ALL SELECT * FROM polls UNION ALL SELECT * FROM more_news
  ), taken AS (
    UPDATE payout_work SET leased_by = $1, fence = payout_work.fence + 1, news_at = NULL,
      lease_until = date_trunc('milliseconds', now() + make_interval(secs => $2::float8 / 1000))
    FROM picked JOIN payout_work before ON before.payout_id = picked.id AND before.xmin = picked.written
    WHERE payout_work.payout_id = picked.id
    RETURNING payout_work.payout_id AS taken_id, payout_work.fence, payout_work.due_at AS since
  ), next AS (
    SELECT min(GREATEST(here.at, now() + gate.gate_in_ms * interval '1 millisecond')) AS at
    FROM gate JOIN room USING (endpoint) CROSS JOIN LATERAL (
      SELECT LEAST(
        (SELECT due_at FROM payout_work WHERE endpoint_id = room.endpoint AND priority = 0 AND due_at > now() ORDER BY due_at LIMIT 1),
        (SELECT due_at FROM payout_work WHERE endpoint_id = room.endpoint AND priority = 1 AND due_at > now() ORDER BY due_at LIMIT 1),
        CASE WHEN gate.silent THEN now() + interval '${silentAgainMs} milliseconds'
          WHEN ${countHere('picked')} >= room.places OR ${countOf('picked')} >= ${most} THEN now()
          ELSE (
            SELECT min(CASE WHEN ${isFree} THEN now() + interval '${againMs} milliseconds' ELSE lease_until END) FROM payout_work
            WHERE endpoint_id = room.endpoint AND priority IN (0, 1) AND due_at <= now() AND payout_id NOT IN (SELECT taken_id FROM taken)) END
      ) AS at
    ) AS here WHERE here.at IS NOT NULL
  )
  SELECT now() AS now,
    -- Not GREATEST alone, which would make 0 of "never".
    CASE WHEN next.at IS NOT NULL THEN GREATEST(0, extract(epoch FROM next.at - now()) * 1000) END::float8 AS "nextDueInMs",
    (SELECT started_at FROM ask_first WHERE open_key = 'ask-first') AS "askFirstSince", work.*
  FROM next LEFT JOIN (
    SELECT ${payoutColumns}, taken.fence, taken.since,
      ${callbackWaitsOn('payout.id')} AS "callbackWaits",
      gate.silent, gate.silent_since AS "silentSince", gate.missed_since AS "missedSince",
      EXISTS (SELECT FROM send_stop WHERE open_key IN ('stop', 'stop:' || payout.endpoint_id)) AS stopped,
      state.refused_at AS "refusedAt", state.refusal, state.simulator, state.last_ok_at AS "lastOkAt"
    FROM taken JOIN payout ON payout.id = taken.taken_id JOIN gate ON gate.endpoint = payout.endpoint_id
      LEFT JOIN gateway_state state ON state.id = payout.endpoint_id
  ) AS work ON true
  ORDER BY work.since`
