// A file of 100,000 payouts as a worker makes it in the background: how long it takes, whether memory stays flat, and whether sums and
// SHA-256 are right.
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { createPrisma } from '#lib/db/engine/client.ts'
import { createStores } from '#lib/db/stores.ts'
import { filledVault, staffId } from '#lib/db/testing/fill.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { joinEmbeddedPostgres } from '#lib/runtime/database.ts'
import { askForFile } from '#lib/services/payout/ask-for-file.ts'
import { listColumns } from '#lib/services/payout/list-columns.ts'
import { fileRowsAtMost, makeNextFile } from '#lib/services/standby/make-file.ts'
import { openFile } from '#lib/services/payout/open-file.ts'
import { filledDatabase } from './million.ts'

const person: Actor = { kind: 'user', id: staffId(1), name: 'Staff 1', role: 'approver', receiverId: null }
const megabytes = (bytes: number) => Math.round(bytes / 1e6)

/** One line per format, for people to read. Throws if the file is not what the database holds. */
export async function measureFile(say: (what: string) => void): Promise<string[]> {
  const { url, leave } = await joinEmbeddedPostgres({ dataDir: join(process.cwd(), '.data', 'bench') })
  try {
    say(`${fileRowsAtMost.toLocaleString('en')} payouts`)
    const prisma = createPrisma(await filledDatabase(url, fileRowsAtMost))
    try {
      const lines: string[] = []
      for (const format of ['csv', 'xlsx'] as const) lines.push(await makeOne(prisma, format))
      return lines
    } finally {
      await prisma.$disconnect()
    }
  } finally {
    await leave()
  }
}

async function makeOne(prisma: ReturnType<typeof createPrisma>, format: 'csv' | 'xlsx'): Promise<string> {
  const stores = createStores(prisma, {
    hooks: { enqueueMail: () => Promise.resolve() },
    vault: filledVault,
    keepMailTexts: false,
  })
  const order = { filter: {}, sort: 'newest', columns: listColumns, format, locale: 'en' } as const
  const asked = await askForFile(stores, person, { ...order, query: '', zone: 'UTC' })
  if (!asked.ok) throw new Error(`no file: ${asked.code}`)
  /** Resident memory after each page. */
  const resident: number[] = []
  const exports: typeof stores.exports = {
    ...stores.exports,
    progress: (...given) => {
      resident.push(process.memoryUsage().rss)
      return stores.exports.progress(...given)
    },
  }
  const began = performance.now()
  await makeNextFile({ ...stores, exports }, new AbortController().signal)
  const seconds = (performance.now() - began) / 1000

  const opened = await openFile(stores, person, { id: asked.id })
  if (!opened.ok) throw new Error(`no file: ${opened.code}`)
  const { manifest } = opened.file
  const hash = createHash('sha256')
  let [bytes, rows] = [0, 0]
  for await (const part of opened.parts) {
    hash.update(part)
    bytes += part.length
    rows += Buffer.from(part).toString('latin1').split('\r\n').length - 1
  }
  const held = await prisma.$queryRaw<{ currency: string; count: number; minor: bigint }[]>`
    SELECT currency, count(*)::int AS count, sum(amount_minor)::bigint AS minor FROM payout GROUP BY 1 ORDER BY 1`
  const inDatabase = held.map(
    ({ currency, count, minor }) => `${currency} ${count} ${formatAmount(minor, currency)}`,
  )
  if (manifest?.sha256 !== hash.digest('hex')) throw new Error('the SHA-256 is not that of the file')
  const inFile = manifest.sums.map(({ currency, count, amount }) => `${currency} ${count} ${amount}`)
  if (inFile.join() !== inDatabase.join())
    throw new Error(`the sums are not those of the payouts: ${inFile.join()}, not ${inDatabase.join()}`)
  if (manifest.rows !== fileRowsAtMost || (format === 'csv' && rows !== fileRowsAtMost + 1))
    throw new Error(`${rows} lines, ${manifest.rows} rows`)
  // Before the tenth page, programs and statements are still being loaded.
  const settled = resident.slice(10)
  const [low, high] = [Math.min(...settled), Math.max(...settled)]
  return `${format}: ${fileRowsAtMost.toLocaleString('en')} rows, ${megabytes(bytes)} MB in ${seconds.toFixed(1)} s; resident memory ${megabytes(low)} to ${megabytes(high)} MB; rows, sums and SHA-256 are right`
}
