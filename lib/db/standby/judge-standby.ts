/** What a standby's own words mean beside the primary's: is it one of its standbys, and how old is what it shows? Pure. */
import type { LogPlace } from '#lib/services/ports.ts'
import type { StandbyState } from '#lib/services/standby/ports.ts'

/** What a standby says of itself. */
export type StandbyPlace = {
  isStandby: boolean
  source: string
  /** The newest one that its control file names. After a promotion it is some minutes late, and then the primary is read. */
  timeline: number
  replayed: bigint | null
  /** When the last commit that it has took place, by the primary's clock. */
  replayedAt: Date | null
  /** The oldest payout that searches don't find there yet was made then; null: they find all. */
  unsearchedSince: Date | null
}

/** `asOf`: all that was committed by then is there, by the primary's clock. */
export type Judged = {
  state: StandbyState
  asOf: Date | null
  lagMs: number | null
}

/** How far what was written must be there: as `writePlace` writes it, for a cookie. */
export type NeededPlace = { timeline: number; written: bigint; at: Date }

export const writePlace = ({ timeline, written, at }: NeededPlace): string =>
  `${timeline}.${written}.${at.getTime()}`

/** Null: it is no place of ours. Somebody who makes one up only reads the primary. */
export function readPlace(text: string): NeededPlace | null {
  const [, timeline, written, at] = /^(\d{1,9})\.(\d{1,18})\.(\d{1,15})$/.exec(text) ?? []
  if (timeline === undefined || written === undefined || at === undefined) return null
  return { timeline: Number(timeline), written: BigInt(written), at: new Date(Number(at)) }
}

/**
 * A standby that has everything is as of now, however long ago the last commit was. One that lacks something is at least as of its last
 * commit, and of each moment at which the primary was seen to be no further than it is (`seen`).
 */
export function judgeStandby(
  primary: LogPlace,
  standby: StandbyPlace,
  seen: readonly LogPlace[],
  mostLagMs: number,
): Judged {
  const isRelated =
    standby.isStandby && standby.source === primary.source && standby.timeline === primary.timeline
  const { replayed, replayedAt } = standby
  if (!isRelated || replayed === null) return { state: 'unrelated', asOf: null, lagMs: null }
  if (replayed >= primary.flushed) return { state: 'ok', asOf: primary.at, lagMs: 0 }
  const moments = [
    ...(replayedAt ? [replayedAt] : []),
    ...seen.filter((one) => isSameHistory(one, primary) && one.flushed <= replayed).map(({ at }) => at),
  ].map((at) => at.getTime())
  if (moments.length === 0) return { state: 'behind', asOf: null, lagMs: null }
  const asOf = Math.max(...moments)
  const lagMs = Math.max(0, primary.at.getTime() - asOf)
  return { state: lagMs > mostLagMs ? 'behind' : 'ok', asOf: new Date(asOf), lagMs }
}

const isSameHistory = (one: LogPlace, other: LogPlace) =>
  one.source === other.source && one.timeline === other.timeline

/** Does the standby have what is needed? One that has followed into a newer history has all of the older one that was kept. */
export function hasPlace(
  { timeline, replayed, unsearchedSince }: StandbyPlace,
  needed: NeededPlace,
  search: boolean,
): boolean {
  if (replayed === null || timeline < needed.timeline) return false
  if (search && unsearchedSince !== null && unsearchedSince <= needed.at) return false
  return timeline > needed.timeline || replayed >= needed.written
}
