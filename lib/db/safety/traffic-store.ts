/** What all web servers together let through, in the table that the exact limits count in too. */
import type { Sql } from '#lib/db/engine/sql.ts'

export type TrafficCount = { key: string; points: number }

/**
 * Adds to the counts of many keys in one statement and gives back what each is now, with the milliseconds until it starts over. A count
 * lasts `windowMs` from its first point, by the database's clock. No key may come twice.
 */
export type AddTraffic = (
  more: readonly TrafficCount[],
  windowMs: number,
) => Promise<(TrafficCount & { msLeft: number })[]>

// In the order of the keys, so that two servers with many keys in common wait for each other and never in a circle.
const statement = `
  INSERT INTO rate_limit AS r (key, points, expire)
    SELECT more.key, more.points, (extract(epoch FROM now()) * 1000)::bigint + $3::bigint
    FROM unnest($1::text[], $2::int[]) AS more (key, points) ORDER BY more.key
  ON CONFLICT (key) DO UPDATE SET
    points = CASE WHEN r.expire <= EXCLUDED.expire - $3::bigint THEN EXCLUDED.points ELSE r.points + EXCLUDED.points END,
    expire = CASE WHEN r.expire <= EXCLUDED.expire - $3::bigint THEN EXCLUDED.expire ELSE r.expire END
  RETURNING key, points, (expire - extract(epoch FROM now()) * 1000)::float8 AS "msLeft"`

export const createAddTraffic =
  (sql: Sql): AddTraffic =>
  (more, windowMs) =>
    sql.query(statement, [more.map(({ key }) => key), more.map(({ points }) => points), windowMs])
