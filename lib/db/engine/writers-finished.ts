import type { PrismaClient } from '#lib/db/engine/client.ts'

/** Writers finish within moments; if not, the next attempt tries again. */
const writersMayTakeMs = 5_000

/**
 * Waits until every transaction that had begun to write is over; false when some are still open. After that no row can appear any more
 * below the highest number that was seen before this call.
 */
export async function writersFinished(prisma: PrismaClient): Promise<boolean> {
  const [now] = await prisma.$queryRaw<{ xid: string }[]>`SELECT pg_current_xact_id()::text AS xid`
  const deadline = performance.now() + writersMayTakeMs
  for (;;) {
    const [oldest] = await prisma.$queryRaw<{ xid: string }[]>`
      SELECT pg_snapshot_xmin(pg_current_snapshot())::text AS xid`
    if (BigInt(oldest?.xid ?? 0) >= BigInt(now?.xid ?? 0)) return true
    if (performance.now() > deadline) return false
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}
