/** The proof of the history: hashes computed here, from the rows as they are now. The database's own functions vouch for nothing. */
import { createHash } from 'node:crypto'
import { lastSeal, verifyAudit } from '#lib/db/audit/audit-trail.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { writersFinished } from '#lib/db/engine/writers-finished.ts'
import type {
  AuditSealed,
  HistoryAnchor,
  HistoryBreak,
  HistoryProof,
  HistoryStore,
} from '#lib/services/ports.ts'
import { createChainCheck } from './history-chain.ts'
import type { ChainRow } from './history-chain.ts'

/** Some two megabytes of events at a time. */
const pageSize = 2_000
/** Numbers and hashes only. */
const anchorPageSize = 20_000
/** A hundred thousand events took 3 s on a busy machine of two cores; even a hundred million may end. */
const verifyTimeoutMs = 60 * 60_000

/** The same list as payout_event_material() in the migration, which the trigger hashes. */
const material = Prisma.sql`jsonb_build_array(
  e.prev_hash, e.id, e.payout_id, extract(epoch FROM e.at), e.kind, e.move, e.from_status, e.to_status, e.version,
  e.actor_kind, e.actor_id, e.actor_name, e.data)::text`

type EventRow = ChainRow & { status: string | null }

const selectEvents = Prisma.sql`
  SELECT e.id, e.payout_id::text AS "payoutId", e.hash, e.prev_hash AS "prevHash", e.from_status::text AS "fromStatus",
         e.to_status::text AS "toStatus", p.status::text AS status, ${material} AS material
  FROM payout_event e LEFT JOIN payout p ON p.id = e.payout_id`

export function createHistoryStore(prisma: PrismaClient): HistoryStore {
  return {
    verify: (kept) =>
      // One snapshot: what is written meanwhile is not half seen.
      prisma.$transaction((tx) => verifyAll(tx, kept), {
        isolationLevel: 'RepeatableRead',
        timeout: verifyTimeoutMs,
      }),

    async verifyPayout(payoutId) {
      const rows = await prisma.$queryRaw<EventRow[]>`
        ${selectEvents} WHERE e.payout_id = ${payoutId}::uuid ORDER BY e.id`
      const check = createChainCheck(payoutId)
      for (const row of rows) check.look(row)
      const firstBroken = check.end(rows[0] ? rows[0].status : await statusOf(prisma, payoutId))
      return {
        events: rows.length,
        payouts: 1,
        anchors: 0,
        firstBroken,
        brokenPayouts: firstBroken ? 1 : 0,
        audit: null,
      }
    },

    anchor: () => anchor(prisma),
    anchors: () => listAnchors(prisma),
  }
}

async function statusOf(db: PrismaClient, payoutId: string): Promise<string | null> {
  const payout = await db.payout.findUnique({ where: { id: payoutId }, select: { status: true } })
  return payout?.status ?? null
}

// ---------------------------------------------------------------------------------------------- verify

async function verifyAll(
  tx: Transaction,
  kept: Parameters<HistoryStore['verify']>[0],
): Promise<HistoryProof> {
  const { breaks, ...counts } = await verifyChains(tx)
  breaks.push(...(await payoutsWithoutHistory(tx)))
  const anchors = await listAnchors(tx)
  const brokenPayouts = breaks.length
  breaks.push(...(await verifyAnchors(tx, anchors, kept)))
  return {
    ...counts,
    anchors: anchors.length + (kept ? 1 : 0),
    firstBroken: breaks.sort(byEvent)[0] ?? null,
    brokenPayouts,
    audit: await verifyAudit(tx, anchoredSeals(anchors, kept?.audit)),
  }
}

function anchoredSeals(
  anchors: HistoryAnchor[],
  kept: AuditSealed | null = null,
): Parameters<typeof verifyAudit>[1] {
  const stored = anchors.flatMap(({ day, audit }) =>
    audit ? [{ what: `The anchor of ${day}`, ...audit }] : [],
  )
  return kept ? [...stored, { what: 'The anchor that was kept elsewhere', ...kept }] : stored
}

/** What has no number comes last: a lost whole is shown by its parts first. */
function byEvent(a: HistoryBreak, b: HistoryBreak): number {
  if (a.eventId === null || b.eventId === null)
    return (a.eventId === null ? 1 : 0) - (b.eventId === null ? 1 : 0)
  return a.eventId < b.eventId ? -1 : 1
}

async function verifyChains(
  tx: Transaction,
): Promise<{ events: number; payouts: number; breaks: HistoryBreak[] }> {
  const breaks: HistoryBreak[] = []
  let events = 0
  let payouts = 0
  let last: EventRow | undefined
  let check: ReturnType<typeof createChainCheck> | undefined
  const close = () => {
    const found = check?.end(last?.status ?? null)
    if (found) breaks.push(found)
  }
  for (;;) {
    const after = last
      ? Prisma.sql`WHERE (e.payout_id, e.id) > (${last.payoutId}::uuid, ${last.id})`
      : Prisma.empty
    const rows = await tx.$queryRaw<EventRow[]>`
      ${selectEvents} ${after} ORDER BY e.payout_id, e.id LIMIT ${pageSize}`
    for (const row of rows) {
      if (row.payoutId !== last?.payoutId) {
        close()
        check = createChainCheck(row.payoutId)
        payouts += 1
      }
      check?.look(row)
      last = row
    }
    events += rows.length
    if (rows.length < pageSize) break
  }
  close()
  return { events, payouts, breaks }
}

/** A payout is made with its first event. */
async function payoutsWithoutHistory(tx: Transaction): Promise<HistoryBreak[]> {
  const rows = await tx.$queryRaw<{ id: string; status: string }[]>`
    SELECT id::text, status::text FROM payout p
    WHERE NOT EXISTS (SELECT FROM payout_event e WHERE e.payout_id = p.id) ORDER BY seq`
  return rows.flatMap(({ id, status }) => createChainCheck(id).end(status) ?? [])
}

// ---------------------------------------------------------------------------------------------- anchors

type Claimed = Pick<HistoryAnchor, 'lastEventId' | 'hash'> & { events: bigint | null; day: string | null }

async function verifyAnchors(
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
      why: `${name} stands for ${told}events up to number ${one.lastEventId}. There are ${found.events} now, with another hash: rows were changed, deleted or inserted.`,
    })
  }
  return breaks
}

/**
 * SHA-256 over "number hash" and a line end for each event in the order of the numbers: anybody can compute it with psql and sha256sum
 * (docs/history.md). Goes on from where it stopped.
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

async function anchor(prisma: PrismaClient): ReturnType<HistoryStore['anchor']> {
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
 * The number up to which nothing can be added any more, or null. A number is given under the lock of a transaction that has its own
 * number by then, so that everything below the highest event we see is settled once every transaction up to now is over.
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

const listAnchors = async (db: PrismaClient | Transaction): Promise<HistoryAnchor[]> =>
  (await db.$queryRaw<AnchorRow[]>`${selectAnchors} ORDER BY history_anchor.day`).map(toAnchor)
