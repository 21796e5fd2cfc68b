/** Asking first after a restore, and the facts of the database's past that reveal one. */
import { randomUUID } from 'node:crypto'
import type { AskFirst, AskFirstStore, EventMark } from '#lib/services/ports.ts'
import { actorColumns } from '#lib/db/engine/actor-columns.ts'
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { spreadOut } from '#lib/db/payout/due-work.ts'

export function createAskFirstStore(prisma: Database): AskFirstStore {
  return {
    async active() {
      const row = await prisma.askFirst.findUnique({ where: { openKey: 'ask-first' } })
      return row && toAskFirst(row)
    },

    start: (why, actor, perSecond) =>
      prisma.$transaction(async (tx) => {
        const id = randomUUID()
        const { actorName } = actorColumns(actor)
        // Several workers may notice at once: one makes the row, the others find it.
        const made = await tx.$executeRaw`
          INSERT INTO ask_first (id, why, started_by, started_at, open_key)
          VALUES (${id}::uuid, ${why}, ${actorName}, clock_timestamp(), 'ask-first')
          ON CONFLICT (open_key) DO NOTHING`
        const askFirst = toAskFirst(await tx.askFirst.findUniqueOrThrow({ where: { openKey: 'ask-first' } }))
        if (made === 0) return { askFirst, started: false }
        const open = await askEverywhere(tx, perSecond)
        await writeAudit(tx, 'ask_first_started', actor, id, { why, open })
        return { askFirst, started: true }
      }),

    end: (actor, by) =>
      prisma.$transaction(async (tx) => {
        const ended = await tx.$queryRaw<{ id: string }[]>`
          UPDATE ask_first SET open_key = NULL, ended_at = clock_timestamp(), ended_by = ${by}
          WHERE open_key = 'ask-first' RETURNING id`
        const id = ended[0]?.id
        if (id === undefined) return null
        await writeAudit(tx, 'ask_first_ended', actor, id, { by })
        return toAskFirst(await tx.askFirst.findUniqueOrThrow({ where: { id } }))
      }),

    async whereWeAre() {
      const [row] = await prisma.$queryRaw<{ database: string; isUnused: boolean; genesis: string | null }[]>`
        SELECT concat_ws('/', system_identifier, (SELECT oid FROM pg_database WHERE datname = current_database()),
                         current_database()) AS database,
               NOT EXISTS (SELECT FROM payout_event WHERE actor_kind = 'worker') AND NOT EXISTS (SELECT FROM history_archive) AS "isUnused",
               coalesce((SELECT first_hash FROM history_archive ORDER BY month LIMIT 1),
                        (SELECT hash FROM payout_event ORDER BY id LIMIT 1)) AS genesis
        FROM pg_control_system()`
      if (!row) throw new Error('Bug: a function without a row')
      const [newest] = await prisma.$queryRaw<
        EventMark[]
      >`(SELECT id, hash FROM payout_event ORDER BY id DESC LIMIT 1)
        UNION ALL (SELECT last_event_id, last_hash FROM history_archive ORDER BY month DESC LIMIT 1) ORDER BY id DESC LIMIT 1`
      return { ...row, newest: newest ?? null }
    },

    async newestOf(payoutIds) {
      const rows = await prisma.sql.query<EventMark & { payoutId: string }>(
        `SELECT asked.payout_id AS "payoutId", coalesce(newest.id, h.last_event_id) AS id, coalesce(newest.hash, h.last_hash) AS hash
         FROM unnest($1::uuid[]) AS asked (payout_id) LEFT JOIN LATERAL (
           SELECT id, hash FROM payout_event e WHERE e.payout_id = asked.payout_id ORDER BY id DESC LIMIT 1) AS newest ON true
         LEFT JOIN payout_archived h ON h.payout_id = asked.payout_id WHERE newest.id IS NOT NULL OR h.payout_id IS NOT NULL`,
        [payoutIds],
      )
      const newest = new Map(rows.map(({ payoutId, ...mark }) => [payoutId, mark]))
      return payoutIds.map((id) => newest.get(id) ?? null)
    },

    async missing(marks) {
      if (marks.length === 0) return []
      return prisma.sql.query<EventMark>(
        `SELECT id, hash FROM unnest($1::bigint[], $2::text[]) AS mark (id, hash)
         WHERE NOT EXISTS (SELECT FROM payout_event e WHERE e.id = mark.id AND e.hash = mark.hash)
           -- A database that says it archived the event had it.
           AND NOT EXISTS (SELECT FROM history_archive a WHERE a.dropping_at IS NOT NULL AND mark.id <= a.last_event_id)`,
        [marks.map(({ id }) => id), marks.map(({ hash }) => hash)],
      )
    },
  }
}

/** Makes every open payout due, those whose money may be moving first, at a rate that a gateway can take. */
function askEverywhere(tx: Transaction, perSecond: number): Promise<number> {
  const places = Prisma.sql`
    SELECT id, row_number() OVER (ORDER BY pay_claimed_at NULLS LAST, seq) - 1 AS place FROM payout WHERE final_at IS NULL`
  return spreadOut(tx, places, perSecond)
}

const toAskFirst = (row: Prisma.AskFirstGetPayload<object>): AskFirst => ({
  id: row.id,
  why: row.why,
  startedBy: row.startedBy,
  startedAt: row.startedAt,
  endedBy: row.endedBy,
  endedAt: row.endedAt,
})
