/** Computes and checks the hash chain of one payout's events: each must match its hash and link to the one before. No SQL here. */
import { createHash } from 'node:crypto'
import type { ChainRow, HistoryBreak } from '#lib/services/ports.ts'

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

/** The last event of a payout that is only in an archive, and the status that it left the payout in. */
export type ChainStart = { lastEventId: bigint; lastHash: string; status: string }

/**
 * Follows one payout's events by number. Call `look` with each; `end` returns the first break, given the payout's current status (null:
 * there is no such payout). `start`: what comes before them is in an archive.
 */
export function createChainCheck(payoutId: string, start: ChainStart | null = null) {
  let broken: HistoryBreak | null = null
  let last: Pick<ChainRow, 'id' | 'hash'> | null = start && { id: start.lastEventId, hash: start.lastHash }
  let standsAt = start?.status ?? 'requested'
  // For an event's hash, the number of the event that follows it; '' is the beginning.
  const followers = new Map<string, bigint>()

  const fault = (wrong: HistoryBreak['wrong'], eventId: bigint | null, why: string): HistoryBreak => ({
    wrong,
    eventId,
    payoutId,
    day: null,
    why,
  })

  const linkFault = (row: ChainRow): HistoryBreak | null => {
    if (row.prevHash === (last?.hash ?? '')) return null
    const rival = followers.get(row.prevHash)
    if (rival !== undefined)
      return fault(
        'inserted',
        rival,
        `Events ${rival} and ${row.id} both say that they follow the same one: one of them was put in later.`,
      )
    const before = last === null ? 'the first that is left' : `after event ${last.id}`
    return fault(
      'missing',
      row.id,
      `Event ${row.id} (${before}) follows an event that is not there: it was deleted, or changed along with its hash.`,
    )
  }

  const faultOf = (row: ChainRow): HistoryBreak | null => {
    if (sha256(row.material) !== row.hash)
      return fault(
        'changed',
        row.id,
        `Event ${row.id} is not what was written: its content has another hash.`,
      )
    const link = linkFault(row)
    if (link) return link
    if (row.toStatus !== null && row.fromStatus !== standsAt)
      return fault(
        'status',
        row.id,
        `Event ${row.id} moves the payout from "${row.fromStatus ?? 'nothing'}", but it stood at "${standsAt}".`,
      )
    return null
  }

  return {
    look(row: ChainRow): void {
      // After a break nothing more can be proven.
      if (broken) return
      broken = faultOf(row)
      followers.set(row.prevHash, row.id)
      last = row
      standsAt = row.toStatus ?? standsAt
    },
    end(status: string | null): HistoryBreak | null {
      if (broken) return broken
      const id = last?.id ?? null
      if (status === null)
        return fault('inserted', id, `There is no payout ${payoutId}, but it has a history.`)
      if (id === null) return fault('missing', null, `Payout ${payoutId} has no history: it was deleted.`)
      if (status !== standsAt)
        return fault(
          'status',
          id,
          `The payout is "${status}", but its history ends with "${standsAt}": the status was changed without an event, or the last events were deleted.`,
        )
      return null
    },
  }
}
