/** Anchors: a hash over the whole history up to an event, one a day. */
import { createHash } from 'node:crypto'
import { lastSeal } from '#lib/db/audit/audit-trail.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { writersFinished } from '#lib/db/engine/writers-finished.ts'
import type {
  ArchivedNumbers,
  ArchiveSum,
  HistoryAnchor,
  HistoryArchive,
  HistoryBreak,
  HistoryStore,
} from '#lib/services/ports.ts'
import { listArchives } from './archive-rows.ts'

/** Numbers and hashes only. */
const anchorPageSize = 20_000

type Claimed = Pick<HistoryAnchor, 'lastEventId' | 'hash'> & {
  events: bigint | null
  day: string | null
  /** Where its hash may begin; the first is the likeliest. */
  from: HistoryAnchor['after'][]
}

/**
 * Compares each anchor, and one kept outside the database, with the events it covers. `unproven`: those that cover archived events, while
 * nobody gave the archive. An anchor begins with the newest archive of its day, so only older ones need files.
 */
export async function verifyAnchors(
  tx: Transaction,
  anchors: HistoryAnchor[],
  kept: Parameters<HistoryStore['verify']>[0],
  archive: ArchivedNumbers | undefined,
): Promise<{ breaks: HistoryBreak[]; unproven: number }> {
  const archives = await listArchives(tx)
  const gone = archives.filter(({ droppingAt }) => droppingAt !== null)
  const begins = [null, ...archives.map(({ lastEventId, root }) => ({ lastEventId, root }))].reverse()
  const claimed: Claimed[] = anchors.map((anchor) => ({ ...anchor, from: [anchor.after] }))
  if (kept)
    claimed.push({
      ...kept,
      events: null,
      day: null,
      from: begins.filter((from) => (from?.lastEventId ?? 0n) <= kept.lastEventId),
    })
  claimed.sort((a, b) => (a.lastEventId < b.lastEventId ? -1 : 1))
  const sums = new Map<bigint, ReturnType<typeof createSum>>()
  const breaks: HistoryBreak[] = []
  let unproven = 0
  for (const one of claimed) {
    let found: { events: bigint; hash: string } | null = null
    let isKnown = false
    let isSkipped = false
    for (const from of one.from) {
      const begin = from?.lastEventId ?? 0n
      if (archive === undefined && begin < (gone.at(-1)?.lastEventId ?? 0n)) {
        isSkipped = true
        continue
      }
      const sum = sums.get(begin) ?? createSum(tx, from, archive && archivedAfter(gone, archive, begin))
      sums.set(begin, sum)
      found = await sum.upTo(one.lastEventId)
      isKnown = found.hash === one.hash
      if (isKnown) break
    }
    if (isKnown) continue
    if (isSkipped || found === null) {
      unproven += 1
      continue
    }
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
  return { breaks, unproven }
}

type Numbered = { id: bigint; hash: string }

/** What files have after an event, up to the last one that may be gone from the database. */
async function* archivedAfter(
  gone: HistoryArchive[],
  archive: ArchivedNumbers,
  after: bigint,
): AsyncGenerator<Numbered> {
  for (const { month, lastEventId } of gone)
    if (lastEventId > after) for await (const row of archive(month)) if (row.id > after) yield row
}

/**
 * SHA-256 over a line "number hash" for each event, by number: you can compute it with psql and sha256sum (docs/history.md). After an
 * archive it begins with a line "archive root". Each call continues where the last one stopped. `files`: events that come before those of
 * the database, which may still have some of them.
 */
export function createSum(
  db: Pick<Transaction, '$queryRaw'>,
  after: HistoryAnchor['after'] = null,
  files?: AsyncGenerator<Numbered>,
) {
  const hash = createHash('sha256')
  if (after) hash.update(`archive ${after.root}\n`)
  let events = 0n
  let done = after?.lastEventId ?? -1n
  let next: Numbered | null = null
  let [firstHash, lastHash] = ['', '']
  const add = (row: Numbered) => {
    hash.update(`${row.id} ${row.hash}\n`)
    if (events === 0n) firstHash = row.hash
    lastHash = row.hash
    events += 1n
    done = row.id
  }
  const addFiles = async (lastEventId: bigint) => {
    for (;;) {
      if (next === null) {
        const read = await files?.next()
        if (!read || read.done) return
        next = read.value
      }
      if (next.id > lastEventId) return
      add(next)
      next = null
    }
  }
  const upTo = async (lastEventId: bigint): Promise<{ events: bigint; hash: string }> => {
    await addFiles(lastEventId)
    for (;;) {
      const rows = await db.$queryRaw<Numbered[]>`
        SELECT id, hash FROM payout_event WHERE id > ${done} AND id <= ${lastEventId} ORDER BY id LIMIT ${anchorPageSize}`
      for (const row of rows) add(row)
      if (rows.length < anchorPageSize) return { events, hash: hash.copy().digest('hex') }
    }
  }
  return {
    upTo,
    async whole(lastEventId: bigint): Promise<ArchiveSum> {
      const { hash: root } = await upTo(lastEventId)
      return { events, root, firstHash, lastHash }
    },
  }
}

/** Today's anchor, made if there is none yet; see HistoryStore. */
export async function makeAnchor(prisma: PrismaClient): ReturnType<HistoryStore['anchor']> {
  const today = await anchorOfToday(prisma)
  if (today) return { made: false, anchor: today }
  const archived = (await listArchives(prisma)).at(-1)
  const lastEventId = await lastSettledEvent(prisma, archived)
  if (lastEventId === null) return null
  const after = archived ? { lastEventId: archived.lastEventId, root: archived.root } : null
  const { events, hash } = await createSum(prisma, after).upTo(lastEventId)
  const audit = await lastSeal(prisma)
  const made = await prisma.$executeRaw`
    INSERT INTO history_anchor (day, last_event_id, events, hash, audit_event_id, audit_hash, archived_event_id, archived_root)
    VALUES ((now() AT TIME ZONE 'UTC')::date, ${lastEventId}, ${events}, ${hash}, ${audit?.lastEventId ?? null}, ${audit?.hash ?? null},
      ${after?.lastEventId ?? null}, ${after?.root ?? null})
    ON CONFLICT (day) DO NOTHING`
  const stored = await anchorOfToday(prisma)
  return stored && { made: made === 1, anchor: stored }
}

/**
 * The event number below which nothing can be added any more, or null. An event gets its number in a transaction that already has an id,
 * so everything up to the highest event we see is settled once all current transactions are over.
 */
async function lastSettledEvent(
  prisma: PrismaClient,
  archived: HistoryArchive | undefined,
): Promise<bigint | null> {
  const [highest] = await prisma.$queryRaw<{ id: bigint | null }[]>`SELECT max(id) AS id FROM payout_event`
  const id = highest?.id ?? archived?.lastEventId ?? null
  if (id === null) return null
  return (await writersFinished(prisma)) ? id : null
}

type AnchorRow = Omit<HistoryAnchor, 'audit' | 'after'> & {
  auditEventId: bigint | null
  auditHash: string | null
  archivedEventId: bigint | null
  archivedRoot: string | null
}

const toAnchor = ({
  auditEventId,
  auditHash,
  archivedEventId,
  archivedRoot,
  ...anchor
}: AnchorRow): HistoryAnchor => ({
  ...anchor,
  after:
    archivedEventId === null || archivedRoot === null
      ? null
      : { lastEventId: archivedEventId, root: archivedRoot },
  audit: auditEventId === null || auditHash === null ? null : { lastEventId: auditEventId, hash: auditHash },
})

const selectAnchors = Prisma.sql`
  SELECT to_char(day, 'YYYY-MM-DD') AS day, last_event_id AS "lastEventId", events, hash, made_at AS "madeAt",
         audit_event_id AS "auditEventId", audit_hash AS "auditHash", archived_event_id AS "archivedEventId", archived_root AS "archivedRoot"
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
