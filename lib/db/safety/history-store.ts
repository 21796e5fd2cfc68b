/** Verifies the history. Hashes are computed here from the current rows: the database's own functions could have been changed. */
import { verifyAudit } from '#lib/db/audit/audit-trail.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
import type {
  ArchivedNumbers,
  AuditSealed,
  ChainRow,
  HistoryAnchor,
  HistoryBreak,
  HistoryProof,
  HistoryStore,
} from '#lib/services/ports.ts'
import { createChainCheck } from '#lib/services/safety/history-chain.ts'
import type { ChainStart } from '#lib/services/safety/history-chain.ts'
import { statusOf } from './archive-rows.ts'
import { lastAnchor, listAnchors, makeAnchor, verifyAnchors } from './history-anchors.ts'

/** About two megabytes of events. */
const pageSize = 2_000
/** A hundred thousand events took 3 s on a busy machine with two cores; a hundred million must fit too. */
const verifyTimeoutMs = 60 * 60_000

/** The same list as payout_event_material() in the migrations, which the trigger hashes. */
export const eventMaterial = Prisma.sql`jsonb_build_array(
  e.prev_hash, e.id, e.payout_id, extract(epoch FROM e.at), e.kind, e.move, e.from_status, e.to_status, e.version,
  e.actor_kind, e.actor_id, e.actor_name, e.data)::text`

type EventRow = ChainRow & { status: string | null } & StartRow
/** Null: all events of the payout are here. */
type StartRow = { startId: bigint | null; startHash: string | null; startStatus: PayoutStatus | null }

const selectEvents = Prisma.sql`
  SELECT e.id, e.payout_id::text AS "payoutId", e.hash, e.prev_hash AS "prevHash", e.from_status::text AS "fromStatus",
         e.to_status::text AS "toStatus", p.status::text AS status, ${eventMaterial} AS material,
         h.last_event_id AS "startId", h.last_hash AS "startHash", h.status AS "startStatus"
  FROM payout_event e LEFT JOIN payout p ON p.id = e.payout_id LEFT JOIN payout_archived h ON h.payout_id = e.payout_id`

const startOf = ({ startId, startHash, startStatus }: StartRow): ChainStart | null =>
  startId === null || startHash === null
    ? null
    : { lastEventId: startId, lastHash: startHash, status: statusOf(startStatus) }

export function createHistoryStore(prisma: PrismaClient): HistoryStore {
  return {
    verify: (kept, archive) =>
      // One snapshot, so that nothing is seen half written.
      prisma.$transaction((tx) => verifyAll(tx, kept, archive), {
        isolationLevel: 'RepeatableRead',
        timeout: verifyTimeoutMs,
      }),

    async verifyPayout(payoutId) {
      const rows = await eventsOf(prisma, payoutId)
      const archived = await prisma.payoutArchived.findUnique({ where: { payoutId } })
      const start = archived && { ...archived, status: statusOf(archived.status) }
      const check = createChainCheck(payoutId, start)
      for (const row of rows) check.look(row)
      const firstBroken = check.end(rows[0] ? rows[0].status : await payoutStatus(prisma, payoutId))
      return {
        events: rows.length,
        payouts: 1,
        anchors: 0,
        firstBroken,
        brokenPayouts: firstBroken ? 1 : 0,
        audit: null,
        archived: { events: archived?.events ?? 0, unproven: 0 },
      }
    },

    async chainOf(payoutId) {
      const rows = await eventsOf(prisma, payoutId)
      return rows.map(({ id, payoutId: of, material, hash, prevHash, fromStatus, toStatus }) => ({
        ...{ id, payoutId: of, material, hash, prevHash, fromStatus, toStatus },
      }))
    },

    anchor: () => makeAnchor(prisma),
    lastAnchor: () => lastAnchor(prisma),
    anchors: () => listAnchors(prisma),
  }
}

const eventsOf = (db: PrismaClient, payoutId: string) => db.$queryRaw<EventRow[]>`
  ${selectEvents} WHERE e.payout_id = ${payoutId}::uuid ORDER BY e.id`

async function payoutStatus(db: PrismaClient, payoutId: string): Promise<string | null> {
  const payout = await db.payout.findUnique({ where: { id: payoutId }, select: { status: true } })
  return payout?.status ?? null
}

async function verifyAll(
  tx: Transaction,
  kept: Parameters<HistoryStore['verify']>[0],
  archive: ArchivedNumbers | undefined,
): Promise<HistoryProof> {
  const { breaks, ...counts } = await verifyChains(tx)
  breaks.push(...(await payoutsWithoutHistory(tx)))
  const anchors = await listAnchors(tx)
  const brokenPayouts = breaks.length
  const anchored = await verifyAnchors(tx, anchors, kept, archive)
  breaks.push(...anchored.breaks)
  const [archived] = await tx.$queryRaw<{ events: bigint }[]>`
    SELECT coalesce(sum(events), 0)::bigint AS events FROM payout_archived`
  return {
    ...counts,
    anchors: anchors.length + (kept ? 1 : 0),
    firstBroken: breaks.sort(byEvent)[0] ?? null,
    brokenPayouts,
    audit: await verifyAudit(tx, anchoredSeals(anchors, kept?.audit)),
    archived: { events: Number(archived?.events ?? 0n), unproven: anchored.unproven },
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

/** Breaks without an event number come last. */
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
        check = createChainCheck(row.payoutId, startOf(row))
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

/** A payout is created with its first event, so one without any has lost it, unless an archive has them all. */
async function payoutsWithoutHistory(tx: Transaction): Promise<HistoryBreak[]> {
  const rows = await tx.$queryRaw<({ id: string; status: string } & StartRow)[]>`
    SELECT p.id::text, p.status::text, h.last_event_id AS "startId", h.last_hash AS "startHash", h.status AS "startStatus"
    FROM payout p LEFT JOIN payout_archived h ON h.payout_id = p.id
    WHERE NOT EXISTS (SELECT FROM payout_event e WHERE e.payout_id = p.id)
      AND (h.payout_id IS NULL OR p.status <> coalesce(h.status, 'requested')) ORDER BY p.seq`
  return rows.flatMap(({ id, status, ...start }) => createChainCheck(id, startOf(start)).end(status) ?? [])
}
