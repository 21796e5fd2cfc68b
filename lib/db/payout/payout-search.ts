/** What the desk's search finds: ids exactly, the last characters of an account, and receivers by a part of their name, address or id. */
import { literal } from '#lib/db/engine/like-literal.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import { isUuid } from '#lib/payouts/uuid.ts'

/** One way to find payouts: what goes before `payout p`, and the condition that an index answers in the order of the list. */
export type Way = { each?: Prisma.Sql; where: Prisma.Sql }

/** The expression of the index `receiver_search`, letter by letter. The table is `r`. */
const searchText = Prisma.sql`(
  r.external_id || E'\\n' || coalesce(r.email, '') || E'\\n' || coalesce(r.first_name, '') || E'\\n' || coalesce(r.last_name, ''))`

const part = (text: string) => `%${literal(text)}%`

/** The whole search within one column or, for "Ada Nowak", every word in one of the names. */
export function isLike(search: string): Prisma.Sql {
  const columns = ['external_id', 'email', 'first_name', 'last_name'].map((name) => Prisma.raw(`r.${name}`))
  const whole = columns.map((column) => Prisma.sql`${column} ILIKE ${part(search)}`)
  const words = search.split(/\s+/)
  const named = words.map(
    (word) => Prisma.sql`(r.first_name ILIKE ${part(word)} OR r.last_name ILIKE ${part(word)})`,
  )
  const ways = words.length > 1 ? [...whole, Prisma.sql`(${Prisma.join(named, ' AND ')})`] : whole
  return Prisma.sql`(${Prisma.join(ways, ' OR ')})`
}

/** The index finds texts by three letters or digits in a row. */
const isIndexed = (word: string) => /[\p{L}\p{N}]{3}/u.test(word)

/** The condition that the index answers; null: nothing in the search is long enough for it. */
function indexedLike(search: string): Prisma.Sql | null {
  const words = search.split(/\s+/).filter(isIndexed)
  if (words.length === 0) return null
  return Prisma.join(
    words.map((word) => Prisma.sql`${searchText} ILIKE ${part(word)}`),
    ' AND ',
  )
}

/**
 * The receivers that a search finds, in no order; by a whole e-mail address those that have it. If there are more than `limit`, or too little of it is indexed to say: the one with
 * exactly this id, else `too_many`.
 */
export async function receiversLike(
  prisma: PrismaClient,
  search: string,
  limit: number,
): Promise<string[] | 'too_many'> {
  if (search.includes('@')) {
    const own = await prisma.$queryRaw<{ id: string }[]>`
      SELECT id::text FROM receiver WHERE lower(email) = lower(${search}) LIMIT ${limit}`
    if (own.length > 0) return own.map(({ id }) => id)
  }
  const indexed = indexedLike(search)
  if (indexed !== null) {
    const rows = await prisma.$queryRaw<{ id: string }[]>`
      SELECT r.id::text FROM receiver r WHERE ${indexed} AND ${isLike(search)} LIMIT ${limit + 1}`
    if (rows.length <= limit) return rows.map(({ id }) => id)
  }
  const exact = await prisma.receiver.findUnique({ where: { externalId: search }, select: { id: true } })
  return exact ? [exact.id] : 'too_many'
}

/** The ways to a search's payouts, each along an index: by ids, by account, and by receiver, or else through all from a number on. */
export function searchWays(search: string, receivers: string[] | { seqsFrom: bigint }): Way[] {
  const ways: Way[] = [
    { where: Prisma.sql`p.client_order_id = ${search}` },
    { where: Prisma.sql`p.order_id = ${search}` },
  ]
  if (isUuid(search)) ways.push({ where: Prisma.sql`p.id = ${search}::uuid` })
  if (/^[0-9A-Za-z]{1,4}$/.test(search)) ways.push({ where: Prisma.sql`p.account_last4 = ${search}` })
  if (Array.isArray(receivers)) {
    if (receivers.length > 0)
      ways.push({
        each: Prisma.sql`unnest(${receivers}::uuid[]) AS each (id)`,
        where: Prisma.sql`p.receiver_id = each.id`,
      })
  } else {
    // OFFSET keeps the planner from reading every receiver to join them.
    ways.push({
      where: Prisma.sql`p.seq >= ${receivers.seqsFrom} AND EXISTS (
        SELECT FROM receiver r WHERE r.id = p.receiver_id AND ${isLike(search)} OFFSET 0)`,
    })
  }
  return ways
}
