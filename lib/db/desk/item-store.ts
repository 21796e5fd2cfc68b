/** Open items: what a person must look at. */
import type { ItemKind, ItemStore, OpenItem, Severity } from '#lib/services/ports.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { StoreHooks } from '#lib/db/engine/store-hooks.ts'
import { insertMails } from '#lib/db/message/mail-store.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import type { Prisma } from '#lib/db/generated/client.ts'
import { closeOpenItem, fromNow, openItem } from '#lib/db/payout/payout-changes.ts'

const rank = { critical: 0, high: 1, warning: 2, info: 3 } as const satisfies Record<Severity, number>

export function createItemStore(prisma: PrismaClient, hooks: StoreHooks, vault: Vault): ItemStore {
  return {
    /** All of one payout, closed ones too; without a payout all that are open. The worst first, then the oldest. */
    async list(filter) {
      const rows = await prisma.openItem.findMany({
        where: filter?.payoutId === undefined ? { closedAt: null } : { payoutId: filter.payoutId },
        orderBy: { openedAt: 'asc' },
      })
      return rows.map(toItem).sort((a, b) => rank[a.severity] - rank[b.severity])
    },
    async moneyInDoubt(payoutId) {
      const [row] = await prisma.$queryRaw<{ its: boolean; earlier: boolean }[]>`
        SELECT EXISTS (SELECT FROM payout_in_doubt WHERE payout_id = ${payoutId}::uuid) AS its,
               replaced_in_doubt(${payoutId}::uuid) AS earlier`
      if (!row) throw new Error('A selection without a row')
      return row
    },
    async open(draft, payoutId) {
      await prisma.$transaction((tx) => openItem(tx, draft, payoutId ?? null))
    },
    close: (id, actor, reason) =>
      prisma.$transaction(async (tx) => {
        const [closed] = await tx.openItem.updateManyAndReturn({
          where: { id, closedAt: null },
          data: {
            closedAt: new Date(),
            closedById: actor.kind === 'user' ? actor.id : null,
            closeReason: reason,
            openKey: null,
          },
          select: { data: true, kind: true },
        })
        if (!closed) return false
        await writeAudit(tx, 'item_closed', actor, id, { kind: closed.kind, reason })
        // A person has now seen the callback it was opened for, so the callback waits no longer.
        const callbackId = (closed.data as Record<string, unknown>)['callbackId']
        if (typeof callbackId === 'string')
          await tx.callback.updateMany({
            where: { id: callbackId, comparedAt: null },
            data: { comparedAt: new Date() },
          })
        return true
      }),
    openFor: (draft, { id, version }, mails = []) =>
      prisma.$transaction(async (tx) => {
        // Locked, so that a later move closes what is opened here.
        const [still] = await tx.$queryRaw<unknown[]>`
          SELECT FROM payout WHERE id = ${id}::uuid AND version = ${version} FOR NO KEY UPDATE`
        if (still === undefined) return false
        if ((await openItem(tx, draft, id)) && mails.length > 0) {
          const ids = await insertMails(tx, mails, id, vault)
          if (ids.length > 0) await hooks.enqueueMail(tx, ids)
        }
        return true
      }),
    async closeByKind(kind, subject, reason) {
      await closeOpenItem(prisma, `${kind}:${subject ?? ''}`, reason)
    },
    take: (id, person, seenOwnerId, forMs) =>
      prisma.$transaction(async (tx) => {
        const taken = await tx.$executeRaw`
          UPDATE open_item SET owner_id = ${person.id}::uuid, owner_name = ${person.name}, owned_at = now(), owned_until = ${fromNow(forMs)}
          WHERE id = ${id}::uuid AND closed_at IS NULL
            AND CASE WHEN owned_until > now() THEN owner_id END IS NOT DISTINCT FROM ${seenOwnerId}::uuid`
        if (taken === 1) await writeAudit(tx, 'item_taken', person, id, { from: seenOwnerId })
        return taken === 1
      }),
    drop: (id, person) =>
      prisma.$transaction(async (tx) => {
        const dropped = await tx.openItem.updateMany({
          where: { id, closedAt: null, ownerId: person.id },
          data: { ownerId: null, ownerName: null, ownedAt: null, ownedUntil: null },
        })
        if (dropped.count === 1) await writeAudit(tx, 'item_dropped', person, id, {})
        return dropped.count === 1
      }),
  }
}

/** An owner whose time is over is none. By this process's clock, as taking again goes by the database's. */
const nobodys = { ownerId: null, ownerName: null, ownedAt: null, ownedUntil: null }

const toItem = (row: Prisma.OpenItemGetPayload<object>): OpenItem => ({
  id: row.id,
  kind: row.kind as ItemKind,
  severity: row.severity as Severity,
  payoutId: row.payoutId,
  what: row.what,
  why: row.why,
  data: row.data as Record<string, unknown>,
  openedAt: row.openedAt,
  lastSeenAt: row.lastSeenAt,
  seen: row.seen,
  closedAt: row.closedAt,
  closeReason: row.closeReason,
  ...(row.ownedUntil !== null && row.ownedUntil.getTime() > Date.now()
    ? { ownerId: row.ownerId, ownerName: row.ownerName, ownedAt: row.ownedAt, ownedUntil: row.ownedUntil }
    : nobodys),
})
