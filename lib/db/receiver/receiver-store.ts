/** Receivers as other systems list and name them. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { receiverFor, writeIn } from '#lib/db/payout/receivers.ts'
import type { KnownReceiver, ReceiverStore } from '#lib/services/ports.ts'

const columns = `id, external_id AS "externalId", email, first_name AS "firstName", last_name AS "lastName", locale,
  created_at AS "createdAt"`

export function createReceiverStore(prisma: Database): ReceiverStore {
  return {
    async find(externalId) {
      const [row] = await prisma.sql.query<KnownReceiver>(
        `SELECT ${columns} FROM receiver WHERE external_id = $1`,
        [externalId],
      )
      return row ?? null
    },

    list({ limit, after }) {
      const behind = after ? 'WHERE (created_at, id) < ($2::timestamptz, $3::uuid)' : ''
      return prisma.sql.query<KnownReceiver>(
        `SELECT ${columns} FROM receiver ${behind} ORDER BY created_at DESC, id DESC LIMIT $1`,
        after ? [limit, after.at.toISOString(), after.id] : [limit],
      )
    },

    save: (draft, actor) =>
      prisma.$transaction(async (tx) => {
        const where = { externalId: draft.externalId }
        const before = await tx.receiver.findUnique({ where })
        const id = await receiverFor(tx, draft)
        if (id === null) return { kind: 'receiver_mismatch' }
        await writeIn(tx, id, draft.locale)
        const receiver = await tx.receiver.findUniqueOrThrow({ where })
        const fields = (['email', 'firstName', 'lastName', 'locale'] as const).filter(
          (field) => receiver[field] !== (before?.[field] ?? null),
        )
        if (!before || fields.length > 0)
          await writeAudit(tx, 'receiver_named', actor, id, { externalId: draft.externalId, fields })
        return { kind: 'saved', made: !before, receiver }
      }),
  }
}
