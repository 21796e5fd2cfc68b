/** Files of payouts that are made in the background, in pieces beside the row that says what they are. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { toJson } from '#lib/db/payout/payout-changes.ts'
import type { ExportStore, FileFailure, FileInHand, FileJob, FileManifest } from '#lib/services/ports.ts'

/** Files whose pieces are taken away in one go. */
const droppedAtOnce = 20

export function createExportStore(prisma: PrismaClient): ExportStore {
  const inHand = ({ id, attempt }: FileInHand) => ({ id, attempts: attempt, endedAt: null })
  return {
    ask: (order, actor, mostWaiting) =>
      prisma.$transaction(async (tx) => {
        const { id, format, locale, query, zone, filter } = order
        await tx.$executeRaw`SELECT FROM app_user WHERE id = ${actor.id}::uuid FOR NO KEY UPDATE`
        const waiting = await tx.export.count({ where: { ownerId: actor.id, endedAt: null } })
        if (waiting >= mostWaiting) return 'too_many'
        const row = { id, format, locale, query, zone, filter: toJson(filter) }
        await tx.export.create({ data: { ...row, ownerId: actor.id, ownerName: actor.name } })
        await writeAudit(tx, 'payouts_exported', actor, id, { format, query, zone })
        return 'asked'
      }),
    async list(ownerId, limit) {
      const rows = await prisma.export.findMany({
        where: ownerId === null ? {} : { ownerId },
        orderBy: [{ askedAt: 'desc' }, { id: 'desc' }],
        take: limit,
      })
      return rows.map(toJob)
    },
    async find(id) {
      const row = await prisma.export.findUnique({ where: { id } })
      return row && toJob(row)
    },
    claim: (leaseMs) =>
      prisma.$transaction(async (tx) => {
        const [claimed] = await tx.$queryRaw<{ id: string }[]>`
          UPDATE export SET lease_until = now() + make_interval(secs => ${leaseMs / 1000}), attempts = attempts + 1, rows_done = 0
          WHERE id = (
            SELECT id FROM export WHERE ended_at IS NULL AND (lease_until IS NULL OR lease_until < now())
            ORDER BY asked_at LIMIT 1 FOR UPDATE SKIP LOCKED)
          RETURNING id`
        if (!claimed) return null
        await tx.exportPart.deleteMany({ where: { exportId: claimed.id } })
        const row = await tx.export.findUniqueOrThrow({ where: { id: claimed.id } })
        return { ...toJob(row), attempt: row.attempts }
      }),
    async progress(file, rows, leaseMs) {
      const changed = await prisma.$executeRaw`
        UPDATE export SET rows_done = ${rows}, lease_until = now() + make_interval(secs => ${leaseMs / 1000})
        WHERE id = ${file.id}::uuid AND attempts = ${file.attempt} AND ended_at IS NULL`
      return changed > 0
    },
    put: (file, part, data) =>
      prisma.$transaction(async (tx) => {
        if (!(await isHeld(tx, file))) return false
        await tx.exportPart.create({ data: { exportId: file.id, part, data: Uint8Array.from(data) } })
        return true
      }),
    finish: (file, { manifest, bytes }, { keepMs, keepAtMost }) =>
      prisma.$transaction(async (tx) => {
        const made = { manifest: toJson(manifest), bytes, rowsDone: manifest.rows, leaseUntil: null }
        const ended = { endedAt: new Date(), expiresAt: new Date(Date.now() + keepMs) }
        const [row] = await tx.export.updateManyAndReturn({
          where: inHand(file),
          data: { ...made, ...ended },
        })
        if (!row) return false
        await tx.$executeRaw`
          UPDATE export SET expires_at = now() WHERE id IN (
            SELECT id FROM export WHERE owner_id = ${row.ownerId}::uuid AND expires_at > now()
            ORDER BY asked_at DESC, id DESC OFFSET ${keepAtMost})`
        return true
      }),
    async fail(file, failure) {
      const { count } = await prisma.export.updateMany({
        where: inHand(file),
        data: { failure, endedAt: new Date(), leaseUntil: null },
      })
      return count > 0
    },
    async *read(id) {
      for (let part = 0; ; part++) {
        const row = await prisma.exportPart.findUnique({ where: { exportId_part: { exportId: id, part } } })
        if (!row) return
        yield row.data
      }
    },
    async dropExpired() {
      const over = await prisma.export.findMany({
        where: { expiresAt: { lt: new Date() } },
        orderBy: { expiresAt: 'asc' },
        take: droppedAtOnce,
        select: { id: true },
      })
      const ids = over.map(({ id }) => id)
      if (ids.length === 0) return
      await prisma.$transaction([
        prisma.exportPart.deleteMany({ where: { exportId: { in: ids } } }),
        prisma.export.updateMany({ where: { id: { in: ids } }, data: { expiresAt: null } }),
      ])
    },
  }
}

/** Locked, so that no other worker begins it again before this piece is in. */
async function isHeld(tx: Transaction, { id, attempt }: FileInHand): Promise<boolean> {
  const rows = await tx.$queryRaw<unknown[]>`
    SELECT FROM export WHERE id = ${id}::uuid AND attempts = ${attempt} AND ended_at IS NULL FOR NO KEY UPDATE`
  return rows.length > 0
}

// Only this store writes the JSON columns, through the port's types, so a cast is enough to read them back.
function toJob(row: Prisma.ExportGetPayload<object>): FileJob {
  const { id, ownerId, ownerName, askedAt, query, zone, rowsDone, endedAt, bytes, expiresAt } = row
  return {
    ...{ id, ownerId, ownerName, askedAt, query, zone, rowsDone, endedAt, bytes, expiresAt },
    format: row.format as FileJob['format'],
    locale: row.locale as FileJob['locale'],
    filter: row.filter as FileJob['filter'],
    failure: row.failure as FileFailure | null,
    manifest: row.manifest as FileManifest | null,
  }
}
