/**
 * What the desk's search finds: ids by their beginning, the last characters or the whole number of an account, amounts, banks by their
 * name, texts and receivers by any part.
 */
import { literal } from '#lib/db/engine/like-literal.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'
import type { Vault } from '#lib/db/seal/vault.ts'
import { parseAmount } from '#lib/payouts/money.ts'
import { typedAmount } from '#lib/payouts/typed-amount.ts'
import { accountPrints, bankPrints, hasPrint } from './search-rows.ts'

/**
 * One way to find payouts along an index: the relation `w`, its column with the payout's number, and the condition that the index answers.
 * `each` gives the values `each.v` (and `each.c`) to walk along one by one, because an index of several values has no order.
 * `order` where the index has another than by number. `hasBasics`: the index also holds currency, source and amount, so that what a list
 * asks of these is answered without reading the payout.
 */
export type Way = {
  each?: Prisma.Sql
  from: Prisma.Sql
  seq: Prisma.Sql
  where: Prisma.Sql
  order?: Prisma.Sql
  hasBasics?: true
}

/** What a search means: the condition on a payout `p`, and the ways to all it finds; null: too many, so look through other ways. */
export type Search = { where: Prisma.Sql; ways: Way[] | null }

export const ofPayout = { from: Prisma.sql`payout`, seq: Prisma.sql`w.seq` }
export const ofSearch = { from: Prisma.sql`payout_search`, seq: Prisma.sql`w.seq` }

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

/** The index finds texts by three letters or digits in a row, or two and where their word begins or ends. */
const isIndexed = (word: string) =>
  /[\p{L}\p{N}]{3}|[\p{L}\p{N}]{2}[^\p{L}\p{N}]|[^\p{L}\p{N}][\p{L}\p{N}]{2}/u.test(word)

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

/** Does the row of `payout_search` that belongs to `p` fit? */
export const searchRowFits = (where: Prisma.Sql): Prisma.Sql =>
  Prisma.sql`EXISTS (SELECT FROM payout_search s WHERE s.seq = p.seq AND ${where} OFFSET 0)`

/** Everything that a search may find beside receivers and texts. */
function plainSearch(vault: Vault, search: string, currencies: string[]) {
  const amounts = currencies.flatMap((currency) => {
    const read = parseAmount(typedAmount(search), currency)
    return read.ok ? [{ currency, amountMinor: read.amountMinor }] : []
  })
  const isAccount = /\d/.test(search) && search.replaceAll(/[^\p{L}\p{N}]/gu, '').length >= 6
  return {
    ids: idsFrom(search),
    last4: /^[0-9A-Za-z]{1,4}$/.test(search) ? search : null,
    amounts,
    banks: bankPrints(vault, search),
    accounts: isAccount ? accountPrints(vault, search) : [],
  }
}

/** The first and last payout id that begins like this, with or without hyphens; null: no id does. */
function idsFrom(search: string): { first: string; last: string } | null {
  const digits = search.toLowerCase().replaceAll('-', '')
  if (!/^[0-9a-f]{4,32}$/.test(digits)) return null
  const id = (fill: string) =>
    digits.padEnd(32, fill).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
  const first = id('0')
  if (search.includes('-') && !first.startsWith(search.toLowerCase())) return null
  return { first, last: id('f') }
}

/** Only of digits can an index in any language's order tell where the beginnings end. */
function orderIdsFrom(search: string): Prisma.Sql {
  if (!/^\d{3,30}$/.test(search)) return Prisma.sql`p.order_id = ${search}`
  const isHighest = /^9+$/.test(search)
  const beyond = isHighest ? 'a' : (BigInt(search) + 1n).toString().padStart(search.length, '0')
  return Prisma.sql`(p.order_id >= ${search} AND p.order_id < ${beyond} AND starts_with(p.order_id, ${search}))`
}

/** More than this is looked through instead. */
type Limits = { receivers: number; texts: number }

/** What a search means in this database. */
export async function readSearch(
  prisma: PrismaClient,
  vault: Vault,
  search: string,
  limits: Limits,
): Promise<Search> {
  const currencies = await prisma.$queryRaw<{ currency: string }[]>`SELECT DISTINCT currency FROM payout_sum`
  const plain = plainSearch(
    vault,
    search,
    currencies.map(({ currency }) => currency),
  )
  const [receivers, seqs] = await Promise.all([
    receiversLike(prisma, search, limits.receivers),
    textsLike(prisma, search, plain, limits.texts),
  ])
  const { last4, amounts, banks, accounts } = plain
  const prints = [
    ...(banks.length > 0 ? [hasPrint('bank_print', banks)] : []),
    ...(accounts.length > 0 ? [hasPrint('account_print', accounts)] : []),
  ]
  const either = [
    ...(last4 === null ? [] : [Prisma.sql`p.account_last4 = ${last4}`]),
    ...amounts.map(
      ({ currency, amountMinor }) =>
        Prisma.sql`(p.currency = ${currency} AND p.amount_minor = ${amountMinor})`,
    ),
  ]
  if (receivers === 'too_many' || seqs === 'too_many') {
    const ofRow = [...prints, Prisma.sql`s.text ILIKE ${part(search)}`]
    const all = [
      ...either,
      ...(plain.ids ? [Prisma.sql`p.id BETWEEN ${plain.ids.first}::uuid AND ${plain.ids.last}::uuid`] : []),
      Prisma.sql`starts_with(p.client_order_id, ${search})`,
      orderIdsFrom(search),
      // OFFSET keeps the planner from reading every receiver to join them.
      Prisma.sql`EXISTS (SELECT FROM receiver r WHERE r.id = p.receiver_id AND ${isLike(search)} OFFSET 0)`,
      searchRowFits(Prisma.sql`(${Prisma.join(ofRow, ' OR ')})`),
    ]
    return { where: Prisma.sql`(${Prisma.join(all, ' OR ')})`, ways: null }
  }
  const all = [
    ...either,
    Prisma.sql`p.seq = ANY (${seqs}::bigint[])`,
    Prisma.sql`p.receiver_id = ANY (${receivers}::uuid[])`,
    ...(prints.length > 0 ? [searchRowFits(Prisma.sql`(${Prisma.join(prints, ' OR ')})`)] : []),
  ]
  return {
    where: Prisma.sql`(${Prisma.join(all, ' OR ')})`,
    ways: waysOfSearch(plain, receivers, seqs),
  }
}

function waysOfSearch(
  { last4, amounts, banks, accounts }: ReturnType<typeof plainSearch>,
  receivers: string[],
  seqs: bigint[],
): Way[] {
  const ways: Way[] = []
  if (seqs.length > 0)
    ways.push({
      ...ofPayout,
      each: Prisma.sql`unnest(${seqs}::bigint[]) AS each (v)`,
      where: Prisma.sql`w.seq = each.v`,
    })
  if (receivers.length > 0)
    ways.push({
      ...ofPayout,
      each: Prisma.sql`unnest(${receivers}::uuid[]) AS each (v)`,
      where: Prisma.sql`w.receiver_id = each.v`,
    })
  if (last4 !== null) ways.push({ ...ofPayout, where: Prisma.sql`w.account_last4 = ${last4}` })
  if (amounts.length > 0) {
    const [codes, minors] = [
      amounts.map(({ currency }) => currency),
      amounts.map(({ amountMinor }) => amountMinor),
    ]
    ways.push({
      ...ofSearch,
      each: Prisma.sql`unnest(${codes}::char(3)[], ${minors}::bigint[]) AS each (c, v)`,
      where: Prisma.sql`w.currency = each.c AND w.amount_minor = each.v`,
    })
  }
  for (const [column, prints] of [
    ['bank_print', banks],
    ['account_print', accounts],
  ] as const)
    if (prints.length > 0) ways.push(wayOfPrint(column, prints))
  return ways
}

export const wayOfPrint = (column: 'bank_print' | 'account_print', prints: string[]): Way => ({
  ...ofSearch,
  each: Prisma.sql`unnest(${prints}::text[]) AS each (v)`,
  where: Prisma.sql`${Prisma.raw(`w.${column}`)} = each.v`,
  ...(column === 'bank_print' && { hasBasics: true }),
})

/** So many texts, spread evenly over all payouts, say which words are common. */
const sampledTexts = 200

/**
 * What the index of texts is asked for: of several words the one that fewest texts have, and of these the longest. It would look for every
 * three letters of the search in lists as long as their words are common, which takes a hundred times as long with "invoice 12345".
 */
async function rarestWord(prisma: PrismaClient, search: string): Promise<string> {
  const words = search.split(/\s+/).filter(isIndexed)
  if (words.length < 2) return search
  const rows = await prisma.$queryRaw<{ word: string }[]>`
    WITH newest AS (SELECT seq FROM payout_search ORDER BY seq DESC LIMIT 1), sampled AS MATERIALIZED (
      SELECT s.text FROM newest, generate_series(newest.seq, 1, -(newest.seq / ${sampledTexts} + 1)) AS place,
        LATERAL (SELECT text FROM payout_search WHERE seq = place OFFSET 0) AS s)
    SELECT word FROM unnest(${words}::text[], ${words.map(part)}::text[]) AS given (word, pattern)
    ORDER BY (SELECT count(*) FROM sampled WHERE text ILIKE pattern), length(word) DESC LIMIT 1`
  return rows[0]?.word ?? search
}

/** The payouts that a search finds by the beginning of an id or by a part of a text; too many, or too little of it is indexed to say. */
async function textsLike(
  prisma: PrismaClient,
  search: string,
  { ids }: ReturnType<typeof plainSearch>,
  limit: number,
): Promise<bigint[] | 'too_many'> {
  if (!isIndexed(search)) return 'too_many'
  const most = limit + 1
  const word = await rarestWord(prisma, search)
  // What is joined to nothing is no column of the index: it is compared with what the index found.
  const whole = word === search ? Prisma.empty : Prisma.sql`AND (s.text || '') ILIKE ${part(search)}`
  const rows = await prisma.$queryRaw<{ way: string; seq: bigint }[]>`
    (SELECT 'text' AS way, s.seq FROM payout_search s WHERE s.text <> '' AND s.text ILIKE ${part(word)} ${whole} LIMIT ${most})
    UNION ALL
    (SELECT 'client_order_id', s.seq FROM payout_search s WHERE s.client_order_id LIKE ${`${literal(search)}%`}
      ORDER BY s.client_order_id LIMIT ${most})
    UNION ALL
    (SELECT 'order_id', p.seq FROM payout p WHERE ${orderIdsFrom(search)} ORDER BY p.order_id LIMIT ${most})
    ${
      ids === null
        ? Prisma.empty
        : Prisma.sql`UNION ALL
    (SELECT 'id', p.seq FROM payout p WHERE p.id BETWEEN ${ids.first}::uuid AND ${ids.last}::uuid ORDER BY p.id LIMIT ${most})`
    }`
  const counts = new Map<string, number>()
  for (const { way } of rows) counts.set(way, (counts.get(way) ?? 0) + 1)
  if ([...counts.values()].some((count) => count > limit)) return 'too_many'
  return [...new Set(rows.map(({ seq }) => seq))]
}
