/** Verifies the history. Hashes are computed here from the current rows: the database's own functions could have been changed. */
import { verifyAudit } from '#lib/db/audit/audit-trail.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type {
  AuditSealed,
  ChainRow,
  HistoryAnchor,
  HistoryBreak,
  HistoryProof,
  HistoryStore,
} from '#lib/services/ports.ts'
import { createChainCheck } from '#lib/services/safety/history-chain.ts'
import { lastAnchor, listAnchors, makeAnchor, verifyAnchors } from './history-anchors.ts'

/** About two megabytes of events. */
const pageSize = 2_000
/** A hundred thousand events took 3 s on a busy machine with two cores; a hundred million must fit too. */
const verifyTimeoutMs = 60 * 60_000

/** The same list as payout_event_material() in the migrations, which the trigger hashes. */
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
      // One snapshot, so that nothing is seen half written.
      prisma.$transaction((tx) => verifyAll(tx, kept), {
        isolationLevel: 'RepeatableRead',
        timeout: verifyTimeoutMs,
      }),

    async verifyPayout(payoutId) {
      const rows = await eventsOf(prisma, payoutId)
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

    async chainOf(payoutId) {
      const rows = await eventsOf(prisma, payoutId)
      return rows.map(({ status: _status, ...row }) => row)
    },

    anchor: () => makeAnchor(prisma),
    lastAnchor: () => lastAnchor(prisma),
    anchors: () => listAnchors(prisma),
  }
}

const eventsOf = (db: PrismaClient, payoutId: string) => db.$queryRaw<EventRow[]>`
  ${selectEvents} WHERE e.payout_id = ${payoutId}::uuid ORDER BY e.id`

async function statusOf(db: PrismaClient, payoutId: string): Promise<string | null> {
  const payout = await db.payout.findUnique({ where: { id: payoutId }, select: { status: true } })
  return payout?.status ?? null
}

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

/** A payout is created with its first event, so one without any has lost it. */
async function payoutsWithoutHistory(tx: Transaction): Promise<HistoryBreak[]> {
  const rows = await tx.$queryRaw<{ id: string; status: string }[]>`
    SELECT id::text, status::text FROM payout p
    WHERE NOT EXISTS (SELECT FROM payout_event e WHERE e.payout_id = p.id) ORDER BY seq`
  return rows.flatMap(({ id, status }) => createChainCheck(id).end(status) ?? [])
}
