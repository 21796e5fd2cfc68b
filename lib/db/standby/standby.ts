/**
 * Chooses, for each page or file, whether a standby or the primary is read. The standby is asked how far it is, at most once a second,
 * beside the primary. If it can't be asked, is too far behind or fails, the primary is read, and nobody sees an error.
 */
import type { Database } from '#lib/db/engine/client.ts'
import { sourceColumn } from '#lib/db/safety/monitoring-store.ts'
import type { Clock, Log, LogPlace } from '#lib/services/ports.ts'
import type { Reads, ReadStores, StandbyHealth, StandbyState } from '#lib/services/standby/ports.ts'
import { hasPlace, judgeStandby } from './judge-standby.ts'
import type { Judged, NeededPlace, StandbyPlace } from './judge-standby.ts'

/** An answer counts for so long; that there was none, for longer, so that few pages wait for a standby that is gone. */
const answerCountsMs = 1_000
const awayCountsMs = 5_000
/** No page waits longer for it. */
const patienceMs = 1_000
/** A file that needs the newest waits; between two looks. */
const restMs = 100

/** `place`: what was written up to there must be in it. `waitMs`: for so long, before the primary is read. */
export type ReadNeed = { search?: boolean; place?: NeededPlace | null; waitMs?: number }

export type Standby = {
  open: (need?: ReadNeed) => Promise<Reads>
  /** As it is now. Never rejects. */
  health: () => Promise<StandbyHealth>
}

type Asked = Judged & { place: StandbyPlace | null; askedMs: number; error?: unknown }

export function createStandby(
  standby: Database,
  stores: { standby: ReadStores; primary: ReadStores },
  {
    logPlace,
    mostLagMs,
    clock,
    log,
  }: { logPlace: () => Promise<LogPlace>; mostLagMs: number; clock: Clock; log: Log },
): Standby {
  let [last, asking]: [Asked | undefined, Promise<Asked> | undefined] = [undefined, undefined]
  let seen: LogPlace[] = []
  let told: StandbyState = 'ok'

  function ask(): Promise<Asked> {
    return (asking ??= inTime(question(), patienceMs)
      .catch((error: unknown): Asked => {
        const nothing = { asOf: null, lagMs: null, place: null }
        return { state: 'away', ...nothing, askedMs: clock.monotonicMs(), error }
      })
      .then((answer) => {
        tell(answer)
        asking = undefined
        return (last = answer)
      }))
  }

  async function question(): Promise<Asked> {
    const askedMs = clock.monotonicMs()
    const [primary, place] = await Promise.all([logPlace(), standbyPlace(standby)])
    const judged = judgeStandby(primary, place, seen, mostLagMs)
    const tooOld = primary.at.getTime() - mostLagMs
    seen = [...seen.filter(({ at }) => at.getTime() >= tooOld), primary]
    return { ...judged, place, askedMs }
  }

  /** Once per change, not once per page. */
  function tell({ state, lagMs, error }: Asked): void {
    if (state === told) return
    told = state
    if (state === 'ok') log.info({}, 'lists and reports are read from the standby again')
    else log.warn({ standby: state, lagMs, err: error }, 'lists and reports are read from the primary')
  }

  const counts = (asked: Asked): boolean =>
    clock.monotonicMs() - asked.askedMs < (asked.state === 'away' ? awayCountsMs : answerCountsMs)
  const latest = (): Promise<Asked> => (last && counts(last) ? Promise.resolve(last) : ask())

  const fits = ({ state, place }: Asked, { place: needed, search = false }: ReadNeed): boolean =>
    state === 'ok' && place !== null && (!needed || hasPlace(place, needed, search))

  const reading: ReadStores = {
    payouts: {
      list: orPrimary(stores.standby.payouts.list, stores.primary.payouts.list),
      sums: orPrimary(stores.standby.payouts.sums, stores.primary.payouts.sums),
    },
    reports: {
      since: orPrimary(stores.standby.reports.since, stores.primary.reports.since),
      openByDay: orPrimary(stores.standby.reports.openByDay, stores.primary.reports.openByDay),
      startOf: orPrimary(stores.standby.reports.startOf, stores.primary.reports.startOf),
    },
  }

  /** Whatever fails there is asked of the primary, whose own error then counts. The next page asks the standby first whether it is well. */
  function orPrimary<Args extends unknown[], T>(
    there: (...args: Args) => Promise<T>,
    here: (...args: Args) => Promise<T>,
  ) {
    return async (...args: Args): Promise<T> => {
      try {
        return await there(...args)
      } catch (error) {
        last = undefined
        log.warn({ err: error }, 'the standby failed, so the primary was read')
        return here(...args)
      }
    }
  }

  return {
    async open(need = {}) {
      const deadline = clock.monotonicMs() + (need.waitMs ?? 0)
      let asked = await latest()
      // What was written a moment ago may have come since it was asked.
      if (asked.state === 'ok' && !fits(asked, need)) asked = await ask()
      while (asked.state === 'ok' && !fits(asked, need) && clock.monotonicMs() < deadline) {
        await new Promise((resolve) => setTimeout(resolve, restMs))
        asked = await ask()
      }
      const lagMs = lagOf(asked, need.search === true)
      if (!fits(asked, need) || lagMs === null || lagMs > mostLagMs)
        return { stores: stores.primary, asOf: null }
      const ageMs = lagMs + (clock.monotonicMs() - asked.askedMs)
      return { stores: reading, asOf: new Date(clock.wallMs() - ageMs) }
    },
    async health() {
      const { state, lagMs } = await latest()
      return { state, lagMs }
    },
  }
}

/** A search is as old as the oldest payout that it would not find. */
function lagOf({ asOf, lagMs, place }: Asked, search: boolean): number | null {
  const since = search ? (place?.unsearchedSince ?? null) : null
  if (asOf === null || lagMs === null || since === null) return lagMs
  return lagMs + Math.max(0, asOf.getTime() - since.getTime())
}

async function standbyPlace(standby: Database): Promise<StandbyPlace> {
  const [row] = await standby.sql.query<StandbyPlace>(
    `SELECT pg_is_in_recovery() AS "isStandby", ${sourceColumn},
       GREATEST((SELECT timeline_id FROM pg_control_checkpoint()), (SELECT min_recovery_end_timeline FROM pg_control_recovery())) AS timeline,
       pg_wal_lsn_diff(pg_last_wal_replay_lsn(), '0/0')::bigint AS replayed, pg_last_xact_replay_timestamp() AS "replayedAt",
       (SELECT p.created_at FROM payout p WHERE p.seq > (SELECT last_seq FROM payout_search_mark)
          AND NOT EXISTS (SELECT FROM payout_search s WHERE s.seq = p.seq OFFSET 0) ORDER BY p.seq LIMIT 1) AS "unsearchedSince"`,
  )
  if (!row) throw new Error('Bug: a selection without a row')
  return row
}

async function inTime<T>(work: Promise<T>, ms: number): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>()
  const timer = setTimeout(() => reject(new Error('no answer in time')), ms)
  try {
    return await Promise.race([work, promise])
  } finally {
    clearTimeout(timer)
  }
}
