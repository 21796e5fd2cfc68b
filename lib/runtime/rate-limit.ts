/** Limits on what protects passwords and second factors. Traffic is counted in memory: traffic-limit.ts. */
import { RateLimiterPostgres, RateLimiterRes } from 'rate-limiter-flexible'
import type { Deps } from '#lib/services/ports.ts'

type Bucket = Parameters<Deps['rateLimit']>[0]

/** Attempts per key and window. */
const points: Record<Bucket, number> = {
  // Right or wrong: checking a password costs CPU.
  sign_in: 20,
  // Wrong ones from one address or network: few, because that is where someone guessing sits.
  guess_minute: 20,
  guess_day: 300,
  // Wrong ones at one account, from anywhere: many, because the limit keeps the owner out, too. A browser they have used before is exempt.
  account_day: 2000,
  // Mails cost the person who gets them.
  sign_in_link: 5,
  // Three of the million codes are right at any time.
  second_factor: 10,
  // A day, counted apart as second-factor.ts says. NIST SP 800-63B allows at most a hundred wrong ones in a row.
  wrong_code: 100,
  // An hour: audit rows about one account that other people can cause.
  noted: 20,
  // A receipt's code has 60 bits; an address gets ten times this.
  receipt: 3,
}
/** A minute, except where guesses have to be limited for longer. */
const windowS: Partial<Record<Bucket, number>> = {
  guess_day: 86_400,
  account_day: 86_400,
  wrong_code: 86_400,
  noted: 3600,
}
/** For keys that begin with `ip:`, because a whole office may be behind one address. */
const ipFactor = 10

/** Runs one statement with numbered parameters and returns its rows. */
type Query = (text: string, values: unknown[]) => Promise<Record<string, unknown>[]>

/** Counts in the database (table rate_limit), so that all web servers share the limits. Throws when the database is away. */
export function createRateLimit(query: Query): Deps['rateLimit'] {
  const client = {
    query: async (statement: { text: string; values: unknown[] }) => {
      const rows = await query(statement.text, statement.values)
      // The library counts in numbers; milliseconds since 1970 fit.
      return {
        rows: rows.map((row) => ({ ...row, expire: row['expire'] === null ? null : Number(row['expire']) })),
      }
    },
  }
  const buckets = Object.keys(points) as Bucket[]
  const limiter = (bucket: Bucket, factor: number) =>
    new RateLimiterPostgres({
      storeClient: client,
      storeType: 'client',
      tableName: 'rate_limit',
      tableCreated: true,
      keyPrefix: bucket,
      points: points[bucket] * factor,
      duration: windowS[bucket] ?? 60,
      // One limiter cleans up for all: every five minutes it deletes what expired an hour ago.
      clearExpiredByTimeout: bucket === buckets[0] && factor === 1,
    })
  const limiters = new Map(
    buckets.map((bucket) => [bucket, { one: limiter(bucket, 1), ip: limiter(bucket, ipFactor) }]),
  )

  return async (bucket, key, cost = 1) => {
    const pair = limiters.get(bucket)
    if (!pair) throw new Error(`No such bucket: ${bucket}`)
    const limit = key.startsWith('ip:') ? pair.ip : pair.one
    if (cost < 0) {
      await limit.reward(key.slice(0, 200), -cost)
      return true
    }
    try {
      // The column holds 255 characters, and no e-mail address is longer.
      await limit.consume(key.slice(0, 200), cost)
      return true
    } catch (refusal) {
      // At the limit the library rejects with the count, and with an error when it could not count.
      if (refusal instanceof RateLimiterRes) return false
      throw refusal
    }
  }
}
