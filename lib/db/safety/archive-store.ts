/** Months of the history that move to files: which month is next, its lines, and deleting what files have. docs/operations.md says how it is run. */
import { writeAudit } from '#lib/db/audit/audit.ts'
import type { Database, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { exportedTables } from '#lib/db/moving/export-tables.ts'
import type { ArchiveRange, ArchiveStore, NextMonth, TakeLines } from '#lib/services/ports.ts'
import { listArchives, statusOf } from './archive-rows.ts'
import { createSum } from './history-anchors.ts'
import { eventMaterial } from './history-store.ts'

const linesAtOnce = 2_000
/** A day: a month of a hundred million events must fit. */
const timeoutMs = 86_400_000
/** Named to the operator; the first ones say enough. */
const namedAtMost = 10

export function createArchiveStore(prisma: Database): ArchiveStore {
  return {
    list: () => listArchives(prisma),
    next: (days) => unhurried(prisma, (tx) => nextMonth(tx, days)),
    read: (range, take) =>
      prisma.$transaction((tx) => readMonth(tx, range, take), {
        isolationLevel: 'RepeatableRead',
        timeout: timeoutMs,
      }),
    sum: (range) => createSum(prisma, afterOf(range)).whole(range.lastEventId),

    keep: (archive, actor) =>
      prisma.$transaction(async (tx) => {
        await tx.$executeRaw`
        INSERT INTO history_archive
          (month, from_event_id, last_event_id, events, first_hash, last_hash, previous_root, root, manifest_sha256)
        VALUES (${firstDay(archive.month)}::date, ${archive.fromEventId}, ${archive.lastEventId}, ${archive.events}, ${archive.firstHash},
          ${archive.lastHash}, ${archive.previousRoot}, ${archive.root}, ${archive.manifestSha256})`
        const noted = { seal: archive.manifestSha256, events: String(archive.events) }
        await writeAudit(tx, 'history_archived', actor, archive.month, noted)
      }),

    startDrop: (month, seal, actor) =>
      prisma.$transaction(async (tx) => {
        const started = await tx.$executeRaw`
          UPDATE history_archive SET dropping_at = clock_timestamp() WHERE month = ${firstDay(month)}::date AND dropping_at IS NULL`
        if (started === 1) await writeAudit(tx, 'history_dropping', actor, month, { seal })
      }),
    endDrop: (month) =>
      unhurried(prisma, async (tx) => {
        await tx.$executeRaw`
          UPDATE history_archive SET dropped_at = clock_timestamp() WHERE month = ${firstDay(month)}::date AND dropped_at IS NULL`
      }),

    dropEvents: (rows) => prisma.$transaction((tx) => dropEvents(tx, rows)),

    dropCallbacks: (rows) => prisma.$executeRaw`
      DELETE FROM callback c USING unnest(${rows.map(({ id }) => id)}::uuid[], ${rows.map(({ deliveries }) => deliveries)}::int[])
        AS archived (id, deliveries) WHERE c.id = archived.id AND c.deliveries = archived.deliveries`,
    dropMails: (ids) => prisma.$executeRaw`DELETE FROM mail WHERE id = ANY (${[...ids]}::uuid[])`,

    async ends(after) {
      const rows = await prisma.payoutArchived.findMany({
        where: after === null ? {} : { payoutId: { gt: after } },
        orderBy: { payoutId: 'asc' },
        take: linesAtOnce,
      })
      return rows.map(({ payoutId, lastEventId, lastHash, status }) => ({
        ...{ payoutId, lastEventId, lastHash },
        status: statusOf(status),
      }))
    },

    async ofPayout(payoutId) {
      const row = await prisma.payoutArchived.findUnique({ where: { payoutId } })
      if (!row) return null
      const { firstEventId, lastEventId, lastHash, events } = row
      const months = await prisma.$queryRaw<{ month: string; manifestSha256: string }[]>`
        SELECT to_char(month, 'YYYY-MM') AS month, manifest_sha256 AS "manifestSha256" FROM history_archive
        WHERE last_event_id >= ${firstEventId} AND from_event_id < ${lastEventId} ORDER BY history_archive.month`
      return { firstEventId, lastEventId, lastHash, events, status: statusOf(row.status), months }
    },
  }
}

/** A month is looked through from its beginning to its end, and so are the places of rows that were deleted. */
const unhurried = <T>(prisma: Database, work: (tx: Transaction) => Promise<T>): Promise<T> =>
  prisma.$transaction(
    async (tx) => {
      await tx.$executeRawUnsafe('SET LOCAL statement_timeout = 0')
      return work(tx)
    },
    { timeout: timeoutMs },
  )

const firstDay = (month: string) => `${month}-01`
const afterOf = ({ fromEventId, previousRoot }: ArchiveRange) =>
  previousRoot === '' ? null : { lastEventId: fromEventId, root: previousRoot }

/** A month is the events up to the first one of a later month: their numbers are the order in which chains and anchors have them. */
async function nextMonth(prisma: Transaction, days: number): Promise<NextMonth> {
  const before = (await listArchives(prisma)).at(-1)
  const fromEventId = before?.lastEventId ?? 0n
  const [first] = await prisma.$queryRaw<{ month: string; passed: boolean }[]>`
    SELECT to_char(month, 'YYYY-MM') AS month,
           (month + interval '1 month') AT TIME ZONE 'UTC' <= now() - make_interval(days => ${days}::int) AS passed
    FROM (
      -- An event's time is taken before its number, so the first one may be of the month before by a moment.
      SELECT greatest(date_trunc('month', at AT TIME ZONE 'UTC'), ${before ? firstDay(before.month) : null}::date + interval '1 month') AS month
      FROM payout_event WHERE id > ${fromEventId} ORDER BY id LIMIT 1) AS first`
  if (!first?.passed) return null
  const { month } = first
  const [last] = await prisma.$queryRaw<{ id: bigint; counted: boolean }[]>`
    SELECT id, id <= (SELECT least(b.last_event_id, b.compared_event_id, w.last_event_id) FROM books_mark b, webhook_mark w) AS counted
    FROM payout_event WHERE id > ${fromEventId} AND id < coalesce((
      SELECT id FROM payout_event WHERE id > ${fromEventId}
        AND at >= (${firstDay(month)}::date + interval '1 month') AT TIME ZONE 'UTC' ORDER BY id LIMIT 1), 9223372036854775807)
    ORDER BY id DESC LIMIT 1`
  if (!last) throw new Error('Bug: a month without events')
  const open = await prisma.$queryRaw<{ id: string }[]>`
    SELECT p.id::text FROM payout p
    WHERE p.id IN (SELECT payout_id FROM payout_event WHERE id > ${fromEventId} AND id <= ${last.id})
      AND (p.final_at IS NULL OR p.final_at > now() - make_interval(days => ${days}::int))
    ORDER BY p.seq LIMIT ${namedAtMost}`
  if (open.length > 0 || !last.counted)
    return { kind: 'waits', month, payouts: open.map(({ id }) => id), behind: !last.counted }
  const range = { month, fromEventId, lastEventId: last.id, previousRoot: before?.root ?? '' }
  return { kind: 'due', range }
}

/** Callbacks and mails of the calendar month. Mails that are still to be sent stay where they are. */
async function readMonth(tx: Transaction, range: ArchiveRange, take: TakeLines): Promise<{ takenAt: Date }> {
  // Files are written while this is open.
  await tx.$executeRawUnsafe('SET LOCAL idle_in_transaction_session_timeout = 0')
  await tx.$executeRawUnsafe('SET TRANSACTION READ ONLY')
  const [now] = await tx.$queryRaw<{ takenAt: Date }[]>`SELECT now() AS "takenAt"`
  if (!now) throw new Error('Bug: the database has no time')
  await pages(
    take,
    'events',
    (after: { id: bigint } | undefined) => tx.$queryRaw<Line<{ id: bigint }>[]>`
    SELECT e.id, jsonb_build_object('id', e.id::text, 'payout', e.payout_id, 'hash', e.hash, 'material', ${eventMaterial})::text AS line
    FROM payout_event e WHERE e.id > ${after?.id ?? range.fromEventId} AND e.id <= ${range.lastEventId}
    ORDER BY e.id LIMIT ${linesAtOnce}`,
  )
  for (const { file, table, at, settled } of besides)
    await pages(
      take,
      file,
      (after: Place | undefined) => tx.$queryRaw<Line<Place>[]>`
      SELECT t.id::text, t.${at} AS at, (SELECT row_to_json(archived)::text FROM (SELECT ${columnsOf(table)}) AS archived) AS line
      FROM ${Prisma.raw(table)} t
      WHERE t.${at} >= ${firstDay(range.month)}::date::timestamp AT TIME ZONE 'UTC'
        AND t.${at} < (${firstDay(range.month)}::date + interval '1 month') AT TIME ZONE 'UTC' AND ${settled}
        AND ${after ? Prisma.sql`(t.${at}, t.id) > (${after.at}::timestamptz, ${after.id}::uuid)` : Prisma.sql`true`}
      ORDER BY t.${at}, t.id LIMIT ${linesAtOnce}`,
    )
  return now
}

type Line<Place> = Place & { line: string }
type Place = { id: string; at: Date }

const besides = [
  {
    file: 'callbacks',
    table: 'callback',
    at: Prisma.raw('received_at'),
    settled: Prisma.sql`NOT EXISTS (SELECT FROM payout p WHERE p.id = t.payout_id AND p.final_at IS NULL)`,
  },
  {
    file: 'mails',
    table: 'mail',
    at: Prisma.raw('created_at'),
    settled: Prisma.sql`(t.sent_at IS NOT NULL OR t.text = '')`,
  },
] as const

/** What an export has of a row: no secret is in it. */
function columnsOf(table: 'callback' | 'mail'): Prisma.Sql {
  const spec = exportedTables.find((one) => one.table === table)
  if (!spec) throw new Error(`Bug: ${table} is not exported`)
  return Prisma.raw(spec.columns.map((column) => `t."${column}"`).join(', '))
}

async function pages<Place>(
  take: TakeLines,
  file: string,
  page: (after: Place | undefined) => Promise<Line<Place>[]>,
): Promise<void> {
  for (let after: Line<Place> | undefined, first = true; ; first = false) {
    const rows = await page(after)
    if (rows.length > 0 || first)
      await take(
        file,
        rows.map(({ line }) => line),
      )
    if (rows.length < linesAtOnce) return
    after = rows.at(-1)
  }
}

/** The ends first: the database lets an event go only when the end of its payout's chain is kept. */
async function dropEvents(tx: Transaction, rows: readonly { id: bigint; hash: string }[]): Promise<number> {
  const archived = Prisma.sql`
    payout_event e JOIN unnest(${rows.map(({ id }) => id)}::bigint[], ${rows.map(({ hash }) => hash)}::text[]) AS archived (id, hash)
      ON e.id = archived.id AND e.hash = archived.hash`
  await tx.$executeRaw`
    INSERT INTO payout_archived AS kept
      (payout_id, first_event_id, last_event_id, last_hash, events, status, asked, asked_minor, asked_currency, reserves, claims, unsent)
    SELECT e.payout_id, min(e.id), max(e.id), (array_agg(e.hash ORDER BY e.id DESC))[1], count(*),
      (array_agg(e.to_status ORDER BY e.id DESC) FILTER (WHERE e.to_status IS NOT NULL))[1],
      count(*) FILTER (WHERE e.kind = 'requested'),
      min((e.data ->> 'amountMinor')::bigint) FILTER (WHERE e.kind = 'requested'), min(e.data ->> 'currency') FILTER (WHERE e.kind = 'requested'),
      coalesce(bool_or(e.data ->> 'reserves' = 'true') FILTER (WHERE e.kind = 'requested'), false),
      count(*) FILTER (WHERE e.move = 'claim'), count(*) FILTER (WHERE e.move = 'release_unsent')
    FROM ${archived} GROUP BY e.payout_id
    ON CONFLICT (payout_id) DO UPDATE SET last_event_id = excluded.last_event_id, last_hash = excluded.last_hash,
      events = kept.events + excluded.events, status = coalesce(excluded.status, kept.status), asked = kept.asked + excluded.asked,
      asked_minor = coalesce(kept.asked_minor, excluded.asked_minor), asked_currency = coalesce(kept.asked_currency, excluded.asked_currency),
      reserves = kept.reserves OR excluded.reserves, claims = kept.claims + excluded.claims, unsent = kept.unsent + excluded.unsent`
  return tx.$executeRaw`DELETE FROM payout_event WHERE id IN (SELECT e.id FROM ${archived})`
}
