/**
 * Lists of payouts, page by page. However many payouts there are, a page reads little more than it shows: each way to find payouts
 * walks along an index in the order of the list and stops when the page is full.
 */
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { FindPayouts, PayoutFilter, PayoutSum } from '#lib/services/ports.ts'
import { readSums } from './payout-sums.ts'
import { receiversLike, searchWays } from './payout-search.ts'
import type { Way } from './payout-search.ts'

export type Range = { limit: number; cursor?: string | undefined; oldestFirst?: true }

/** Numbers of payouts in the order of the list, and where the next page begins. */
export type SeqPage = { seqs: bigint[]; nextCursor: string | null }

/** A search that fits more receivers than this looks through the newest payouts instead of through each receiver's. */
const receiversAtOnce = 500
/** How many payouts such a search looks through for one page. */
const lookThrough = 10_000
/** Sums of a search are exact up to as many payouts, and not given beyond that. */
const summedAtMost = 10_000

/** The payouts of one page, newest first unless told otherwise. A page of a vague search may be short, and have a next one all the same. */
export async function findPage(prisma: PrismaClient, filter: PayoutFilter, range: Range): Promise<SeqPage> {
  const { search } = filter
  if (search === undefined) return pageOf(await seqsOf(prisma, waysWithout(filter), filter, range), range)
  const receivers = await receiversLike(prisma, search, receiversAtOnce)
  if (receivers !== 'too_many')
    return pageOf(await seqsOf(prisma, searchWays(search, receivers), filter, range), range)
  return vaguePage(prisma, search, filter, range)
}

/** Of everything, or of these statuses; exact. */
export async function sumsOf(prisma: PrismaClient, statuses: PayoutFilter['statuses']): Promise<PayoutSum[]> {
  const all = await readSums(prisma)
  return statuses ? all.filter(({ status }) => statuses.includes(status)) : all
}

/** Of what a search finds; null when that is more than people would add up. */
export async function sumsOfSearch(
  prisma: PrismaClient,
  search: string,
  statuses: PayoutFilter['statuses'],
): ReturnType<FindPayouts['sumsOfSearch']> {
  const receivers = await receiversLike(prisma, search, receiversAtOnce)
  const filter = statuses ? { statuses } : {}
  const limit = summedAtMost
  let seqs: bigint[]
  if (receivers === 'too_many') {
    const { first, last } = await endsOf(prisma)
    if (last - first >= BigInt(lookThrough)) return null
    ;({ seqs } = await vaguePage(prisma, search, filter, { limit }))
  } else {
    // In no order, so that it ends at the limit.
    const walks = walksOf(searchWays(search, receivers), filter, { limit })
    const rows = await prisma.$queryRaw<{ seq: bigint }[]>`
      SELECT seq FROM (${Prisma.join(walks, ' UNION ALL ')}) AS found LIMIT ${limit + 1}`
    seqs = rows.map(({ seq }) => seq)
  }
  if (seqs.length > summedAtMost) return null
  return prisma.$queryRaw<PayoutSum[]>`
    SELECT currency, status, count(*)::int AS count, sum(amount_minor)::bigint AS "amountMinor"
    FROM payout WHERE seq = ANY (${seqs}::bigint[]) GROUP BY currency, status ORDER BY currency, status`
}

function pageOf(found: bigint[], { limit }: Range): SeqPage {
  const seqs = found.slice(0, limit)
  return { seqs, nextCursor: found.length > limit ? (seqs.at(-1)?.toString() ?? null) : null }
}

function waysWithout({ statuses, receiverId, receiverExternalId }: PayoutFilter): Way[] {
  if (receiverId !== undefined) return [{ where: Prisma.sql`p.receiver_id = ${receiverId}::uuid` }]
  if (receiverExternalId !== undefined)
    return [
      {
        where: Prisma.sql`p.receiver_id = (SELECT id FROM receiver WHERE external_id = ${receiverExternalId})`,
      },
    ]
  // Each status by itself: an index of several has no order.
  if (statuses)
    return [
      {
        each: Prisma.sql`unnest(${statuses}::payout_status[]) AS each (status)`,
        where: Prisma.sql`p.status = each.status`,
      },
    ]
  return [{ where: Prisma.sql`true` }]
}

/** What else must be true of a payout that one of the ways has found. */
function alsoOf({ statuses, apiKeyOwnerId }: PayoutFilter): Prisma.Sql {
  return Prisma.join(
    [
      Prisma.sql`true`,
      ...(statuses ? [Prisma.sql`p.status = ANY (${statuses}::payout_status[])`] : []),
      ...(apiKeyOwnerId === undefined
        ? []
        : [
            Prisma.sql`p.api_key_id = ANY (ARRAY(SELECT id FROM api_key WHERE owner_id = ${apiKeyOwnerId}::uuid))`,
          ]),
    ],
    ' AND ',
  )
}

const orderOf = ({ oldestFirst }: Range) => (oldestFirst ? Prisma.sql`ASC` : Prisma.sql`DESC`)

/** One more than the page shows. */
async function seqsOf(
  prisma: PrismaClient,
  ways: Way[],
  filter: PayoutFilter,
  range: Range,
): Promise<bigint[]> {
  const rows = await prisma.$queryRaw<{ seq: bigint }[]>`
    SELECT DISTINCT seq FROM (${Prisma.join(walksOf(ways, filter, range), ' UNION ALL ')}) AS found
    ORDER BY seq ${orderOf(range)} LIMIT ${range.limit + 1}`
  return rows.map(({ seq }) => seq)
}

/** For each way the numbers that it finds, as many as a page may need of them. */
function walksOf(ways: Way[], filter: PayoutFilter, range: Range): Prisma.Sql[] {
  const { limit, cursor, oldestFirst } = range
  const after =
    cursor === undefined
      ? Prisma.sql`true`
      : oldestFirst
        ? Prisma.sql`p.seq > ${BigInt(cursor)}`
        : Prisma.sql`p.seq < ${BigInt(cursor)}`
  return ways.map(({ each, where }) => {
    const walk = Prisma.sql`
      (SELECT p.seq FROM payout p WHERE ${where} AND ${after} AND ${alsoOf(filter)} ORDER BY p.seq ${orderOf(range)} LIMIT ${limit + 1})`
    return each ? Prisma.sql`SELECT found.seq FROM ${each}, LATERAL ${walk} AS found` : walk
  })
}

async function endsOf(prisma: PrismaClient): Promise<{ first: bigint; last: bigint }> {
  const [ends] = await prisma.$queryRaw<{ first: bigint | null; last: bigint | null }[]>`
    SELECT (SELECT min(seq) FROM payout) AS first, (SELECT max(seq) FROM payout) AS last`
  return { first: ends?.first ?? 1n, last: ends?.last ?? 0n }
}

/** Looks through the newest payouts after the cursor, as far as one page may; the next page goes on from there. */
async function vaguePage(
  prisma: PrismaClient,
  search: string,
  filter: PayoutFilter,
  { limit, cursor }: Range,
): Promise<SeqPage> {
  const { first, last } = await endsOf(prisma)
  const from = cursor === undefined ? last + 1n : BigInt(cursor)
  const down = from - BigInt(lookThrough)
  const range = { limit, cursor: from.toString() }
  const ways = searchWays(search, { seqsFrom: down })
  const page = pageOf(await seqsOf(prisma, ways, filter, range), range)
  // The ways by exact ids reach further than this page looked, so what they found below must come again with the page that gets there.
  const seqs = page.seqs.filter((seq) => seq >= down)
  const looked = page.nextCursor === null || seqs.length < page.seqs.length
  const isLast = first >= down
  if (isLast) return page
  return looked ? { seqs, nextCursor: down.toString() } : { ...page, seqs }
}
