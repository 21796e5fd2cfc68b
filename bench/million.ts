// The desk's list and search on a million payouts beside a thousand, in one run: pages must cost the same. Both databases are filled by
// PostgreSQL itself, with triggers and foreign keys off for the filling alone (lib/db/testing/fill.ts); indexes are built as always.
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createStores } from '#lib/db/stores.ts'
import { fillDatabase, filledVault, staffId } from '#lib/db/testing/fill.ts'
import { joinEmbeddedPostgres, migrate } from '#lib/runtime/database.ts'

const small = 1_000
const large = 1_000_000
/** Looks at each page, of both databases in turn. */
const rounds = 120
/** Before the pages and their indexes are in memory, the disk is measured. */
const warmUpRounds = 20

export type PageCost = {
  what: string
  /** Milliseconds, 95 % of all looks. */
  smallP95Ms: number
  largeP95Ms: number
  /** Large by small: 1 if the number of payouts doesn't matter. */
  ratio: number
}

type List = ReturnType<typeof createStores>['payouts']['list']
type Look = Parameters<List>[0] & Pick<Parameters<List>[1], 'sort'> & { cursor?: string }
type Desk = { look: (what: Look) => Promise<unknown>; payouts: number; close: () => Promise<void> }

/** What people ask of the list; `n` differs from round to round. */
const looks: [what: string, of: (n: number, payouts: number) => Look][] = [
  ['First page', () => ({})],
  ['A page in the middle', (_n, payouts) => ({ cursor: String(Math.round(payouts / 2)) })],
  ['One rare status', () => ({ statuses: ['outcome_unknown'] })],
  ['Three statuses', () => ({ statuses: ['declined', 'paid', 'processing'] })],
  ['Search: order id', (n) => ({ search: `cardzo-${n}` })],
  ['Search: e-mail', (n, payouts) => ({ search: `receiver${1 + (n % (payouts / 5))}@example.com` })],
  [
    'Search: last four digits',
    (n, payouts) => ({ search: String(n % Math.min(payouts, 10_000)).padStart(4, '0') }),
  ],
  ['Search: first name', () => ({ search: 'Ada' })],
  ['Search: what nobody has', () => ({ search: 'no such person' })],
  ['Search: the beginning of an order id', (n) => ({ search: `order-${String(n).slice(0, 4)}` })],
  ['Search: a word of the description', (n) => ({ search: `invoice ${n}` })],
  ['Search: an amount', (n) => ({ search: `${10 + (n % 900)}.${String(n % 100).padStart(2, '0')}` })],
  ['One day', (n, payouts) => ({ createdFrom: dayOf(n, payouts), createdBefore: dayOf(n, payouts, 1) })],
  [
    'What failed in a month',
    (n, payouts) => ({
      statuses: ['failed', 'declined'],
      createdFrom: dayOf(n, payouts),
      createdBefore: dayOf(n, payouts, 30),
    }),
  ],
  ['One bank', (n) => ({ bank: `bank ${n % 40}` })],
  ['High risk', () => ({ risks: ['high'] })],
  ['One error code', () => ({ code: '5' })],
  ['One approver', () => ({ approvedById: staffId(3) })],
  ['Large amounts of one status', () => ({ statuses: ['failed'], currency: 'EUR', minMinor: 80_000n })],
  ['The largest amounts', () => ({ currency: 'EUR', sort: 'largest' })],
  [
    'The largest in the middle, paid',
    () => ({ currency: 'EUR', sort: 'largest', statuses: ['paid'], cursor: '50000.500' }),
  ],
  ['Who has waited longest', () => ({ sort: 'waiting' })],
  ['Stuck for an hour', () => ({ waitingSince: new Date(Date.now() - 3_600_000) })],
  [
    'Five things at once',
    () => ({
      statuses: ['paid'],
      sources: ['api'],
      currency: 'USD',
      risks: ['low', 'medium', 'high'],
      bank: 'Bank 7',
    }),
  ],
]

/** The day on which about the `n`-th of all payouts was made (lib/db/testing/fill.ts), or `days` later. */
const dayOf = (n: number, payouts: number, days = 0) =>
  new Date(Date.now() - (1 - n / payouts) * 400 * 86_400_000 + days * 86_400_000)

/** Takes several minutes the first time, nearly all for filling. `say` hears of each step. */
export async function measureMillion(say: (what: string) => void): Promise<PageCost[]> {
  const { url, leave } = await joinEmbeddedPostgres({ dataDir: join(process.cwd(), '.data', 'bench') })
  const desks: Desk[] = []
  try {
    for (const payouts of [small, large]) {
      say(`${payouts.toLocaleString('en')} payouts`)
      desks.push(await openDesk(url, payouts))
    }
    say('Pages')
    const costs: PageCost[] = []
    for (const [what, of] of looks) costs.push(await compare(what, of, desks))
    return costs
  } finally {
    for (const desk of desks) await desk.close()
    await leave()
  }
}

async function compare(
  what: string,
  of: (n: number, payouts: number) => Look,
  desks: Desk[],
): Promise<PageCost> {
  const took = desks.map(() => [] as number[])
  for (let round = 0; round < warmUpRounds + rounds; round++) {
    for (const [index, desk] of desks.entries()) {
      // Spread over all payouts, and the same ones in every run.
      const n = 1 + ((round * 7_919) % desk.payouts)
      const began = performance.now()
      await desk.look(of(n, desk.payouts))
      if (round >= warmUpRounds) took[index]?.push(performance.now() - began)
    }
  }
  const [smallP95Ms = NaN, largeP95Ms = NaN] = took.map(
    (ms) => ms.sort((a, b) => a - b)[Math.floor(ms.length * 0.95)],
  )
  return { what, smallP95Ms, largeP95Ms, ratio: largeP95Ms / smallP95Ms }
}

async function openDesk(serverUrl: string, payouts: number): Promise<Desk> {
  const name = `filled_${payouts}`
  const address = new URL(serverUrl)
  address.pathname = `/${name}`
  const made = await recipe()
  if ((await recipeOf(serverUrl, name)) !== made) {
    await run(serverUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`)
    await run(serverUrl, `CREATE DATABASE ${name}`)
    await migrate(address.href)
    await fillDatabase(address.href, payouts)
    await run(serverUrl, `COMMENT ON DATABASE ${name} IS '${made}'`)
  }
  const prisma = createPrisma(address.href)
  const stores = createStores(prisma, {
    hooks: { enqueueMail: () => Promise.resolve() },
    vault: filledVault,
    keepMailTexts: false,
    maxRequestsPerS: 40,
  })
  return {
    payouts,
    // What lib/services/payout/list-payouts.ts asks for one page of the desk.
    look: ({ sort, cursor, ...filter }) =>
      Promise.all([
        stores.payouts.list(filter, { limit: 50, cursor, ...(sort && { sort }) }),
        stores.payouts.sums(filter),
      ]),
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
