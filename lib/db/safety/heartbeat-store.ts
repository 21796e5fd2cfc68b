import type { HeartbeatStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'

/** Which workers are alive, and which of them can't write their marker or have a clock that differs. */
export function createHeartbeatStore(prisma: PrismaClient): HeartbeatStore {
  return {
    async beat(workerId) {
      await prisma.$executeRaw`
        INSERT INTO worker_heartbeat (id) VALUES (${workerId})
        ON CONFLICT (id) DO UPDATE SET beat_at = now()`
    },

    async goodbye(workerId) {
      // Killed workers never say goodbye: the next one that does removes their rows.
      await prisma.$executeRaw`
        DELETE FROM worker_heartbeat WHERE id = ${workerId} OR beat_at < now() - interval '1 day'`
    },

    async reportMarker(workerId, trouble) {
      if (trouble === null)
        await prisma.$executeRaw`
          UPDATE worker_heartbeat SET marker_trouble = NULL WHERE id = ${workerId} AND marker_trouble IS NOT NULL`
      else
        await prisma.$executeRaw`
          INSERT INTO worker_heartbeat (id, marker_trouble) VALUES (${workerId}, ${trouble})
          ON CONFLICT (id) DO UPDATE SET marker_trouble = excluded.marker_trouble, beat_at = now()`
    },

    async markerUnwritable(withinMs) {
      const [row] = await prisma.$queryRaw<{ unwritable: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_heartbeat WHERE marker_trouble IS NOT NULL
          AND beat_at > now() - ${withinMs} * interval '1 millisecond') AS unwritable`
      return row?.unwritable ?? false
    },

    async reportClock(workerId, aheadMs) {
      await prisma.$executeRaw`
        UPDATE worker_heartbeat SET clock_ahead_ms = ${aheadMs}::int
        WHERE id = ${workerId} AND clock_ahead_ms IS DISTINCT FROM ${aheadMs}::int`
    },

    async clockDiffers(withinMs) {
      const [row] = await prisma.$queryRaw<{ differs: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_heartbeat WHERE clock_ahead_ms IS NOT NULL
          AND beat_at > now() - ${withinMs} * interval '1 millisecond') AS differs`
      return row?.differs ?? false
    },

    async beatWithinMs(ms) {
      const [row] = await prisma.$queryRaw<{ seen: boolean }[]>`
        SELECT EXISTS (SELECT FROM worker_heartbeat WHERE beat_at > now() - ${ms} * interval '1 millisecond') AS seen`
      return row?.seen ?? false
    },

    async lastBeat() {
      const [row] = await prisma.$queryRaw<
        { at: Date | null }[]
      >`SELECT max(beat_at) AS at FROM worker_heartbeat`
      return row?.at ?? null
    },
  }
}
