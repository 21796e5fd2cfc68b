/**
 * Lists of payouts, page by page, each by a key. However many payouts there are, a page reads little more than it shows: it walks along an
 * index in the order of the list and stops when the page is full. What is rare is collected instead, and put into any order.
 */
import type { Database, PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { openStatuses } from '#lib/payouts/transitions.ts'
import { isSearched } from '#lib/services/payout/searched.ts'
import type { PayoutFilter, PayoutSort, PayoutSum } from '#lib/services/ports.ts'
import { ofPayout, readSearch } from './payout-search.ts'
import type { Way } from './payout-search.ts'
import { readSums, sumsNow } from './payout-sums.ts'
import { numbersOf, pathsOf, wayByAmount } from './payout-ways.ts'
import type { Path } from './payout-ways.ts'
import { catchUpSearch } from './search-rows.ts'

export type Range = { limit: number; cursor?: string | undefined; sort?: PayoutSort | undefined }

/** Numbers of payouts in the order of the list, and where the next page begins. */
export type SeqPage = { seqs: bigint[]; nextCursor: string | null }

/** How far one page looks. Tests set them low, so that small data goes every way. */
export const usualLimits = {
  /** A search that fits more receivers or texts than this looks through payouts instead. */
  receivers: 500,
  texts: 500,
  /** How many payouts of one way one page looks through; the next page goes on from there. */
  lookThrough: 10_000,
  /** What a filter finds is collected if one of its parts finds at most as many. */
  collect: 1_000,
  /** Sums of a filter are exact if one of its parts finds at most as many, and not given beyond that. */
  sums: 2_000,
}
export type Limits = typeof usualLimits

export type PayoutTables = {
  prisma: Database
  vault: Vault
  limits?: Limits
  /** Nothing can be written there: what searches look up and kept sums are as they came. */
  isStandby?: boolean
}

/** The payouts of one page. A page that looked through many for few may be short, and have a next one all the same. */
export async function findPage(tables: PayoutTables, filter: PayoutFilter, range: Range): Promise<SeqPage> {
  const { limits = usualLimits } = tables
  const sort = range.sort ?? 'newest'
  const by = orders[sort]
  const paths = await pathsTo(tables, sort === 'waiting' ? onlyOpen(filter) : filter, sort)
  const inOrder = paths.find(isByNumber)
  if (by.isNumber && inOrder && paths.length <= 2 && inOrder === paths[0])
    return walk(tables.prisma, inOrder, filter, range, limits)
  const least = await leastOf(tables.prisma, paths, filter, limits.collect)
  // Many times as many as were counted a moment ago, and few enough that the planner walks along the index.
  if (least) return collect(tables.prisma, least, filter, range, 10 * limits.collect)
  // However many are open, all of them have to be compared to know who has waited longest.
  const open = sort === 'waiting' ? paths.find(({ isOfStatus }) => isOfStatus) : undefined
  if (open) return collect(tables.prisma, open, filter, range, null)
  if (by.isNumber && inOrder) return walk(tables.prisma, inOrder, filter, range, limits)
  return walkByAmount(tables.prisma, paths, filter, range, limits)
}

/** The sums of everything that a filter finds, by currency and status; null when that is more than people would add up. */
export async function sumsOf(tables: PayoutTables, filter: PayoutFilter): Promise<PayoutSum[] | null> {
  const { prisma, limits = usualLimits, isStandby = false } = tables
  const { statuses, currency, minMinor, maxMinor, ...rest } = filter
  if (minMinor === undefined && maxMinor === undefined && Object.keys(rest).length === 0) {
    const kept = await (isStandby ? sumsNow(prisma) : readSums(prisma))
    return kept.filter(
      (sum) =>
        (statuses === undefined || statuses.includes(sum.status)) &&
        (currency === undefined || sum.currency === currency),
    )
  }
  const least = await leastOf(prisma, await pathsTo(tables, filter, 'newest'), filter, limits.sums)
  if (!least) return null
  return prisma.$queryRaw<PayoutSum[]>`
    SELECT p.currency, p.status::text AS status, count(*)::int AS count, sum(p.amount_minor)::bigint AS "amountMinor"
    FROM ${collected(least, filter, limits.sums)} GROUP BY p.currency, p.status ORDER BY p.currency, p.status`
}

async function pathsTo(
  { prisma, vault, limits = usualLimits, isStandby = false }: PayoutTables,
  filter: PayoutFilter,
  sort: PayoutSort,
): Promise<Path[]> {
  const { search } = filter
  if (isSearched(filter, sort) && !isStandby) await catchUpSearch(prisma, vault)
  const found = search === undefined ? null : await readSearch(prisma, vault, search, limits)
  return pathsOf(filter, vault, found)
}

const onlyOpen = (filter: PayoutFilter): PayoutFilter => ({
  ...filter,
  statuses: (filter.statuses ?? openStatuses).filter((status) => openStatuses.includes(status)),
})

const isByNumber = ({ ways }: Path) => ways.every(({ order }) => order === undefined)

/** By what a list is sorted: a key of a payout `p`, and the number where keys are equal. */
const orders = {
  newest: { key: Prisma.sql`p.seq`, down: true, isNumber: true, isAmount: false },
  oldest: { key: Prisma.sql`p.seq`, down: false, isNumber: true, isAmount: false },
  largest: { key: Prisma.sql`p.amount_minor`, down: true, isNumber: false, isAmount: true },
  smallest: { key: Prisma.sql`p.amount_minor`, down: false, isNumber: false, isAmount: true },
  waiting: {
    key: Prisma.sql`round(extract(epoch FROM p.stage_since) * 1000)::bigint`,
    down: false,
    isNumber: false,
    isAmount: false,
  },
} as const satisfies Record<PayoutSort, object>

type Order = (typeof orders)[PayoutSort]
const direction = ({ down }: Order) => (down ? Prisma.sql`DESC` : Prisma.sql`ASC`)

/** A place in the list: the key and number of the last payout shown. */
type Place = { key: bigint; seq: bigint }
const writePlace = ({ isNumber }: Order, { key, seq }: Place) => (isNumber ? `${seq}` : `${key}.${seq}`)

/** Behind the cursor, as a condition on these two columns. */
function behind(
  { isNumber, down }: Order,
  cursor: string | undefined,
  key: Prisma.Sql,
  seq: Prisma.Sql,
): Prisma.Sql[] {
  if (cursor === undefined) return []
  const sign = down ? Prisma.sql`<` : Prisma.sql`>`
  const [first = '', second = first] = cursor.split('.')
  if (isNumber) return [Prisma.sql`${seq} ${sign} ${BigInt(second)}`]
  return [Prisma.sql`(${key}, ${seq}) ${sign} (${BigInt(first)}::bigint, ${BigInt(second)}::bigint)`]
}

const and = (conditions: readonly Prisma.Sql[]): Prisma.Sql =>
  conditions.length === 0 ? Prisma.sql`true` : Prisma.join([...conditions], ' AND ')

/** As many numbers as `limit` for each value of each way, in the order of its index. */
function numbersAlong({ ways }: Path, filter: PayoutFilter, limit: number): Prisma.Sql {
  const walks = ways.map(({ each, from, seq, where, order }) => {
    const walked = Prisma.sql`(
      SELECT ${seq} AS seq FROM ${from} w WHERE ${and([where, ...numbersOf(filter, seq)])} ORDER BY ${order ?? seq} LIMIT ${limit})`
    return each ? Prisma.sql`SELECT walked.seq FROM ${each}, LATERAL ${walked} AS walked` : walked
  })
  return Prisma.join(walks, ' UNION ALL ')
}

/** The path with the least payouts, if that has at most `most`. Counts no further. */
async function leastOf(
  prisma: PrismaClient,
  paths: readonly Path[],
  filter: PayoutFilter,
  most: number,
): Promise<Path | undefined> {
  // All payouts are few only between two days, or where there is no other path.
  const some = paths.length > 1 && !filter.createdFrom && !filter.createdBefore ? paths.slice(0, -1) : paths
  const counts = some.map(
    (path) => Prisma.sql`
    (SELECT count(*)::int FROM (SELECT FROM (${numbersAlong(path, filter, most + 1)}) AS found LIMIT ${most + 1}) AS counted)`,
  )
  const [row] = await prisma.$queryRaw<{ counts: number[] }[]>`SELECT ARRAY[${Prisma.join(counts)}] AS counts`
  const least = Math.min(...(row?.counts ?? []))
  return least <= most ? some[row?.counts.indexOf(least) ?? 0] : undefined
}

/** Everything that the filter finds along a path that has at most `most` payouts, as rows `p`; null: however many it has. */
function collected(path: Path, filter: PayoutFilter, most: number | null): Prisma.Sql {
  const fits = path.also ?? Prisma.sql`true`
  const [way] = path.ways
  if (most !== null && way && path.ways.length === 1 && way.from === ofPayout.from && !way.hasBasics) {
    // Each comes once, and its row is read where its number is found: a tenth of the work of looking it up by its number again. Not by
    // status: of so few values the planner thinks that walking through all payouts finds enough.
    const walked = Prisma.sql`(
      SELECT w.* FROM payout w WHERE ${and([way.where, ...numbersOf(filter, way.seq)])} ORDER BY ${way.seq} LIMIT ${most})`
    const every = way.each
      ? Prisma.sql`SELECT walked.* FROM ${way.each}, LATERAL ${walked} AS walked`
      : walked
    return Prisma.sql`(SELECT p.* FROM (${every}) AS p WHERE ${fits} OFFSET 0) AS p`
  }
  // OFFSET keeps the planner from reading every payout to join them.
  return Prisma.sql`
    (SELECT DISTINCT seq FROM (${numbersAlong(path, filter, most ?? 2_000_000_000)}) AS every) AS found,
    LATERAL (SELECT p.* FROM payout p WHERE p.seq = found.seq AND ${fits} OFFSET 0) AS p`
}

async function collect(
  prisma: PrismaClient,
  path: Path,
  filter: PayoutFilter,
  { limit, cursor, sort = 'newest' }: Range,
  most: number | null,
): Promise<SeqPage> {
  const by = orders[sort]
  const rows = await prisma.$queryRaw<Place[]>`
    SELECT ${by.key} AS key, p.seq FROM ${collected(path, filter, most)}
    WHERE ${and(behind(by, cursor, by.key, Prisma.sql`p.seq`))}
    ORDER BY 1 ${direction(by)}, 2 ${direction(by)} LIMIT ${limit + 1}`
  return pageOf(by, rows, limit, null)
}

/** The page of these places, one more than it shows if there are more. `edge`: how far was looked if that is not the end. */
function pageOf(by: Order, places: readonly Place[], limit: number, edge: Place | null): SeqPage {
  const shown = places.slice(0, limit)
  const last = places.length > limit ? shown.at(-1) : edge
  return { seqs: shown.map(({ seq }) => seq), nextCursor: last ? writePlace(by, last) : null }
}

/** What one way found, at most one more than the page shows; if less, the last place that it looked at, null at its end. */
type Walked = { keys: bigint[]; seqs: bigint[]; edgeKey: bigint | null; edgeSeq: bigint | null }

/** A way in the order of the list, stopping when the page is full or `lookThrough` payouts were looked at. */
function walked(
  { each, from, seq, where, hasBasics }: Way,
  { also, basic, beyond }: Pick<Path, 'also' | 'basic' | 'beyond'>,
  filter: PayoutFilter,
  { limit, cursor, sort = 'newest' }: Range,
  { lookThrough }: Limits,
): Prisma.Sql {
  const by = orders[sort]
  const key = by.isAmount ? Prisma.sql`w.amount_minor` : seq
  const order = by.isNumber
    ? Prisma.sql`${seq} ${direction(by)}`
    : Prisma.sql`${key} ${direction(by)}, ${seq} ${direction(by)}`
  // What the index itself can tell is asked of it, and the rest of the payout: reading ten thousand payouts takes 30 times as long.
  const ofIndex = hasBasics && basic ? [basic] : []
  const ofRow = hasBasics ? beyond : also
  const basics = ofIndex.length > 0 ? Prisma.sql`, w.currency, w.source, w.amount_minor` : Prisma.empty
  const rows = (only: Prisma.Sql[]) => {
    const all = [where, ...numbersOf(filter, seq), ...behind(by, cursor, key, seq), ...only]
    return Prisma.sql`SELECT ${key} AS key, ${seq} AS seq${basics} FROM ${from} w WHERE ${and(all)} ORDER BY ${order}`
  }
  const fits = and([
    ...ofIndex,
    ...(ofRow === null
      ? []
      : [Prisma.sql`EXISTS (SELECT FROM payout p WHERE p.seq = seen.seq AND ${ofRow} OFFSET 0)`]),
  ])
  const found = Prisma.sql`
    SELECT seen.key, seen.seq FROM (${rows([])} LIMIT ${also === null ? limit + 1 : lookThrough}) AS seen WHERE ${fits} LIMIT ${limit + 1}`
  // Only a way that found too little looks for the place where it stopped. In one statement, so that both see the same payouts.
  const edge =
    also === null
      ? Prisma.sql`SELECT NULL::bigint AS key, NULL::bigint AS seq`
      : Prisma.sql`${rows([Prisma.sql`cardinality(hit.seqs) <= ${limit}`])} OFFSET ${lookThrough - 1} LIMIT 1`
  return Prisma.sql`
    SELECT hit.keys, hit.seqs, edge.key AS "edgeKey", edge.seq AS "edgeSeq"
    FROM ${each ? Prisma.sql`${each},` : Prisma.empty}
      LATERAL (SELECT coalesce(array_agg(f.key), '{}') AS keys, coalesce(array_agg(f.seq), '{}') AS seqs FROM (${found}) AS f) AS hit
      LEFT JOIN LATERAL (${edge}) AS edge ON true`
}

/** Along ways whose indexes are in the order of the list. */
async function walk(
  prisma: PrismaClient,
  path: Path,
  filter: PayoutFilter,
  range: Range,
  limits: Limits,
): Promise<SeqPage> {
  const by = orders[range.sort ?? 'newest']
  const walks = path.ways.map((way) => walked(way, path, filter, range, limits))
  const found = await prisma.$queryRaw<Walked[]>`${Prisma.join(walks, ' UNION ALL ')}`
  const isBefore = (one: bigint, other: bigint) => (by.down ? one > other : one < other)
  // Behind the nearest edge a way may have more, so what another found there comes again with a later page.
  const edges = found.flatMap(({ edgeSeq }) => (edgeSeq === null ? [] : [edgeSeq]))
  const edge = edges.reduce<bigint | null>(
    (near, each) => (near === null || isBefore(each, near) ? each : near),
    null,
  )
  const seqs = [...new Set(found.flatMap((one) => one.seqs))]
    .filter((seq) => edge === null || !isBefore(edge, seq))
    .sort((a, b) => (isBefore(a, b) ? -1 : 1))
  const places = seqs.map((seq) => ({ key: seq, seq }))
  return pageOf(by, places, range.limit, edge === null ? null : { key: edge, seq: edge })
}

/** Along all payouts of one currency by amount. */
async function walkByAmount(
  prisma: PrismaClient,
  paths: readonly Path[],
  filter: PayoutFilter,
  range: Range,
  limits: Limits,
): Promise<SeqPage> {
  if (filter.currency === undefined) throw new Error('Bug: amounts of different currencies have no order')
  const own = paths.find((path) => !isByNumber(path))
  const way = wayByAmount(filter)
  const others = own ?? { also: null, basic: null, beyond: null }
  const [found] = await prisma.$queryRaw<Walked[]>`${walked(way, others, filter, range, limits)}`
  if (!found) return { seqs: [], nextCursor: null }
  const places = found.seqs.map((seq, index) => ({ key: found.keys[index] ?? 0n, seq }))
  const { edgeKey: key, edgeSeq: seq } = found
  const edge = key === null || seq === null ? null : { key, seq }
  return pageOf(orders[range.sort ?? 'largest'], places, range.limit, edge)
}
