/** What we know of the gateway as a whole: since when it locks us out or keeps silent, and when it last answered well. */
import type { Database } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { openItem } from '#lib/db/payout/payout-changes.ts'
import type { GatewayCondition, GatewayConditionStore, ItemDraft } from '#lib/services/ports.ts'

/** What the two rows say about the gateway; null where there is no row yet. */
export type ConditionRow = {
  refusedAt: Date | null
  refusal: unknown
  simulator: boolean | null
  lastOkAt: Date | null
  silentSince: Date | null
  missedSince: Date | null
}

export const conditionOf = (row: ConditionRow): GatewayCondition => ({
  lockedOutAt: row.refusedAt,
  lockOut: row.refusal as GatewayCondition['lockOut'],
  simulator: row.simulator ?? false,
  lastOkAt: row.lastOkAt,
  silentSince: row.silentSince && (row.lastOkAt ?? row.missedSince),
})

/** A process that has noted a good answer looks again after this long. */
const noteEveryMs = 1000

const refusedItem = (refusal: NonNullable<GatewayCondition['lockOut']>): ItemDraft => ({
  kind: 'locked_out',
  severity: 'critical',
  what: `Cardzo refuses our requests (HTTP ${refusal.httpStatus} to ${refusal.command})`,
  why: `Nothing new is sent until a status request works again. Check login, keys, endpoint and clock: Cardzo's clock says ${refusal.gatewayDate ?? 'nothing'}, ours ${refusal.ourDate}.`,
  data: refusal,
})

export function createGatewayConditionStore(prisma: Database): GatewayConditionStore {
  let noted = { simulator: false, untilMs: 0, lockOuts: 0 }
  /** Those that this process began or ended to record: what was noted before is no longer true. */
  let lockOuts = 0
  /** A good answer that is being noted, and how many lock-outs there had been. */
  let noting: { simulator: boolean; lockOuts: number; done: Promise<void> } | undefined
  return {
    async read() {
      const [row, gate] = await Promise.all([
        prisma.gatewayState.findUnique({ where: { id: 1 } }),
        prisma.gatewayGate.findUnique({ where: { id: 1 } }),
      ])
      return conditionOf({
        refusedAt: row?.refusedAt ?? null,
        refusal: row?.refusal ?? null,
        simulator: row?.simulator ?? null,
        lastOkAt: row?.lastOkAt ?? null,
        silentSince: gate?.silentSince ?? null,
        missedSince: gate?.missedSince ?? null,
      })
    },

    async recordLockedOut(refusal) {
      lockOuts++
      // The first refusal is what "since when" means; the latest says why.
      await prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
          INSERT INTO gateway_state (id, refused_at, refusal) VALUES (1, now(), ${refusal as Prisma.InputJsonObject}::jsonb)
          ON CONFLICT (id) DO UPDATE SET refused_at = coalesce(gateway_state.refused_at, now()),
            refusal = excluded.refusal`
        await openItem(tx, refusedItem(refusal), null)
      })
      lockOuts++
    },

    async recordOk(simulator) {
      // Every poll of every payout comes by here, so it looks once a second, and writes only news, and the time every ten seconds.
      const isNoted = noted.lockOuts === lockOuts && noted.simulator === simulator
      if (isNoted && performance.now() < noted.untilMs) return
      // Those who come while it is being noted wait for that, and not each for the row.
      if (noting?.simulator !== simulator || noting.lockOuts !== lockOuts) {
        const mine = { simulator, lockOuts, done: note(simulator, lockOuts) }
        noting = mine
        const forget = () => {
          if (noting === mine) noting = undefined
        }
        void mine.done.then(forget, forget)
      }
      await noting.done
    },
  }

  async function note(simulator: boolean, lockOutsBefore: number): Promise<void> {
    const news = { simulator, untilMs: performance.now() + noteEveryMs, lockOuts: lockOutsBefore }
    const known = await prisma.sql.query(
      `SELECT FROM gateway_state WHERE id = 1 AND refused_at IS NULL AND simulator = $1::boolean
         AND last_ok_at >= now() - interval '10 seconds'`,
      [simulator],
    )
    // In one transaction: a worker that dies in between must not leave an alarm that nobody ever closes.
    if (known.length === 0)
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
    noted = news
  }
}
