/**
 * The stop switch, of all payments or of one endpoint's. A trigger (payout_claim_during_stop) refuses every claim for payout-pay while a
 * stop is active that covers it.
 */
import { randomUUID } from 'node:crypto'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { StopSwitchStore, InFlight, SendStop } from '#lib/services/ports.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import { isDatabaseAway } from '#lib/db/engine/away.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { spreadOut } from '#lib/db/payout/due-work.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'

/** Every claim takes this lock shared until it commits (in the trigger), pulling takes it alone: so no claim commits after the stop. */
const stopSwitchLock = 734101
/** The trigger's SQLSTATE for a refused claim. */
export const stoppedState = 'PS001'

export function createStopSwitchStore(prisma: PrismaClient): StopSwitchStore {
  return {
    async active(endpointId) {
      const keys = [keyOf(null), ...(endpointId === undefined ? [] : [keyOf(endpointId)])]
      const rows = await prisma.sendStop.findMany({ where: { openKey: { in: keys } } })
      const row = rows.find((one) => one.endpointId === null) ?? rows[0]
      return row ? toStop(row) : null
    },

    async allActive() {
      const rows = await prisma.sendStop.findMany({
        where: { openKey: { not: null } },
        orderBy: { stoppedAt: 'asc' },
      })
      return rows.map(toStop)
    },

    async latest(limit) {
      const rows = await prisma.sendStop.findMany({ orderBy: { stoppedAt: 'desc' }, take: limit })
      return rows.map(toStop)
    },

    async pull(actor, reason, endpointId = null) {
      const once = () => prisma.$transaction((tx) => pull(tx, actor, reason, endpointId))
      // A worker frozen during a claim keeps the lock until the server ends its transaction after ten seconds, longer than one
      // statement may wait, so we try twice. Nobody else can claim while this waits.
      return once().catch((error: unknown) => {
        if (isDatabaseAway(error)) return once()
        throw error
      })
    },

    async mustBeAnother(userId, endpointId = null) {
      const [row] = await prisma.$queryRaw<{ must: boolean }[]>`
        SELECT EXISTS (
          SELECT 1 FROM send_stop s JOIN app_user by ON by.id = s.stopped_by_id JOIN app_user me ON me.id = ${userId}::uuid
          WHERE s.open_key = ${keyOf(endpointId)} AND other_admin(by.person_id) AND me.person_id IN (SELECT one_hand(by.person_id))) AS must`
      return row?.must ?? false
    },

    // Doesn't take the stop switch's lock: it changes a single row, and waiting for payouts' rows under the lock could deadlock.
    release: (actor, reason, perSecond, endpointId = null) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        const released = await tx.$queryRaw<{ id: string }[]>`
          UPDATE send_stop SET open_key = NULL, released_at = clock_timestamp(), release_reason = ${reason},
            released_by_id = ${actorId}::uuid, released_by_name = ${actorName}
          WHERE open_key = ${keyOf(endpointId)} RETURNING id`
        const id = released[0]?.id
        if (id === undefined) return null
        const waiting = await spread(tx, perSecond, endpointId)
        await writeAudit(tx, 'sending_released', actor, id, { reason, waiting, ...aboutOne(endpointId) })
        return { stop: toStop(await tx.sendStop.findUniqueOrThrow({ where: { id } })), waiting }
      }),
  }
}

/** The open key of the stop of all payments (null) or of one endpoint's. */
const keyOf = (endpointId: number | null) => (endpointId === null ? 'stop' : `stop:${endpointId}`)
const aboutOne = (endpointId: number | null) => (endpointId === null ? {} : { endpointId })

async function pull(
  tx: Transaction,
  actor: Actor,
  reason: string,
  endpointId: number | null,
): Promise<SendStop | 'stopped_already'> {
  await tx.$executeRaw`SELECT pg_advisory_xact_lock(${stopSwitchLock}::bigint)`
  if (await tx.sendStop.findUnique({ where: { openKey: keyOf(endpointId) } })) return 'stopped_already'
  const inFlight = await tx.$queryRaw<
    { payoutId: string; amountMinor: bigint; currency: string; since: Date }[]
  >`
    SELECT id AS "payoutId", amount_minor AS "amountMinor", currency, pay_claimed_at AS since
    FROM payout WHERE status = 'paying' AND (${endpointId}::smallint IS NULL OR endpoint_id = ${endpointId}::smallint) ORDER BY pay_claimed_at, seq`
  const id = randomUUID()
  const { actorId, actorName } = actorColumns(actor)
  const kept = inFlight.map((one) => ({ ...one, amountMinor: one.amountMinor.toString() }))
  // Not now(): the transaction may have begun before the claims it waited for.
  await tx.$executeRaw`
    INSERT INTO send_stop (id, reason, stopped_by_id, stopped_by_name, stopped_at, in_flight, endpoint_id, open_key)
    VALUES (${id}::uuid, ${reason}, ${actorId}::uuid, ${actorName}, clock_timestamp(),
            ${JSON.stringify(toJson(kept))}::jsonb, ${endpointId}::smallint, ${keyOf(endpointId)})`
  await writeAudit(tx, 'sending_stopped', actor, id, {
    reason,
    inFlight: kept.length,
    ...aboutOne(endpointId),
  })
  return toStop(await tx.sendStop.findUniqueOrThrow({ where: { id } }))
}

/** The longest wait goes first, the rest at the given rate: a long stop ends without a burst. */
function spread(tx: Transaction, perSecond: number, endpointId: number | null): Promise<number> {
  const places = Prisma.sql`
    SELECT id, row_number() OVER (ORDER BY approved_at NULLS FIRST, seq) - 1 AS place FROM payout
    WHERE status = 'approved' AND (${endpointId}::smallint IS NULL OR endpoint_id = ${endpointId}::smallint)`
  return spreadOut(tx, places, perSecond)
}

const toStop = (row: Prisma.SendStopGetPayload<object>): SendStop => ({
  id: row.id,
  endpointId: row.endpointId,
  reason: row.reason,
  stoppedByName: row.stoppedByName,
  stoppedAt: row.stoppedAt,
  inFlight: (row.inFlight as Record<keyof InFlight, string>[]).map((one) => ({
    payoutId: one.payoutId,
    amountMinor: BigInt(one.amountMinor),
    currency: one.currency,
    since: new Date(one.since),
  })),
  releasedByName: row.releasedByName,
  releasedAt: row.releasedAt,
  releaseReason: row.releaseReason,
})
