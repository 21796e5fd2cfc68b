/** Notes on payouts. A trigger fixes them after five minutes; the timeline keeps a hash of every text that a note ever had. */
import { createHash } from 'node:crypto'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import type { Note, NoteStore } from '#lib/services/ports.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { noteEvent } from './payout-changes.ts'

/** More than people write about one payout; all of them are shown on its page. */
const notesPerPayout = 200

type Draft = Pick<Note, 'id' | 'payoutId' | 'text' | 'toReceiver'>

const columns = Prisma.sql`
  id, payout_id AS "payoutId", text, to_receiver AS "toReceiver", author_id AS "authorId", author_name AS "authorName",
  written_at AS "writtenAt", changed_at AS "changedAt", written_at > clock_timestamp() - interval '5 minutes' AS changeable`

export function createNoteStore(prisma: PrismaClient): NoteStore {
  return {
    write: (draft, author) =>
      prisma.$transaction(async (tx) => {
        const { id, payoutId, text, toReceiver } = draft
        // One writer at a time per payout, so that the limit holds.
        await tx.$executeRaw`SELECT FROM payout WHERE id = ${payoutId}::uuid FOR NO KEY UPDATE`
        if ((await tx.payoutNote.findUnique({ where: { id }, select: { id: true } })) !== null)
          return 'written'
        if ((await tx.payoutNote.count({ where: { payoutId } })) >= notesPerPayout) return 'full'
        await tx.payoutNote.create({
          data: { id, payoutId, text, toReceiver, authorId: author.id, authorName: author.name },
        })
        await noteNoted(tx, draft, author)
        return 'written'
      }),

    change: (note, author) =>
      prisma.$transaction(async (tx) => {
        const { id, payoutId, text, toReceiver } = note
        // In the order of every writer: the payout first.
        await tx.$executeRaw`SELECT FROM payout WHERE id = ${payoutId}::uuid FOR NO KEY UPDATE`
        const changed = await tx.$executeRaw`
          UPDATE payout_note SET text = ${text}, to_receiver = ${toReceiver}
          WHERE id = ${id}::uuid AND payout_id = ${payoutId}::uuid AND author_id = ${author.id}::uuid
            AND written_at > clock_timestamp() - interval '5 minutes'`
        if (changed === 0) return 'fixed'
        await noteNoted(tx, note, author)
        return 'changed'
      }),

    forPayouts: (payoutIds, limit) => prisma.$queryRaw<Note[]>`
      SELECT ${columns} FROM payout_note WHERE payout_id = ANY (${payoutIds}::uuid[]) ORDER BY written_at DESC, id LIMIT ${limit}`,

    forPayout: (payoutId) => prisma.$queryRaw<Note[]>`
      SELECT ${columns} FROM payout_note WHERE payout_id = ${payoutId}::uuid ORDER BY written_at, id`,
  }
}

/** The text itself stays out of the chained history, so that personal data in it can be erased one day. */
async function noteNoted(
  tx: Transaction,
  { id, payoutId, text, toReceiver }: Draft,
  author: Actor,
): Promise<void> {
  const data = { note: id, toReceiver, sha256: createHash('sha256').update(text).digest('hex') }
  await noteEvent(tx, payoutId, author, { kind: 'noted', data })
}
