/** The way to Cardzo that all workers share: one row, by the database's clock. */
import type { Gate } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'

/** After this many unanswered calls in a row, over all payouts, Cardzo as a whole counts as silent. */
const missesUntilSilent = 5
/** A step that would wait longer than this for its place under the ceiling is not begun. */
const longestQueueMs = 1000

export function createGateStore(prisma: PrismaClient, maxPerSecond: number): Gate {
  const stepMs = 1000 / maxPerSecond
  return {
    async turn() {
      const [row] = await prisma.$queryRaw<{ waitMs: number }[]>`
        INSERT INTO gateway_gate (id, next_at) VALUES (1, clock_timestamp() + ${stepMs} * interval '1 millisecond')
        ON CONFLICT (id) DO UPDATE
          SET next_at = GREATEST(gateway_gate.next_at, clock_timestamp()) + ${stepMs} * interval '1 millisecond'
        RETURNING (extract(epoch FROM next_at - clock_timestamp()) * 1000 - ${stepMs})::float8 AS "waitMs"`
      return Math.max(0, row?.waitMs ?? 0)
    },

    async pass(probeMs) {
      const { silent, nextInMs } = await readGate(prisma)
      if (!silent) return { passes: true }
      const won = await prisma.$executeRaw`
        UPDATE gateway_gate SET probe_at = ${fromNow(probeMs)}
        WHERE id = 1 AND silent_since IS NOT NULL AND probe_at <= now()`
      return won === 1 ? { passes: true } : { passes: false, retryMs: Math.max(1, nextInMs) }
    },

    async missed(probeAgainMs) {
      const [row] = await prisma.$queryRaw<{ misses: number }[]>`
        INSERT INTO gateway_gate (id, misses, missed_since) VALUES (1, 1, now())
        ON CONFLICT (id) DO UPDATE SET
          misses = gateway_gate.misses + 1,
          missed_since = coalesce(gateway_gate.missed_since, now()),
          silent_since = CASE WHEN gateway_gate.misses + 1 >= ${missesUntilSilent}
            THEN coalesce(gateway_gate.silent_since, now()) END,
          probe_at = ${fromNow(probeAgainMs)}
        RETURNING misses`
      return row?.misses === missesUntilSilent
    },

    async answered() {
      const ended = await prisma.$queryRaw<{ wasSilent: boolean }[]>`
        UPDATE gateway_gate g SET misses = 0, missed_since = NULL, silent_since = NULL
        FROM (SELECT silent_since IS NOT NULL AS "wasSilent" FROM gateway_gate WHERE id = 1 AND misses > 0 FOR UPDATE) AS before
        WHERE g.id = 1 RETURNING before."wasSilent"`
      return ended[0]?.wasSilent ?? false
    },
  }
}

/** Is Cardzo as a whole silent, and in how many milliseconds may a step begin? */
export async function readGate(
  db: PrismaClient | Transaction,
): Promise<{ silent: boolean; nextInMs: number }> {
  const [row] = await db.$queryRaw<{ silent: boolean; nextInMs: number }[]>`
    SELECT silent_since IS NOT NULL AS silent,
      (CASE WHEN silent_since IS NULL THEN extract(epoch FROM next_at - clock_timestamp()) * 1000 - ${longestQueueMs}
        ELSE extract(epoch FROM probe_at - now()) * 1000 END)::float8 AS "nextInMs"
    FROM gateway_gate WHERE id = 1`
  return row ? { ...row, nextInMs: Math.max(0, row.nextInMs) } : { silent: false, nextInMs: 0 }
}
