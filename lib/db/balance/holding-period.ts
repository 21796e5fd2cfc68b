/** The holding period of a grant. */
import type { Transaction } from '#lib/db/engine/client.ts'
import { readSettings } from '#lib/db/policy/settings-store.ts'

/**
 * When a grant of this transaction becomes payable, by the database's clock. A holding period ends on a full minute, so that the time
 * people read is exact. Without one, the time is cut to milliseconds: rounded up by the column, it would lie in the future.
 */
export async function payableFrom(tx: Transaction): Promise<Date> {
  const { grantHoldDays } = await readSettings(tx)
  const hours = grantHoldDays * 24
  const [row] = await tx.$queryRaw<{ at: Date }[]>`
    SELECT CASE WHEN ${hours}::int = 0 THEN date_trunc('milliseconds', now())
           ELSE date_trunc('minute', now()) + interval '1 minute' + make_interval(hours => ${hours}::int) END AS at`
  if (!row) throw new Error('Bug: the database does not know the time')
  return row.at
}
