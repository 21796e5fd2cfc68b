// The desk's list and search on a million payouts beside a thousand, in one run: pages must cost the same. Both databases are filled by
// PostgreSQL itself, with triggers and foreign keys off for the filling alone (lib/db/testing/fill.ts); indexes are built as always.
import { createHash } from 'node:crypto'
import { readFile, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import pg from 'pg'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createStores } from '#lib/db/stores.ts'
import { createVault } from '#lib/db/seal/vault.ts'
import { fillDatabase } from '#lib/db/testing/fill.ts'
import type { PayoutStatus } from '#lib/payouts/transitions.ts'
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

type Look = { statuses?: PayoutStatus[]; search?: string; cursor?: string }
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
]

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
    vault: createVault([{ id: 'test', key: Buffer.alloc(32, 7) }]),
    keepMailTexts: false,
    maxRequestsPerS: 40,
  })
  return {
    payouts,
    // What lib/services/payout/list-payouts.ts asks for one page of the desk.
    look: ({ statuses, search, cursor }) =>
      Promise.all([
        stores.payouts.list(
          { ...(statuses && { statuses }), ...(search !== undefined && { search }) },
          { limit: 50, cursor },
        ),
        search === undefined ? stores.payouts.sums(statuses) : stores.payouts.sumsOfSearch(search, statuses),
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
