/** Receivers' saved destinations, sealed at rest. */
import { describeField, lastFour } from '#lib/payouts/fields.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Destination, DestinationStore } from '#lib/services/ports.ts'
import { actorColumns } from './actor-columns.ts'
import { writeAudit } from './audit.ts'
import type { PrismaClient, Transaction } from './client.ts'
import { Prisma } from './generated/client.ts'
import { fromNow } from './payout-changes.ts'
import { payoutPlace } from './payout-rows.ts'
import { secretPlace } from './second-factor-store.ts'
import { isSealed } from './vault.ts'
import type { Vault } from './vault.ts'

const destinationPlace = (id: string) => `destination:${id}`

/**
 * Equal for equal accounts: of the fields that are masked (account numbers) the letters and digits count, whatever the case. Without
 * any such field all fields count.
 */
export function printOf(vault: Vault, fields: Readonly<Record<string, string>>): string {
  const masked = Object.entries(fields).filter(([name]) => describeField(name).masked)
  const counted = masked.length > 0 ? masked : Object.entries(fields)
  const plain = counted
    .map(([name, value]) => `${name}=${value.toUpperCase().replaceAll(/[^\p{L}\p{N}]/gu, '')}`)
    .sort()
  return vault.print(plain.join('\n'))
}

type Row = Omit<Destination, 'fields'> & { sealed: string }

const columns = Prisma.sql`
  d.id, d.receiver_id AS "receiverId", d.label, d.sealed, d.last4, d.is_default AS "isDefault", d.created_by_id AS "createdById",
  d.created_by_name AS "createdByName", d.created_at AS "createdAt", d.usable_from AS "usableFrom",
  d.usable_from > now() AS "isCoolingOff", d.released_by_name AS "releasedByName", d.released_at AS "releasedAt",
  d.release_reason AS "releaseReason", d.removed_at AS "removedAt"`

export function createDestinationStore(prisma: PrismaClient, vault: Vault): DestinationStore {
  const toDestination = <Some extends Row>({ sealed, ...row }: Some): Omit<Some, 'sealed'> & Destination => ({
    ...row,
    fields: JSON.parse(vault.open(sealed, destinationPlace(row.id))) as Destination['fields'],
  })
  const one = async (db: PrismaClient | Transaction, where: Prisma.Sql): Promise<Destination | null> => {
    const [row] = await db.$queryRaw<Row[]>`SELECT ${columns} FROM destination d WHERE ${where}`
    return row ? toDestination(row) : null
  }

  return {
    find: (id) => one(prisma, Prisma.sql`d.id = ${id}::uuid`),

    async ofReceiver(receiverId, options) {
      const which = options?.removedToo ? Prisma.sql`true` : Prisma.sql`d.removed_at IS NULL`
      const rows = await prisma.$queryRaw<Row[]>`
        SELECT ${columns} FROM destination d WHERE d.receiver_id = ${receiverId}::uuid AND ${which}
        ORDER BY d.is_default DESC, d.created_at DESC, d.id`
      return rows.map(toDestination)
    },

    save: (draft, actor) =>
      prisma.$transaction(async (tx) => {
        const { id, receiverId, label, fields, coolingOffH } = draft
        const print = printOf(vault, fields)
        const { actorName } = actorColumns(actor)
        const createdById = actor.kind === 'user' ? actor.id : null
        const account = fields['account_number']
        const made = await tx.$executeRaw`
          INSERT INTO destination (id, receiver_id, label, sealed, print, last4, created_by_id, created_by_name, usable_from, is_default)
          SELECT ${id}::uuid, ${receiverId}::uuid, ${label}, ${vault.seal(JSON.stringify(fields), destinationPlace(id))}, ${print},
            ${account === undefined ? null : lastFour(account)}, ${createdById}::uuid, ${actorName},
            CASE WHEN EXISTS (SELECT 1 FROM payout WHERE receiver_id = ${receiverId}::uuid AND destination_print = ${print} AND status = 'paid')
              THEN now() ELSE ${fromNow(coolingOffH * 3_600_000)} END,
            NOT EXISTS (SELECT 1 FROM destination WHERE receiver_id = ${receiverId}::uuid AND removed_at IS NULL)
          ON CONFLICT (receiver_id, print) DO NOTHING`
        if (made === 1) await writeAudit(tx, 'destination_saved', actor, id, { receiverId })
        else
          await tx.$executeRaw`
            UPDATE destination SET removed_at = NULL WHERE receiver_id = ${receiverId}::uuid AND print = ${print} AND removed_at IS NOT NULL`
        const destination = await one(
          tx,
          Prisma.sql`d.receiver_id = ${receiverId}::uuid AND d.print = ${print}`,
        )
        if (!destination) throw new Error('Bug: a destination was refused as known, but there is none')
        return { made: made === 1, destination }
      }),

    async relabel(id, label, actor) {
      await changed(prisma, id, 'destination_labelled', actor, (tx) =>
        tx.destination.update({ where: { id }, data: { label } }),
      )
    },

    async makeDefault(id, actor) {
      await changed(prisma, id, 'destination_made_default', actor, async (tx) => {
        await tx.$executeRaw`
          UPDATE destination SET is_default = (id = ${id}::uuid)
          WHERE receiver_id = (SELECT receiver_id FROM destination WHERE id = ${id}::uuid)`
      })
    },

    async remove(id, actor) {
      await changed(prisma, id, 'destination_removed', actor, (tx) =>
        tx.destination.update({ where: { id }, data: { removedAt: new Date(), isDefault: false } }),
      )
    },

    release: (id, reason, actor) =>
      prisma.$transaction(async (tx) => {
        const { actorId, actorName } = actorColumns(actor)
        // The payouts first, as every writer takes them.
        const held = Prisma.sql`destination_id = ${id}::uuid AND hold_until > now() AND final_at IS NULL`
        await tx.$queryRaw`SELECT FROM payout WHERE ${held} ORDER BY id FOR NO KEY UPDATE`
        const released = await tx.$executeRaw`
          UPDATE destination SET usable_from = now(), released_by_id = ${actorId}::uuid, released_by_name = ${actorName},
            released_at = now(), release_reason = ${reason}
          WHERE id = ${id}::uuid AND usable_from > now()`
        if (released === 0) return false
        await tx.$executeRaw`UPDATE payout SET hold_until = now(), due_at = LEAST(due_at, ${fromNow(0)}) WHERE ${held}`
        await writeAudit(tx, 'destination_released', actor, id, { reason })
        return true
      }),

    async coolingOff(limit) {
      const rows = await prisma.$queryRaw<(Row & { receiverExternalId: string })[]>`
        SELECT ${columns}, r.external_id AS "receiverExternalId" FROM destination d JOIN receiver r ON r.id = d.receiver_id
        WHERE d.usable_from > now() AND d.removed_at IS NULL ORDER BY d.created_at, d.id LIMIT ${limit}`
      return rows.map(toDestination)
    },

    reseal: (limit) => reseal(prisma, vault, limit),
  }
}

async function changed(
  prisma: PrismaClient,
  id: string,
  kind: string,
  actor: Actor,
  change: (tx: Transaction) => Promise<unknown>,
): Promise<void> {
  await prisma.$transaction(async (tx) => {
    await change(tx)
    await writeAudit(tx, kind, actor, id, {})
  })
}

/** One batch each of payouts, destinations and second factors that are not sealed under the current key, or not at all. */
async function reseal(prisma: PrismaClient, vault: Vault, limit: number): Promise<number> {
  const current = `${vault.seal('', '').split('.').slice(0, 2).join('.')}.%`
  let rows = 0
  const payouts = await prisma.payout.findMany({
    where: {
      OR: [{ destinationSealed: null }, { NOT: { destinationSealed: { startsWith: current.slice(0, -1) } } }],
    },
    select: { id: true, destination: true, destinationSealed: true },
    take: limit,
  })
  for (const { id, destination, destinationSealed } of payouts) {
    const text =
      destinationSealed === null
        ? JSON.stringify(destination)
        : vault.open(destinationSealed, payoutPlace(id))
    const print = printOf(vault, JSON.parse(text) as Record<string, string>)
    rows += await prisma.$executeRaw`
      UPDATE payout SET destination_sealed = ${vault.seal(text, payoutPlace(id))}, destination_print = ${print}
      WHERE id = ${id}::uuid AND destination_sealed IS NOT DISTINCT FROM ${destinationSealed}`
  }
  const destinations = await prisma.destination.findMany({
    where: { NOT: { sealed: { startsWith: current.slice(0, -1) } } },
    select: { id: true, sealed: true },
    take: limit,
  })
  for (const { id, sealed } of destinations) {
    const text = vault.open(sealed, destinationPlace(id))
    const print = printOf(vault, JSON.parse(text) as Record<string, string>)
    rows += await prisma.$executeRaw`
      UPDATE destination SET sealed = ${vault.seal(text, destinationPlace(id))}, print = ${print}
      WHERE id = ${id}::uuid AND sealed = ${sealed}`
  }
  const users = await prisma.user.findMany({
    where: { totpSecret: { not: null }, NOT: { totpSecret: { startsWith: current.slice(0, -1) } } },
    select: { id: true, totpSecret: true },
    take: limit,
  })
  for (const { id, totpSecret } of users) {
    if (totpSecret === null) continue
    const text = isSealed(totpSecret) ? vault.open(totpSecret, secretPlace(id)) : totpSecret
    rows += await prisma.$executeRaw`
      UPDATE app_user SET totp_secret = ${vault.seal(text, secretPlace(id))}
      WHERE id = ${id}::uuid AND totp_secret = ${totpSecret}`
  }
  return rows
}
