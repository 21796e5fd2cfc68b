// The desk's list and search on a million payouts beside a thousand, in one run: pages must cost the same. Both databases are filled by
// PostgreSQL itself, with triggers and foreign keys off for the filling alone (lib/db/testing/fill.ts); indexes are built as always.
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { totalmem } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createStores } from '#lib/db/stores.ts'
import { fillDatabase, filledVault, staffId } from '#lib/db/testing/fill.ts'
import { joinEmbeddedPostgres, migrate } from '#lib/runtime/database.ts'

const dataDir = join(process.cwd(), '.data', 'bench-million')
const small = 1_000
const large = 1_000_000
/** Looks at each page, of both databases in turn. */
const rounds = 200
/** Before the pages and their indexes are in memory, the disk is measured. */
const warmUpRounds = 20

/** One page of a database: how many rows it had (the median) and how long it took. */
type Cost = { rows: number; p50Ms: number; p95Ms: number }

export type PageCost = {
  what: string
  small: Cost
  large: Cost
  /** Of the p95, large by small: 1 if the number of payouts doesn't matter. */
  ratio: number
}

type List = ReturnType<typeof createStores>['payouts']['list']
type Look = Parameters<List>[0] & Pick<Parameters<List>[1], 'sort'> & { cursor?: string }
type Desk = { look: (what: Look) => Promise<number>; payouts: number; close: () => Promise<void> }

/** What people ask of the list; `n` differs from round to round. */
const isLarge = (payouts: number) => payouts === large
/** Of the thousand, days that have as many payouts as one day has of the million. */
const daysOf = (payouts: number, days: number) => (isLarge(payouts) ? days : days * 30)

/** What people ask of the list; `n` differs from round to round. Where it can be, the page of a thousand is as full as that of a million. */
const looks: [what: string, of: (n: number, payouts: number) => Look][] = [
  ['First page', () => ({})],
  ['A page in the middle', (_n, payouts) => ({ cursor: String(Math.round(payouts / 2)) })],
  ['One rare status', () => ({ statuses: ['outcome_unknown'] })],
  ['Three statuses', () => ({ statuses: ['declined', 'paid', 'processing'] })],
  ['Search: order id', (n) => ({ search: `cardzo-${n}` })],
  ['Search: e-mail', (n, payouts) => ({ search: `receiver${1 + (n % (payouts / 5))}@example.com` })],
  [
    'Search: last four digits',
    (n, payouts) => ({ search: String(n % (isLarge(payouts) ? 10_000 : 14)).padStart(4, '0') }),
  ],
  ['Search: first name', () => ({ search: 'Ada' })],
  ['Search: what nobody has', () => ({ search: 'no such person' })],
  [
    'Search: the beginning of an order id',
    (n, payouts) => ({ search: `order-${String(n).slice(0, isLarge(payouts) ? 4 : 1)}` }),
  ],
  ['Search: a word of the description', (n) => ({ search: `invoice ${n}` })],
  [
    'Search: an amount',
    (n, payouts) => ({ search: (10 + (isLarge(payouts) ? (n % 90_000) / 100 : (n % 90) * 10)).toFixed(2) }),
  ],
  [
    'One day',
    (n, payouts) => ({
      createdFrom: dayOf(n, payouts),
      createdBefore: dayOf(n, payouts, daysOf(payouts, 1)),
    }),
  ],
  [
    'What failed in a month',
    (n, payouts) => ({
      statuses: ['failed', 'declined'],
      createdFrom: dayOf(n, payouts),
      createdBefore: dayOf(n, payouts, isLarge(payouts) ? 30 : 90),
    }),
  ],
  ['One bank', (n) => ({ bank: `bank ${n % 10}` })],
  ['High risk', () => ({ risks: ['high'] })],
  ['One error code', () => ({ code: '5' })],
  ['One approver', () => ({ approvedById: staffId(3) })],
  [
    'Large amounts of one status',
    (_n, payouts) => ({
      statuses: ['failed'],
      currency: 'EUR',
      minMinor: isLarge(payouts) ? 80_000n : 30_000n,
    }),
  ],
  ['The largest amounts', () => ({ currency: 'EUR', sort: 'largest' })],
  [
    'The largest in the middle, paid',
    () => ({ currency: 'EUR', sort: 'largest', statuses: ['paid'], cursor: '50000.500' }),
  ],
  ['Who has waited longest', () => ({ sort: 'waiting' })],
  ['Stuck for an hour', () => ({ waitingSince: new Date(Date.now() - 3_600_000) })],
  [
    'Five things at once',
    () => ({ statuses: ['paid'], sources: ['api'], currency: 'EUR', risks: ['none', 'low'], bank: 'Bank 7' }),
  ],
  [
    'Five things that no payout has',
    () => ({ statuses: ['paid'], sources: ['api'], currency: 'USD', risks: ['none', 'low'], bank: 'Bank 7' }),
  ],
  ['A bank and a risk that no payout has together', () => ({ bank: 'Bank 7', risks: ['low'] })],
]

/** The day on which about the `n`-th of all payouts was made (lib/db/testing/fill.ts), or `days` later. */
const dayOf = (n: number, payouts: number, days = 0) =>
  new Date(Date.now() - (1 - n / payouts) * 400 * 86_400_000 + days * 86_400_000)

/** Takes several minutes the first time, nearly all for filling. `say` hears of each step. */
export async function measureMillion(
  say: (what: string) => void,
): Promise<{ pages: PageCost[]; version: string }> {
  const { url, leave } = await joinRoomy()
  const desks: Desk[] = []
  try {
    const [row] = await run(url, `SELECT current_setting('server_version') AS text`)
    for (const payouts of [small, large]) {
      say(`${payouts.toLocaleString('en')} payouts`)
      desks.push(await openDesk(url, payouts))
    }
    say('Pages')
    const pages: PageCost[] = []
    for (const [what, of] of looks) pages.push(await compare(what, of, desks))
    return { pages, version: row?.text ?? '' }
  } finally {
    for (const desk of desks) await desk.close()
    await leave()
  }
}

/**
 * A server of its own, with as much memory as a database of this size is given: PostgreSQL's own default of 128 MB is for small ones.
 * A new one starts twice.
 */
async function joinRoomy() {
  const memory = `${Math.min(4096, Math.round(totalmem() / 2 ** 22))}MB`
  const server = await joinEmbeddedPostgres({ dataDir })
  const [row] = await run(server.url, `SELECT current_setting('shared_buffers') AS text`)
  const [own] = await run(
    server.url,
    `SELECT (pg_size_bytes('${memory}') = pg_size_bytes('${row?.text ?? ''}'))::text AS text`,
  )
  if (own?.text === 'true') return server
  for (const setting of [`shared_buffers = '${memory}'`, `max_wal_size = '8GB'`])
    await run(server.url, `ALTER SYSTEM SET ${setting}`)
  await server.leave()
  return joinEmbeddedPostgres({ dataDir })
}

async function compare(
  what: string,
  of: (n: number, payouts: number) => Look,
  desks: Desk[],
): Promise<PageCost> {
  const seen = desks.map(() => [] as { ms: number; rows: number }[])
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const [index, desk] of desks.entries()) {
      // Spread over all payouts, and the same ones in every run.
      const n = 1 + ((round * 7_919) % desk.payouts)
      const began = performance.now()
      const rows = await desk.look(of(n, desk.payouts))
      if (round >= warmUpRounds) seen[index]?.push({ ms: performance.now() - began, rows })
    }
  }
  const [ofSmall = costOf([]), ofLarge = costOf([])] = seen.map(costOf)
  return { what, small: ofSmall, large: ofLarge, ratio: ofLarge.p95Ms / ofSmall.p95Ms }
}

function costOf(looked: readonly { ms: number; rows: number }[]): Cost {
  const at = (values: number[], share: number) =>
    values.sort((a, b) => a - b)[Math.floor(values.length * share)] ?? NaN
  const ms = looked.map((one) => one.ms)
  const rows = looked.map((one) => one.rows)
  return { rows: at(rows, 0.5), p50Ms: at(ms, 0.5), p95Ms: at(ms, 0.95) }
}

/** The address of a database with that many payouts, filled unless there is one already. */
export async function filledDatabase(serverUrl: string, payouts: number): Promise<string> {
  const name = `filled_${payouts}`
  const address = new URL(serverUrl)
  address.pathname = `/${name}`
  const made = await recipe()
  if ((await recipeOf(serverUrl, name)) !== made) {
    await run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await run(serverUrl, `CREATE DATABASE ${name}`)
    await migrate(address.href)
    await fillDatabase(address.href, payouts, { dense: payouts === small })
    await run(serverUrl, `COMMENT ON DATABASE ${name} IS '${made}'`)
  }
  return address.href
}

async function openDesk(serverUrl: string, payouts: number): Promise<Desk> {
  const prisma = createPrisma(await filledDatabase(serverUrl, payouts))
  const stores = createStores(prisma, {
    hooks: { enqueueMail: () => Promise.resolve() },
    vault: filledVault,
    keepMailTexts: false,
  })
  return {
    payouts,
    // What lib/services/payout/list-payouts.ts asks for one page of the desk.
    async look({ sort, cursor, ...filter }) {
      const [page] = await Promise.all([
        stores.payouts.list(filter, { limit: 50, cursor, ...(sort && { sort }) }),
        stores.payouts.sums(filter),
      ])
      return page.rows.length
    },
    close: () => prisma.$disconnect(),
  }
}

/** A database that was made from the same migrations in the same way is used again. */
async function recipe(): Promise<string> {
  const hash = createHash('sha256').update(await readFile('lib/db/testing/fill.ts'))
  for (const name of (await readdir('prisma/migrations')).sort())
    if (/^\d/.test(name)) hash.update(await readFile(join('prisma/migrations', name, 'migration.sql')))
  return hash.digest('hex')
}

async function recipeOf(serverUrl: string, name: string): Promise<string | undefined> {
  const rows = await run(
    serverUrl,
    `SELECT shobj_description(oid, 'pg_database') AS text FROM pg_database WHERE datname = '${name}'`,
  )
  return rows[0]?.text ?? undefined
}

async function run(serverUrl: string, statement: string): Promise<{ text: string | null }[]> {
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  try {
    return (await client.query<{ text: string | null }>(statement)).rows
  } finally {
    await client.end()
  }
}

/** How many rows a page had, in words, and of the thousand if that is another number. */
export const rowsOf = (small: { rows: number }, large: { rows: number }) =>
  small.rows === large.rows
    ? `${large.rows} ${large.rows === 1 ? 'row' : 'rows'}`
    : `${large.rows} rows, ${small.rows} at 1,000`
