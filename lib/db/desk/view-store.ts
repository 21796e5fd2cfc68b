/** Views of the list that people keep. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import type { DeskViewStore } from '#lib/services/ports.ts'

const columns = { id: true, ownerId: true, ownerName: true, name: true, query: true, shared: true } as const

export function createDeskViewStore(prisma: PrismaClient): DeskViewStore {
  return {
    list: (ownerId, limit) =>
      prisma.deskView.findMany({
        where: { OR: [{ ownerId }, { shared: true }] },
        orderBy: [{ name: 'asc' }, { id: 'asc' }],
        take: limit,
        select: columns,
      }),
    find: (id) => prisma.deskView.findUnique({ where: { id }, select: columns }),
    save: (view, actor, most) =>
      prisma.$transaction(async (tx) => {
        const { id, ownerId, ownerName, name, query, shared } = view
        // Two tabs of one person take turns, so that they can't both be the last that fits.
        await tx.$executeRaw`SELECT FROM app_user WHERE id = ${ownerId}::uuid FOR NO KEY UPDATE`
        const own = await tx.deskView.findMany({ where: { ownerId }, select: columns })
        const known = own.find((one) => one.name === name)
        if (!known && own.length >= most) return 'too_many'
        const saved = { ownerName, query, shared, savedAt: new Date() }
        if (known) await tx.deskView.update({ where: { id: known.id }, data: saved })
        else await tx.deskView.create({ data: { id, ownerId, name, ...saved } })
        if (shared || known?.shared)
          await writeAudit(tx, shared ? 'view_shared' : 'view_unshared', actor, known?.id ?? id, {
            name,
            query,
          })
        return 'saved'
      }),
    rename: (view, name, actor) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`SELECT FROM app_user WHERE id = ${view.ownerId}::uuid FOR NO KEY UPDATE`
        const where = { ownerId_name: { ownerId: view.ownerId, name } }
        if (await tx.deskView.findUnique({ where, select: { id: true } })) return 'taken'
        const { count } = await tx.deskView.updateMany({ where: { id: view.id }, data: { name } })
        if (count > 0 && view.shared)
          await writeAudit(tx, 'view_renamed', actor, view.id, { from: view.name, to: name })
        return 'renamed'
      }),
    remove: (view, actor) =>
      prisma.$transaction(async (tx) => {
        const { count } = await tx.deskView.deleteMany({ where: { id: view.id } })
        if (count > 0 && view.shared)
          await writeAudit(tx, 'view_removed', actor, view.id, { name: view.name, owner: view.ownerName })
      }),
  }
}
