// Somebody who writes one row after the other with the portal's own client, and remembers which were acknowledged.
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { isDatabaseAway } from '#lib/db/engine/away.ts'
import { createPrisma } from '#lib/db/engine/client.ts'

const betweenWritesMs = 20
/** Then it gives up: the connection is destroyed, and whether the row is there is unknown. */
const answerWithinMs = 2000
const againAfterMs = 50
const patienceMs = 120_000

export type Writer = {
  /** The longest time between two acknowledgements that overlaps with this one. Times as of `Date.now()`. */
  longestGapMs: (from: number, to: number) => number
  acknowledgedBetween: (from: number, to: number) => number
  /**
   * Resolves at the next acknowledged row. Throws when there is none for two minutes, and when a write failed in a way that the portal
   * would not take for a database that is away.
   */
  untilWritten: () => Promise<void>
  /** How many acknowledged rows are gone; each is counted once. */
  countLost: () => Promise<number>
  stop: () => Promise<void>
}

/** `url` is the way that the portal takes; `directUrl` leads to the primary, for looking. The table is made here. */
export async function startWriter(url: string, directUrl: string): Promise<Writer> {
  await ask(directUrl, 'CREATE TABLE IF NOT EXISTS acknowledged (n bigint PRIMARY KEY)')
  await ask(directUrl, 'TRUNCATE acknowledged')
  /** When each row was acknowledged. */
  const times = new Map<number, number>()
  const over = new AbortController()
  const begun = Date.now()
  let next = 1
  const database = createPrisma(url, { poolSize: 1, poolWaitMs: answerWithinMs, answerMs: answerWithinMs })
  let trouble: Error | undefined
  const write = async () => {
    // A row that nobody knows of is not tried again: its number is used up.
    const n = next++
    try {
      await database.sql.query('INSERT INTO acknowledged VALUES ($1)', [n])
      times.set(n, Date.now())
      return betweenWritesMs
    } catch (error) {
      if (!isDatabaseAway(error)) trouble ??= new Error('A write has failed otherwise', { cause: error })
      return againAfterMs
    }
  }
  const writing = (async () => {
    while (!over.signal.aborted) await sleep(await write())
    await database.$disconnect()
  })()
  return {
    longestGapMs: (from, to) => longestGap([...times.values()], begun, from, to),
    acknowledgedBetween: (from, to) => [...times.values()].filter((at) => at >= from && at <= to).length,
    async untilWritten() {
      if (trouble) throw trouble
      const before = times.size
      const deadline = Date.now() + patienceMs
      while (times.size === before) {
        if (Date.now() > deadline) throw new Error('Nothing can be written any more.')
        await sleep(againAfterMs)
      }
    },
    async countLost() {
      const rows = await ask(directUrl, 'SELECT n FROM acknowledged')
      const there = new Set(rows.map(({ n }) => Number(n)))
      // What was acknowledged while we looked may be too new.
      const newest = [...there].reduce((a, b) => Math.max(a, b), 0)
      const lost = [...times.keys()].filter((n) => n < newest && !there.has(n))
      for (const n of lost) times.delete(n)
      return lost.length
    },
    async stop() {
      over.abort()
      await writing
    },
  }
}

/** The longest pause between two of `times` (in ascending order) that overlaps with `from`…`to`; `begun` counts as one. Pure. */
export function longestGap(times: readonly number[], begun: number, from: number, to: number): number {
  const all = [begun, ...times, to].filter((at) => at <= to)
  return all.reduce((longest, at, index) => {
    const before = all[index - 1]
    return before === undefined || at < from ? longest : Math.max(longest, at - before)
  }, 0)
}

async function ask(url: string, text: string): Promise<{ n: string }[]> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: patienceMs })
  client.on('error', () => undefined)
  await client.connect()
  try {
    return (await client.query<{ n: string }>(text)).rows
  } finally {
    await client.end()
  }
}
