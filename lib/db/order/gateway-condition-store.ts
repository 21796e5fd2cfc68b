/** What we know of the gateway as a whole: since when it locks us out or keeps silent, and when it last answered well. */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { openItem } from '#lib/db/payout/payout-changes.ts'
import type { GatewayCondition, GatewayConditionStore, ItemDraft } from '#lib/services/ports.ts'

const unknownCondition: GatewayCondition = {
  lockedOutAt: null,
  lockOut: null,
  simulator: false,
  lastOkAt: null,
  silentSince: null,
}

const refusedItem = (refusal: NonNullable<GatewayCondition['lockOut']>): ItemDraft => ({
  kind: 'locked_out',
  severity: 'critical',
  what: `Cardzo refuses our requests (HTTP ${refusal.httpStatus} to ${refusal.command})`,
  why: `Nothing new is sent until a status request works again. Check login, keys, endpoint and clock: Cardzo's clock says ${refusal.gatewayDate ?? 'nothing'}, ours ${refusal.ourDate}.`,
  data: refusal,
})

export function createGatewayConditionStore(prisma: PrismaClient): GatewayConditionStore {
  return {
    async read() {
      const [row, gate] = await Promise.all([
        prisma.gatewayState.findUnique({ where: { id: 1 } }),
        prisma.gatewayGate.findUnique({ where: { id: 1 } }),
      ])
      const silentSince = gate?.silentSince ? (row?.lastOkAt ?? gate.missedSince) : null
      if (!row) return { ...unknownCondition, silentSince }
      const { refusedAt: lockedOutAt, simulator, lastOkAt } = row
      const lockOut = row.refusal as GatewayCondition['lockOut']
      return { lockedOutAt, simulator, lastOkAt, lockOut, silentSince }
    },

    async recordLockedOut(refusal) {
      // The first refusal is what "since when" means; the latest says why.
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, refused_at, refusal) VALUES (1, now(), ${refusal as Prisma.InputJsonObject}::jsonb)
          ON CONFLICT (id) DO UPDATE SET refused_at = coalesce(gateway_state.refused_at, now()),
            refusal = excluded.refusal`
        await openItem(tx, refusedItem(refusal), null)
      })
    },

    async recordOk(simulator) {
      // Every poll of every payout comes by here, so it writes only news, and the time every ten seconds.
      const known = await prisma.$queryRaw<unknown[]>`
        SELECT FROM gateway_state WHERE id = 1 AND refused_at IS NULL AND simulator = ${simulator}
          AND last_ok_at >= now() - interval '10 seconds'`
      if (known.length > 0) return
      // In one transaction: a worker that dies in between must not leave an alarm that nobody ever closes.
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, simulator, last_ok_at) VALUES (1, ${simulator}, now())
          ON CONFLICT (id) DO UPDATE SET refused_at = NULL, refusal = NULL, simulator = excluded.simulator,
            last_ok_at = now()`
        await tx.openItem.updateMany({
          where: { kind: 'locked_out', closedAt: null },
          data: { closedAt: new Date(), closeReason: 'A status request worked again.', openKey: null },
        })
      })
    },
  }
}
