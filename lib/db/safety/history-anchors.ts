/** Anchors: a hash over the whole history up to an event, one a day. */
import { createHash } from 'node:crypto'
import { lastSeal } from '#lib/db/audit/audit-trail.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { writersFinished } from '#lib/db/engine/writers-finished.ts'
import type { HistoryAnchor, HistoryBreak, HistoryStore } from '#lib/services/ports.ts'

/** Numbers and hashes only. */
const anchorPageSize = 20_000

type Claimed = Pick<HistoryAnchor, 'lastEventId' | 'hash'> & { events: bigint | null; day: string | null }

/** Compares each anchor, and one kept outside the database, with the events it covers. */
export async function verifyAnchors(
  tx: Transaction,
  anchors: HistoryAnchor[],
  kept: Parameters<HistoryStore['verify']>[0],
): Promise<HistoryBreak[]> {
  const claimed: Claimed[] = [...anchors, ...(kept ? [{ ...kept, events: null, day: null }] : [])]
  claimed.sort((a, b) => (a.lastEventId < b.lastEventId ? -1 : 1))
  const sum = createSum(tx)
  const breaks: HistoryBreak[] = []
  for (const one of claimed) {
    const found = await sum.upTo(one.lastEventId)
    if (found.hash === one.hash) continue
    const name = one.day === null ? 'The anchor that was kept elsewhere' : `The anchor of ${one.day}`
    const told = one.events === null ? '' : `${one.events} `
    breaks.push({
      wrong: 'anchor',
      eventId: null,
      payoutId: null,
      day: one.day,
      why: `${name} covers ${told}events up to number ${one.lastEventId}. There are ${found.events} now, with another hash: rows were changed, deleted or inserted.`,
    })
  }
  return breaks
}

/**
 * SHA-256 over a line "number hash" for each event, by number: you can compute it with psql and sha256sum (docs/history.md). Each call
 * continues where the last one stopped.
 */
function createSum(db: PrismaClient | Transaction) {
  const hash = createHash('sha256')
  let events = 0n
  let done = -1n
  return {
    async upTo(lastEventId: bigint): Promise<{ events: bigint; hash: string }> {
      for (;;) {
        const rows = await db.$queryRaw<{ id: bigint; hash: string }[]>`
          SELECT id, hash FROM payout_event WHERE id > ${done} AND id <= ${lastEventId} ORDER BY id LIMIT ${anchorPageSize}`
        for (const row of rows) hash.update(`${row.id} ${row.hash}\n`)
        events += BigInt(rows.length)
        done = rows.at(-1)?.id ?? done
        if (rows.length < anchorPageSize) return { events, hash: hash.copy().digest('hex') }
      }
    },
  }
}

/** Today's anchor, made if there is none yet; see HistoryStore. */
export async function makeAnchor(prisma: PrismaClient): ReturnType<HistoryStore['anchor']> {
  const today = await anchorOfToday(prisma)
  if (today) return { made: false, anchor: today }
  const lastEventId = await lastSettledEvent(prisma)
  if (lastEventId === null) return null
  const { events, hash } = await createSum(prisma).upTo(lastEventId)
  const audit = await lastSeal(prisma)
  const made = await prisma.$executeRaw`
    INSERT INTO history_anchor (day, last_event_id, events, hash, audit_event_id, audit_hash)
    VALUES ((now() AT TIME ZONE 'UTC')::date, ${lastEventId}, ${events}, ${hash}, ${audit?.lastEventId ?? null}, ${audit?.hash ?? null})
    ON CONFLICT (day) DO NOTHING`
  const stored = await anchorOfToday(prisma)
  return stored && { made: made === 1, anchor: stored }
}

/**
 * The event number below which nothing can be added any more, or null. An event gets its number in a transaction that already has an id,
 * so everything up to the highest event we see is settled once all current transactions are over.
 */
async function lastSettledEvent(prisma: PrismaClient): Promise<bigint | null> {
  const [highest] = await prisma.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM payout_event`
  if (!highest || highest.id === null) return null
  return (await writersFinished(prisma)) ? highest.id : null
}

type AnchorRow = Omit<HistoryAnchor, 'audit'> & { auditEventId: bigint | null; auditHash: string | null }

const toAnchor = ({ auditEventId, auditHash, ...anchor }: AnchorRow): HistoryAnchor => ({
  ...anchor,
  audit: auditEventId === null || auditHash === null ? null : { lastEventId: auditEventId, hash: auditHash },
})

const selectAnchors = Prisma.sql`
  SELECT to_char(day, 'YYYY-MM-DD') AS day, last_event_id AS "lastEventId", events, hash, made_at AS "madeAt",
         audit_event_id AS "auditEventId", audit_hash AS "auditHash"
  FROM history_anchor`

async function anchorOfToday(db: PrismaClient): Promise<HistoryAnchor | null> {
  const [row] = await db.$queryRaw<AnchorRow[]>`
    ${selectAnchors} WHERE day = (now() AT TIME ZONE 'UTC')::date`
  return row ? toAnchor(row) : null
}

/** The newest; null: none was made yet. */
export async function lastAnchor(db: PrismaClient): Promise<HistoryAnchor | null> {
  const [row] = await db.$queryRaw<AnchorRow[]>`${selectAnchors} ORDER BY history_anchor.day DESC LIMIT 1`
  return row ? toAnchor(row) : null
}

/** Oldest first. */
export const listAnchors = async (db: PrismaClient | Transaction): Promise<HistoryAnchor[]> =>
  (await db.$queryRaw<AnchorRow[]>`${selectAnchors} ORDER BY history_anchor.day`).map(toAnchor)
