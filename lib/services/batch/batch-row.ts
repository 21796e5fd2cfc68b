/** One row of a batch in a worker's hands: what it asks for, and when it is tried again. */
import type { BatchInHand, Deps, RowOutcome, WaitingRow } from '#lib/services/ports.ts'
import { rowKey, rowPlace } from './check-batch.ts'

/** A batch is one worker's for so long, which is longer than some rows ever take. */
export const leaseMs = 60_000
/** So often in a row something fails before people hear of it. */
export const failuresUntold = 3
/** What fails may work the next time, soon or not for a while. */
const firstRetryMs = 5_000
const longestRetryMs = 600_000

/** What it asks for. Not ok: its data key is gone, or somebody changed it. */
export function openRow(
  { vault, log }: Pick<Deps, 'vault' | 'log'>,
  batch: BatchInHand,
  { line, sealed }: WaitingRow,
): { ok: true; body: unknown } | { ok: false } {
  try {
    return { ok: true, body: JSON.parse(vault.open(sealed ?? '', rowPlace(batch.id, line))) }
  } catch (error) {
    log.error({ err: error, batchId: batch.id, line }, 'a row of a batch could not be read')
    return { ok: false }
  }
}

export const rowIntent = (key: string, body: unknown) => ({
  source: 'batch' as const,
  key: rowKey(key),
  body,
  ipAddress: null,
})

/** It failed, and is tried again: first after five seconds, then after twice as long each time, at least every ten minutes. */
export const later = ({ line, tries }: WaitingRow): RowOutcome => ({
  ...{ line, payoutId: null, refused: null },
  retryInMs: Math.min(firstRetryMs * 2 ** Math.min(tries, 20), longestRetryMs),
})
