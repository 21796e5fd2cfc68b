import type { Prisma } from '#lib/db/generated/client.ts'
import { usualSettings } from '#lib/services/ports.ts'
import type { GatewayCondition, ItemDraft, Settings, SettingsStore } from '#lib/services/ports.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { openItem, toJson } from '#lib/db/payout/payout-changes.ts'

const unknownCondition: GatewayCondition = {
  refusedAt: null,
  refusal: null,
  simulator: false,
  lastOkAt: null,
  silentSince: null,
}

const refusedItem = (refusal: NonNullable<GatewayCondition['refusal']>): ItemDraft => ({
  kind: 'locked_out',
  severity: 'critical',
  what: `Cardzo refuses our requests (HTTP ${refusal.httpStatus} to ${refusal.command})`,
  why: `Nothing new is sent until a status request works again. Check login, keys, endpoint and clock: Cardzo's clock says ${refusal.gatewayDate ?? 'nothing'}, ours ${refusal.ourDate}.`,
  data: refusal,
})

const settingKeys = Object.keys(usualSettings)

/** What the operator has set, and the usual for what he has not. */
export async function readSettings(db: PrismaClient | Transaction): Promise<Settings> {
  const rows = await db.setting.findMany({ where: { key: { in: settingKeys } } })
  // Written by `change` alone, through the port's types.
  return {
    ...usualSettings,
    ...(Object.fromEntries(rows.map(({ key, value }) => [key, value])) as Partial<Settings>),
  }
}

/** What the operator has set, and what we know of the gateway as a whole. */
export function createSettingsStore(prisma: PrismaClient): SettingsStore {
  return {
    read: () => readSettings(prisma),

    change: (given, actor) =>
      prisma.$transaction(async (tx) => {
        const before = await readSettings(tx)
        const changed = Object.entries(given)
        for (const [key, value] of changed)
          await tx.setting.upsert({
            where: { key },
            create: { key, value: toJson(value) },
            update: { value: toJson(value), updatedAt: new Date() },
          })
        await writeAudit(tx, 'settings_changed', actor, null, {
          before,
          changed: Object.fromEntries(changed),
        })
        return readSettings(tx)
      }),

    async mailApiReceivers() {
      const setting = await prisma.setting.findUnique({ where: { key: 'mail_api_receivers' } })
      // A receiver who has left an address expects to hear of his money.
      return setting?.value !== false
    },

    async gatewayCondition() {
      const [row, gate] = await Promise.all([
        prisma.gatewayState.findUnique({ where: { id: 1 } }),
        prisma.gatewayGate.findUnique({ where: { id: 1 } }),
      ])
      const silentSince = gate?.silentSince ? (row?.lastOkAt ?? gate.missedSince) : null
      if (!row) return { ...unknownCondition, silentSince }
      const { refusedAt, simulator, lastOkAt } = row
      const refusal = row.refusal as GatewayCondition['refusal']
      return { refusedAt, simulator, lastOkAt, refusal, silentSince }
    },

    async recordGatewayRefusal(refusal) {
      // The first refusal is what "since when" means; the latest says why.
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, refused_at, refusal) VALUES (1, now(), ${refusal as Prisma.InputJsonObject}::jsonb)
          ON CONFLICT (id) DO UPDATE SET refused_at = coalesce(gateway_state.refused_at, now()),
            refusal = excluded.refusal`
        await openItem(tx, refusedItem(refusal), null)
      })
    },

    async recordGatewayOk(simulator) {
      // Every poll of every payout comes by here: a row is written only when there is news, or every ten seconds.
      const known = await prisma.$queryRaw<unknown[]>`
        SELECT FROM gateway_state WHERE id = 1 AND refused_at IS NULL AND simulator = ${simulator}
          AND last_ok_at >= now() - interval '10 seconds'`
      if (known.length > 0) return
      // In one transaction: a worker that dies in between must not leave an alarm that nobody closes any more.
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
