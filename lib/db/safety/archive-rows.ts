/** Which months of the history are in files. */
import type { Transaction } from '#lib/db/engine/client.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type { HistoryArchive } from '#lib/services/ports.ts'

/** A payout begins as requested, and its first event moves nothing. */
export const statusOf = (status: PayoutStatus | null): PayoutStatus => status ?? 'requested'

/** Oldest first. */
export const listArchives = (db: Pick<Transaction, '$queryRaw'>): Promise<HistoryArchive[]> => db.$queryRaw<
  HistoryArchive[]
>`
  SELECT to_char(month, 'YYYY-MM') AS month, from_event_id AS "fromEventId", last_event_id AS "lastEventId", events,
         first_hash AS "firstHash", last_hash AS "lastHash", previous_root AS "previousRoot", root,
         manifest_sha256 AS "manifestSha256", archived_at AS "archivedAt", dropping_at AS "droppingAt", dropped_at AS "droppedAt"
  FROM history_archive ORDER BY history_archive.month`
