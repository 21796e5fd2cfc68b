/**
 * Where the three books (payouts, history, ledger) disagree, in sentences; none if they agree. They are compared piece by piece, each in
 * one statement and so of one moment: a payout with its events and transfers, a balance with its transfers, a grant with its own.
 */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { paidTwiceTrouble } from './paid-twice.ts'

/** More than a person reads; the first ones say enough. */
const most = 100
/** Rows that one statement compares: far below a second. */
const atOnce = 2_000
/** Rows of history and ledger that one statement looks at for what belongs to nothing. */
const lookedAt = 20_000
/** A balance with more transfers than this is compared once a day only. */
const transfersOften = 2_000

type Found = { wrong: string }[]
type BalanceKey = { receiverId: string; currency: string }

/** Sentences by book, so that they come in one order, and each once. */
export type Books = Record<'history' | 'balances' | 'ledger' | 'unbacked' | 'twice' | 'grants', Set<string>>

const noTrouble = (): Books => ({
  history: new Set(),
  balances: new Set(),
  ledger: new Set(),
  unbacked: new Set(),
  twice: new Set(),
  grants: new Set(),
})

export const sentences = (books: Books): string[] =>
  Object.values(books).flatMap((found) => [...found].slice(0, most))

const note = (into: Set<string>, found: Found) => {
  for (const { wrong } of found) if (into.size < most) into.add(wrong)
}

/** Every row of every book. `goOn` is called before each piece; it may throw to end it. */
export async function compareAll(prisma: PrismaClient, goOn: () => Promise<void>): Promise<Books> {
  const books = noTrouble()
  for await (const ids of idPages(prisma, Prisma.sql`payout`)) {
    await goOn()
    await comparePayouts(prisma, ids, books)
  }
  for await (const keys of balancePages(prisma)) {
    await goOn()
    note(books.balances, await balanceTrouble(prisma, keys, null))
  }
  for await (const ids of idPages(prisma, Prisma.sql`grant_row`)) {
    await goOn()
    note(books.grants, await grantTrouble(prisma, ids))
  }
  for await (const [after, upto] of numberPages(prisma, Prisma.sql`payout_event`)) {
    await goOn()
    note(books.history, await requestsWithoutPayout(prisma, after, upto))
  }
  for await (const [after, upto] of numberPages(prisma, Prisma.sql`ledger_transfer`)) {
    await goOn()
    await transfersWithoutOwner(prisma, after, upto, books)
  }
  return books
}

/** What was written between two marks: `after` exclusive. Transfers and grants may be looked at twice, never left out. */
export type Span = { after: bigint; upto: bigint; transfersAfter: bigint; grantsFrom: Date }

/** The same for what was written since: its payouts, balances and grants, whole. */
export async function compareChanged(prisma: PrismaClient, span: Span): Promise<Books> {
  const books = noTrouble()
  const payouts = await prisma.$queryRaw<{ id: string }[]>`
    SELECT payout_id::text AS id FROM payout_event WHERE id > ${span.after} AND id <= ${span.upto}
    UNION SELECT payout_id::text FROM ledger_transfer WHERE id > ${span.transfersAfter} AND payout_id IS NOT NULL`
  for (const ids of pagesOf(payouts.map(({ id }) => id))) await comparePayouts(prisma, ids, books)
  const balances = await prisma.$queryRaw<BalanceKey[]>`
    SELECT DISTINCT receiver_id::text AS "receiverId", currency FROM ledger_transfer WHERE id > ${span.transfersAfter}`
  for (const keys of pagesOf(balances))
    note(books.balances, await balanceTrouble(prisma, keys, transfersOften))
  const grants = await prisma.$queryRaw<{ id: string }[]>`
    SELECT grant_id::text AS id FROM ledger_transfer WHERE id > ${span.transfersAfter} AND grant_id IS NOT NULL
    UNION SELECT id::text FROM grant_row WHERE created_at >= ${span.grantsFrom}`
  for (const ids of pagesOf(grants.map(({ id }) => id))) note(books.grants, await grantTrouble(prisma, ids))
  return books
}

function* pagesOf<T>(all: T[]): Generator<T[]> {
  for (let from = 0; from < all.length; from += atOnce) yield all.slice(from, from + atOnce)
}

async function comparePayouts(prisma: PrismaClient, ids: string[], books: Books): Promise<void> {
  note(books.history, await historyTrouble(prisma, ids))
  note(books.ledger, await payoutTrouble(prisma, ids))
  note(books.unbacked, await unbackedTrouble(prisma, ids))
  note(books.twice, await paidTwiceTrouble(prisma, ids, most))
}

/** A payout is where its history's last move left it, with the amount that was asked for, once. Every request has a payout. */
function historyTrouble(prisma: PrismaClient, ids: string[]): Promise<Found> {
  return prisma.$queryRaw<Found>`
    SELECT CASE
      WHEN p.id IS NULL THEN 'Payout ' || page.id || ' was asked for, and is gone.'
      WHEN asked.times = 0 THEN 'Payout ' || p.id || ' is there, and its history does not say that it was asked for.'
      WHEN asked.differs OR asked.times > 1 THEN 'Payout ' || p.id || ' does not have the amount that was asked for.'
      ELSE 'Payout ' || p.id || ' is ' || p.status || ', and its history says ' || coalesce(e.status, h.status::text, 'requested') || '.' END AS wrong
    FROM unnest(${ids}::uuid[]) AS page (id)
    LEFT JOIN payout p ON p.id = page.id
    -- Of events that are in files, this is kept.
    LEFT JOIN payout_archived h ON h.payout_id = page.id
    LEFT JOIN LATERAL (
      SELECT to_status::text AS status FROM payout_event WHERE payout_id = p.id AND to_status IS NOT NULL
      ORDER BY id DESC LIMIT 1) e ON true
    LEFT JOIN LATERAL (
      SELECT count(*) + coalesce(h.asked, 0) AS times,
             coalesce(bool_or((data ->> 'amountMinor')::bigint <> p.amount_minor OR data ->> 'currency' <> p.currency), false)
               OR coalesce(h.asked_minor <> p.amount_minor OR h.asked_currency <> p.currency, false) AS differs
      FROM payout_event WHERE payout_id = page.id AND kind = 'requested') asked ON true
    WHERE p.id IS NULL OR asked.times <> 1 OR asked.differs OR p.status::text <> coalesce(e.status, h.status::text, 'requested')
    LIMIT ${most}`
}

/** For events between two numbers. */
function requestsWithoutPayout(prisma: PrismaClient, after: bigint, upto: bigint): Promise<Found> {
  return prisma.$queryRaw<Found>`
    SELECT 'Payout ' || payout_id || ' was asked for, and is gone.' AS wrong FROM payout_event e
    WHERE e.id > ${after} AND e.id <= ${upto} AND kind = 'requested' AND NOT EXISTS (SELECT FROM payout p WHERE p.id = e.payout_id)
    LIMIT ${most}`
}

/** Every balance is what its transfers add up to. With a limit, those with more transfers are left out. */
function balanceTrouble(prisma: PrismaClient, keys: BalanceKey[], limit: number | null): Promise<Found> {
  return prisma.$queryRaw<Found>`
    SELECT ${balanceWrong} AS wrong
    FROM unnest(${keys.map(({ receiverId }) => receiverId)}::uuid[], ${keys.map(({ currency }) => currency)}::text[]) AS page (receiver_id, currency)
    LEFT JOIN receiver r ON r.id = page.receiver_id
    LEFT JOIN balance b ON b.receiver_id = page.receiver_id AND b.currency = page.currency
    LEFT JOIN LATERAL (
      SELECT count(*) AS transfers,
             coalesce(sum(CASE WHEN debit = 'granted' THEN amount_minor WHEN credit = 'granted' THEN -amount_minor ELSE 0 END), 0) AS granted,
             coalesce(sum(CASE WHEN credit = 'available' THEN amount_minor WHEN debit = 'available' THEN -amount_minor ELSE 0 END), 0) AS available,
             coalesce(sum(CASE WHEN credit = 'reserved' THEN amount_minor WHEN debit = 'reserved' THEN -amount_minor ELSE 0 END), 0) AS reserved,
             coalesce(sum(CASE WHEN credit = 'paid' THEN amount_minor WHEN debit = 'paid' THEN -amount_minor ELSE 0 END), 0) AS paid
      FROM (
        SELECT debit, credit, amount_minor FROM ledger_transfer t
        WHERE t.receiver_id = page.receiver_id AND t.currency = page.currency LIMIT ${limit === null ? null : limit + 1}) AS own) s ON true
    WHERE (s.transfers <= ${limit} OR ${limit}::int IS NULL)
      AND (coalesce(b.granted_minor, 0), coalesce(b.available_minor, 0), coalesce(b.reserved_minor, 0), coalesce(b.paid_minor, 0))
        IS DISTINCT FROM (s.granted, s.available, s.reserved, s.paid)
    LIMIT ${most}`
}

const balanceWrong = Prisma.sql`'The balance of ' || coalesce(r.external_id, 'an unknown receiver') || ' in ' || page.currency
  || ' is not what its transfers add up to.'`

/** What is said of a payout whose money is not where it should be; the table has the payout's id as `wrong.id`. */
const ledgerWrong = Prisma.sql`
  'Payout ' || wrong.id || ' is ' || coalesce((SELECT status::text FROM payout WHERE payout.id = wrong.id), 'gone')
  || ', and in the ledger its money is ' || coalesce((
    SELECT string_agg(kind || ' of ' || amount_minor || ' ' || currency, ', ' ORDER BY id)
    FROM ledger_transfer WHERE payout_id = wrong.id), 'nowhere') || '.'`

/**
 * A payout that reserves has reserved its amount once, and released or captured it if, and only if, it is over. One that does not has
 * nothing in the ledger.
 */
function payoutTrouble(prisma: PrismaClient, ids: string[]): Promise<Found> {
  return prisma.$queryRaw<Found>`
    SELECT ${ledgerWrong} AS wrong
    FROM (
      SELECT p.id FROM unnest(${ids}::uuid[]) AS page (id) JOIN payout p ON p.id = page.id
      LEFT JOIN LATERAL (
        SELECT count(*) AS transfers,
               count(*) FILTER (WHERE t.amount_minor <> p.amount_minor OR t.receiver_id <> p.receiver_id OR t.currency <> p.currency) AS strange,
               count(*) FILTER (WHERE kind = 'reserve') AS reserves, count(*) FILTER (WHERE kind = 'release') AS releases,
               count(*) FILTER (WHERE kind = 'capture') AS captures
        FROM ledger_transfer t WHERE t.payout_id = p.id) t ON true
      WHERE CASE WHEN p.reserves
        THEN t.strange > 0 OR t.reserves <> 1
          OR t.captures <> CASE WHEN p.final_at IS NOT NULL AND p.status = 'paid' THEN 1 ELSE 0 END
          OR t.releases <> CASE WHEN p.final_at IS NOT NULL AND p.status <> 'paid' THEN 1 ELSE 0 END
        ELSE t.transfers > 0 END
      LIMIT ${most}
    ) wrong`
}

/** Transfers of a payout, a balance or a grant that is not there, between two numbers. */
async function transfersWithoutOwner(
  prisma: PrismaClient,
  after: bigint,
  upto: bigint,
  books: Books,
): Promise<void> {
  const within = Prisma.sql`t.id > ${after} AND t.id <= ${upto}`
  const balances = await prisma.$queryRaw<Found>`
    SELECT DISTINCT ${balanceWrong} AS wrong FROM ledger_transfer page LEFT JOIN receiver r ON r.id = page.receiver_id
    WHERE page.id > ${after} AND page.id <= ${upto}
      AND NOT EXISTS (SELECT FROM balance b WHERE b.receiver_id = page.receiver_id AND b.currency = page.currency)
    LIMIT ${most}`
  const payouts = await prisma.$queryRaw<Found>`
    SELECT ${ledgerWrong} AS wrong FROM (
      SELECT DISTINCT t.payout_id AS id FROM ledger_transfer t
      WHERE ${within} AND t.payout_id IS NOT NULL AND NOT EXISTS (SELECT FROM payout p WHERE p.id = t.payout_id)
      LIMIT ${most}) wrong`
  const grants = await prisma.$queryRaw<Found>`
    SELECT DISTINCT 'Grant ' || t.grant_id || ' is not what the ledger says of it.' AS wrong FROM ledger_transfer t
    WHERE ${within} AND t.grant_id IS NOT NULL AND NOT EXISTS (SELECT FROM grant_row g WHERE g.id = t.grant_id)
    LIMIT ${most}`
  note(books.balances, balances)
  note(books.ledger, payouts)
  note(books.grants, grants)
}

/**
 * A payout reserves nothing although its history says so, a payout it retries did, or the setting demanded it when it was made. Only
 * payouts that are paid or still may be: one paid outside the balance leaves the money to be asked for twice.
 */
function unbackedTrouble(prisma: PrismaClient, ids: string[]): Promise<Found> {
  // A setting counts ten seconds after its change: a request may have been on its way. Events are counted where EXISTS would do, because
  // the planner would read all events at once for that.
  return prisma.$queryRaw<Found>`
    WITH RECURSIVE outside AS (
      SELECT p.id, p.judged_source, p.replaces_id, p.status, p.created_at
      FROM unnest(${ids}::uuid[]) AS page (id) JOIN payout p ON p.id = page.id
      WHERE NOT p.reserves AND (p.final_at IS NULL OR p.status = 'paid')),
    chain AS (
      SELECT id, replaces_id FROM outside WHERE replaces_id IS NOT NULL
      UNION ALL
      SELECT chain.id, p.replaces_id FROM chain JOIN payout p ON p.id = chain.replaces_id WHERE NOT p.reserves)
    SELECT 'Payout ' || o.id || ' is ' || o.status || ' outside the balance that it had to be taken from.' AS wrong
    FROM outside o LEFT JOIN setting s
      ON s.key = CASE o.judged_source WHEN 'browser' THEN 'requireBalance' ELSE 'requireBalanceMerchant' END
     AND s.value = 'true' AND o.created_at > s.updated_at + interval '10 seconds'
    WHERE s.key IS NOT NULL
      OR EXISTS (SELECT FROM chain JOIN payout p ON p.id = chain.replaces_id WHERE chain.id = o.id AND p.reserves)
      OR (SELECT count(*) FROM payout_event e WHERE e.payout_id = o.id AND e.kind = 'requested' AND e.data ->> 'reserves' = 'true') > 0
      OR (SELECT reserves FROM payout_archived h WHERE h.payout_id = o.id)
    LIMIT ${most}`
}

/** A grant moved its amount once, and was taken back once at most. */
function grantTrouble(prisma: PrismaClient, ids: string[]): Promise<Found> {
  return prisma.$queryRaw<Found>`
    SELECT 'Grant ' || coalesce(g.reference, page.id::text) || ' is not what the ledger says of it.' AS wrong
    FROM unnest(${ids}::uuid[]) AS page (id) LEFT JOIN grant_row g ON g.id = page.id
    LEFT JOIN LATERAL (
      SELECT count(*) FILTER (WHERE t.amount_minor <> g.amount_minor OR t.receiver_id <> g.receiver_id OR t.currency <> g.currency) AS strange,
             count(*) FILTER (WHERE t.kind = 'grant') AS grants, count(*) FILTER (WHERE t.kind = 'grant_reversal') AS reversals
      FROM (
        SELECT kind, amount_minor, receiver_id, currency FROM ledger_transfer WHERE grant_id = page.id AND kind = 'grant'
        UNION ALL
        SELECT kind, amount_minor, receiver_id, currency FROM ledger_transfer WHERE grant_id = page.id AND kind = 'grant_reversal') t
    ) t ON true
    WHERE g.id IS NULL OR t.strange > 0 OR t.grants <> 1 OR t.reversals > 1
    LIMIT ${most}`
}

/** All ids of a table, some at a time. */
async function* idPages(prisma: PrismaClient, table: Prisma.Sql): AsyncGenerator<string[]> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT t.id::text FROM ${table} t WHERE t.id > ${last}::uuid ORDER BY t.id LIMIT ${atOnce}`
    if (rows.length === 0) return
    yield rows.map(({ id }) => id)
    last = rows.at(-1)?.id ?? last
  }
}

async function* balancePages(prisma: PrismaClient): AsyncGenerator<BalanceKey[]> {
  let last: BalanceKey = { receiverId: '00000000-0000-0000-0000-000000000000', currency: '' }
  for (;;) {
    const rows = await prisma.$queryRaw<BalanceKey[]>`
      SELECT receiver_id::text AS "receiverId", currency FROM balance
      WHERE (receiver_id, currency) > (${last.receiverId}::uuid, ${last.currency}) ORDER BY balance.receiver_id, balance.currency LIMIT ${atOnce}`
    if (rows.length === 0) return
    yield rows
    last = rows.at(-1) ?? last
  }
}

/** Below every number that a row can have, even one inserted by hand. */
const lowest = -(2n ** 63n)

/** Numbers of a table in stretches: after the first, up to the second. */
export async function* numberPages(
  db: Pick<PrismaClient, '$queryRaw'>,
  table: Prisma.Sql,
  rows = lookedAt,
): AsyncGenerator<[bigint, bigint]> {
  let after = lowest
  for (;;) {
    const [page] = await db.$queryRaw<{ upto: bigint | null }[]>`
      SELECT max(id) AS upto FROM (SELECT id FROM ${table} WHERE id > ${after} ORDER BY id LIMIT ${rows}) AS page`
    if (page?.upto == null) return
    yield [after, page.upto]
    after = page.upto
  }
}
