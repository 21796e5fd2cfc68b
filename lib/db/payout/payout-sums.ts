/**
 * How many payouts are in each status and what they come to, without counting them: kept sums up to an event, plus what the events after
 * it say. Changes of payouts write nothing for it, so that none waits for another; a worker brings the kept sums up to date.
 */
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { PayoutSum } from '#lib/services/ports.ts'

/** A worker keeps the sums a few seconds behind. Without one, the reader that finds more events than this does it. */
const longTail = 5_000n

/** Exact, as of one snapshot; by currency and status. */
export async function readSums(prisma: PrismaClient): Promise<PayoutSum[]> {
  const [behind] = await prisma.$queryRaw<{ events: bigint }[]>`
    SELECT (SELECT max(id) FROM payout_event) - last_event_id AS events FROM books_mark`
  if ((behind?.events ?? 0n) > longTail) {
    // The first call notes the newest event, the second counts up to it unless a writer is still at work.
    await foldSums(prisma)
    await foldSums(prisma)
  }
  return sumsNow(prisma)
}

/** The same in the caller's snapshot. */
export const sumsNow = (db: PrismaClient | Transaction): Promise<PayoutSum[]> => db.$queryRaw<PayoutSum[]>`
  SELECT currency, status, sum(payouts)::int AS count, sum(amount_minor)::bigint AS "amountMinor"
  FROM (
    SELECT currency, status, payouts, amount_minor FROM payout_sum
    UNION ALL
    SELECT later.* FROM books_mark, payout_sums_between(last_event_id, 9223372036854775807) AS later) AS parts
  GROUP BY currency, status HAVING sum(payouts) <> 0 OR sum(amount_minor) <> 0 ORDER BY currency, status`

/**
 * Counts events into the kept sums, up to the newest one that was seen at an earlier call and below which none can appear any more: an
 * event gets its number in a transaction that has an id, so all are there once every transaction of that time is over. Any number may
 * call it at a time.
 */
export async function foldSums(prisma: PrismaClient): Promise<void> {
  await prisma.$executeRaw`
    WITH mark AS (
      SELECT last_event_id AS after, seen_event_id AS upto FROM books_mark
      WHERE seen_xid <= pg_snapshot_xmin(pg_current_snapshot())::text::bigint FOR UPDATE SKIP LOCKED),
    counted AS (
      INSERT INTO payout_sum AS kept (currency, status, payouts, amount_minor)
      SELECT part.* FROM mark, payout_sums_between(mark.after, mark.upto) AS part
      ON CONFLICT (currency, status) DO UPDATE
        SET payouts = kept.payouts + excluded.payouts, amount_minor = kept.amount_minor + excluded.amount_minor)
    UPDATE books_mark SET last_event_id = mark.upto, seen_xid = pg_snapshot_xmax(pg_current_snapshot())::text::bigint,
      seen_event_id = GREATEST(mark.upto, (SELECT coalesce(max(id), 0) FROM payout_event))
    FROM mark`
}

/** Counts every payout again, in place of what was kept. One statement over all payouts: for repair alone. */
export async function rebaseSums(prisma: PrismaClient): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await tx.$executeRaw`SELECT FROM books_mark FOR UPDATE`
    await tx.$executeRaw`
      INSERT INTO payout_sum (currency, status, payouts, amount_minor)
      SELECT currency, status, sum(payouts), sum(amount_minor) FROM (
        SELECT currency, status, count(*) AS payouts, sum(amount_minor) AS amount_minor FROM payout GROUP BY 1, 2
        UNION ALL
        SELECT later.currency, later.status, -later.payouts, -later.amount_minor
        FROM books_mark, payout_sums_between(last_event_id, 9223372036854775807) AS later
        UNION ALL
        SELECT currency, status, 0, 0 FROM payout_sum) AS parts
      GROUP BY currency, status
      ON CONFLICT (currency, status) DO UPDATE SET payouts = excluded.payouts, amount_minor = excluded.amount_minor`
  })
}
