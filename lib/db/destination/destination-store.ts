/** Receivers' saved destinations, sealed at rest. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import { wakeAll } from '#lib/db/payout/due-work.ts'
import { closeOpenItem, openItem, writeEvent } from '#lib/db/payout/payout-changes.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { frozenUntil } from '#lib/payouts/freeze.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { AuditKind, Destination, DestinationStore } from '#lib/services/ports.ts'
import { destinationColumns, toDestination } from './destination-rows.ts'
import type { DestinationRow } from './destination-rows.ts'
import { lockReceiver, saveDestination } from './save-destination.ts'

/** Payouts that are not over and wait for their destination's cooling-off time. */
const isCoolingOff = Prisma.sql`final_at IS NULL AND cooling_off_until > now()`

export function createDestinationStore(
  prisma: PrismaClient,
  hooks: StoreHooks,
  vault: Vault,
): DestinationStore {
  return {
    async find(id) {
      const [row] = await prisma.$queryRaw<DestinationRow[]>`
        SELECT ${destinationColumns} FROM destination d WHERE d.id = ${id}::uuid`
      return row ? toDestination(row, vault) : null
    },

    async ofReceiver(receiverId, options) {
      const which = options?.removedToo ? Prisma.sql`true` : Prisma.sql`d.removed_at IS NULL`
      const rows = await prisma.$queryRaw<DestinationRow[]>`
        SELECT ${destinationColumns} FROM destination d WHERE d.receiver_id = ${receiverId}::uuid AND ${which}
        ORDER BY d.is_default DESC, d.created_at DESC, d.id`
      return rows.map((row) => toDestination(row, vault))
    },

    async pageOfReceiver(receiverId, { limit, after }) {
      const behind = after
        ? Prisma.sql`AND (d.created_at, d.id) < (${after.at}::timestamptz, ${after.id}::uuid)`
        : Prisma.empty
      const rows = await prisma.$queryRaw<DestinationRow[]>`
        SELECT ${destinationColumns} FROM destination d
        WHERE d.receiver_id = ${receiverId}::uuid AND d.removed_at IS NULL ${behind}
        ORDER BY d.created_at DESC, d.id DESC LIMIT ${limit}`
      return rows.map((row) => toDestination(row, vault))
    },

    async accountsBehind(id) {
      const rows = await prisma.$queryRaw<{ id: string }[]>`
        SELECT DISTINCT other.id
        FROM destination d
        LEFT JOIN payout p ON p.destination_id = d.id AND p.final_at IS NULL
        LEFT JOIN LATERAL (SELECT array_agg(asker) AS askers FROM payout_askers(p.replaces_id) AS asker) earlier ON p.replaces_id IS NOT NULL
        LEFT JOIN api_key k ON k.id = p.api_key_id
        JOIN app_user u ON u.id IN (d.created_by_id, p.requested_by_id, k.owner_id) OR u.receiver_id = d.receiver_id
          OR u.id = ANY (earlier.askers) OR u.person_id IN (SELECT changed_by(d.receiver_id))
        JOIN app_user other ON other.person_id = u.person_id
        WHERE d.id = ${id}::uuid`
      return rows.map((row) => row.id)
    },

    save: (draft, actor) => prisma.$transaction((tx) => saveDestination(tx, { hooks, vault }, draft, actor)),

    relabel: (id, label, actor) =>
      changeUnremoved(prisma, id, 'destination_labelled', actor, async (tx) => {
        await tx.destination.update({ where: { id }, data: { label } })
      }),

    makeDefault: (id, actor) =>
      changeUnremoved(prisma, id, 'destination_made_default', actor, async (tx, { receiverId }) => {
        await tx.$executeRaw`
          UPDATE destination SET is_default = (id = ${id}::uuid) WHERE receiver_id = ${receiverId}::uuid`
      }),

    remove: (id, actor) =>
      changeUnremoved(prisma, id, 'destination_removed', actor, async (tx, { receiverId, isDefault }) => {
        await tx.$executeRaw`
          UPDATE destination SET removed_at = clock_timestamp(), is_default = false WHERE id = ${id}::uuid`
        if (!isDefault) return
        await tx.$executeRaw`
          UPDATE destination SET is_default = true WHERE id = (
            SELECT id FROM destination WHERE receiver_id = ${receiverId}::uuid AND removed_at IS NULL
            ORDER BY created_at DESC, id LIMIT 1)`
      }),

    release: (id, { reason, mails }, actor) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        const ofThis = Prisma.sql`destination_id = ${id}::uuid`
        // Every writer locks payouts first.
        await tx.$queryRaw`SELECT FROM payout WHERE ${ofThis} AND ${isCoolingOff} ORDER BY id FOR NO KEY UPDATE`
        // Waits for a transaction that is making a payout to it: that payout is released too.
        const released = await tx.$executeRaw`
          UPDATE destination SET usable_from = now(), released_by_id = ${actorId}::uuid, released_by_name = ${actorName},
            released_at = now(), release_reason = ${reason}, frozen_at = NULL
          WHERE id = ${id}::uuid AND released_at IS NULL AND usable_from > clock_timestamp()`
        if (released === 0) return null
        const payouts = await tx.$queryRaw<{ id: string; version: number }[]>`
          UPDATE payout SET cooling_off_until = now() WHERE ${ofThis} AND ${isCoolingOff} RETURNING id, version`
        await wakeAll(
          tx,
          payouts.map(({ id: payoutId }) => payoutId),
        )
        for (const payout of payouts)
          await writeEvent(tx, payout, actor, { kind: 'destination_released', data: { reason } }, null)
        await writeAudit(tx, 'destination_released', actor, id, { reason, payouts: payouts.length })
        await closeOpenItem(tx, `destination_frozen:${id}`, 'The account was released.')
        const mailIds = await insertMails(tx, mails, null, vault)
        if (mailIds.length > 0) await hooks.enqueueMail(tx, mailIds)
        return payouts.map((payout) => payout.id)
      }),

    freeze: (id, item, actor) =>
      prisma.$transaction(async (tx) => {
        const open = Prisma.sql`destination_id = ${id}::uuid AND final_at IS NULL AND pay_claimed_at IS NULL`
        // Every writer locks payouts first.
        await tx.$queryRaw`SELECT FROM payout WHERE ${open} ORDER BY id FOR NO KEY UPDATE`
        // Waits for a transaction that is making a payout to it: that payout is held too.
        const frozen = await tx.$executeRaw`
          UPDATE destination SET frozen_at = now(), usable_from = ${frozenUntil}, released_by_id = NULL, released_by_name = NULL,
            released_at = NULL, release_reason = NULL
          WHERE id = ${id}::uuid AND frozen_at IS NULL`
        if (frozen === 0) return null
        const payouts = await tx.$queryRaw<{ id: string; version: number }[]>`
          UPDATE payout SET cooling_off_until = ${frozenUntil} WHERE ${open} RETURNING id, version`
        for (const payout of payouts)
          await writeEvent(tx, payout, actor, { kind: 'destination_frozen', data: {} }, null)
        await writeAudit(tx, 'destination_frozen', actor, id, { payouts: payouts.length })
        await openItem(tx, item, null)
        return payouts.length
      }),

    async coolingOff(limit) {
      const rows = await prisma.$queryRaw<
        (DestinationRow & { receiverExternalId: string; waiting: number })[]
      >`
        SELECT * FROM (
          SELECT ${destinationColumns}, r.external_id AS "receiverExternalId",
            (SELECT count(*) FROM payout WHERE destination_id = d.id AND ${isCoolingOff})::int AS waiting
          FROM destination d JOIN receiver r ON r.id = d.receiver_id WHERE d.usable_from > now()) AS cooling
        WHERE "removedAt" IS NULL OR waiting > 0 ORDER BY "createdAt", id LIMIT ${limit}`
      return rows.map((row) => toDestination(row, vault))
    },
  }
}

/** False if it was removed. */
async function changeUnremoved(
  prisma: PrismaClient,
  id: string,
  kind: AuditKind,
  actor: Actor,
  change: (tx: Transaction, was: Pick<Destination, 'receiverId' | 'isDefault'>) => Promise<void>,
): Promise<boolean> {
  return prisma.$transaction(async (tx) => {
    const owner = await tx.destination.findUnique({ where: { id }, select: { receiverId: true } })
    if (!owner) return false
    await lockReceiver(tx, owner.receiverId)
    const was = await tx.destination.findUnique({ where: { id, removedAt: null } })
    if (!was) return false
    await change(tx, was)
    await writeAudit(tx, kind, actor, id, {})
    return true
  })
}
