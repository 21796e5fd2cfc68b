/** The worker's part of files that are made in the background: one at a time, page by page. */
import { createHash } from 'node:crypto'
import { csvHead, csvLines, startXlsx } from '#lib/contract/spreadsheet.ts'
import type { Cell } from '#lib/contract/spreadsheet.ts'
import { formatAmount } from '#lib/payouts/money.ts'
import type { Deps, FileFormat, FileInHand, FileJob } from '#lib/services/ports.ts'
import { fileOf, namesFor } from '#lib/services/payout/payout-file.ts'
import { isSearched } from '#lib/services/payout/searched.ts'
import { readStored } from '#lib/services/payout/stored-filter.ts'
import { fromPrimary } from './ports.ts'
import type { OpenReads } from './ports.ts'

export const fileRowsAtMost = 100_000
const pageRows = 1_000
/** Longer than a page ever takes to read and write. */
const leaseMs = 60_000
const triesAtMost = 3
const partBytes = 1_048_576
const keep = { keepMs: 7 * 86_400_000, keepAtMost: 10 }

type World = Pick<Deps, 'exports' | 'payouts' | 'reports' | 'people' | 'keys' | 'endpoints'>

/**
 * Makes the next file that waits, and takes away those whose time is over. Until the signal; another worker then starts it over. `open`
 * gives the stores that its payouts are read from.
 */
export async function makeNextFile(
  deps: World,
  signal: AbortSignal,
  open: OpenReads = fromPrimary(deps),
): Promise<void> {
  await deps.exports.dropExpired()
  const file = await deps.exports.claim(leaseMs)
  if (!file) return
  if (file.attempt > triesAtMost) await deps.exports.fail(file, 'interrupted')
  else await makeFile(deps, file, signal, open)
}

async function makeFile(
  deps: World,
  file: FileJob & FileInHand,
  signal: AbortSignal,
  open: OpenReads,
): Promise<void> {
  const { filter, sort, columns } = readStored(file.filter)
  const { stores, asOf } = await open({ search: isSearched(filter, sort) })
  const startedAt = asOf ?? new Date()
  const { heads, row } = fileOf(columns, await namesFor(deps), file.locale)
  const writer = writerOf(file.format, heads)
  const out = outlet(deps, file)
  const sums = new Map<string, { count: number; minor: bigint }>()
  let [rows, cursor]: [number, string | undefined] = [0, undefined]
  do {
    const page = await stores.payouts.list(filter, { limit: pageRows, cursor, sort })
    rows += page.rows.length
    if (rows > fileRowsAtMost) {
      await deps.exports.fail(file, 'too_many_rows')
      return
    }
    for (const { currency, amountMinor } of page.rows) {
      const sum = sums.get(currency) ?? { count: 0, minor: 0n }
      sums.set(currency, { count: sum.count + 1, minor: sum.minor + amountMinor })
    }
    const bytes = await writer.add(page.rows.map(row))
    const isStillOurs = (await out.write(bytes)) && (await deps.exports.progress(file, rows, leaseMs))
    if (!isStillOurs || signal.aborted) return
    cursor = page.nextCursor ?? undefined
  } while (cursor !== undefined)
  if (!(await out.write(await writer.end()))) return
  const made = await out.end()
  if (made === null) return
  const manifest = {
    rows,
    sums: [...sums].sort().map(([currency, { count, minor }]) => ({
      currency,
      count,
      amount: formatAmount(minor, currency),
    })),
    sha256: made.sha256,
    columns: heads,
    startedAt: startedAt.toISOString(),
    endedAt: new Date().toISOString(),
  }
  await deps.exports.finish(file, { manifest, bytes: made.bytes }, keep)
}

/** The bytes of a file, as they come: CSV line by line, XLSX whole at the end. */
function writerOf(format: FileFormat, heads: readonly string[]) {
  if (format === 'csv') {
    let head = csvHead(heads)
    const take = (lines: string) => {
      const text = head + lines
      head = ''
      return Promise.resolve(Buffer.from(text))
    }
    return { add: (records: Cell[][]) => take(csvLines(records)), end: () => take('') }
  }
  const sheet = startXlsx(heads)
  return {
    add: async (records: Cell[][]) => {
      await sheet.add(records)
      return Buffer.alloc(0)
    },
    end: () => sheet.end(),
  }
}

/** Puts bytes away in pieces of one size, and sums them up. */
function outlet({ exports }: World, file: FileInHand) {
  const hash = createHash('sha256')
  let [waiting, part, bytes] = [Buffer.alloc(0), 0, 0]
  const put = async (data: Buffer) => {
    hash.update(data)
    bytes += data.length
    return exports.put(file, part++, data)
  }
  return {
    async write(data: Buffer): Promise<boolean> {
      waiting = Buffer.concat([waiting, data])
      while (waiting.length >= partBytes) {
        const [piece, rest] = [waiting.subarray(0, partBytes), waiting.subarray(partBytes)]
        waiting = rest
        if (!(await put(piece))) return false
      }
      return true
    },
    async end(): Promise<{ sha256: string; bytes: number } | null> {
      if (waiting.length > 0 && !(await put(waiting))) return null
      return { sha256: hash.digest('hex'), bytes }
    },
  }
}
