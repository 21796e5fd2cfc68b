/** How long what is granted waits. */
import type { Transaction } from '#lib/db/engine/client.ts'
import { readSettings } from '#lib/db/policy/settings-store.ts'

/**
 * From when what is granted in this transaction can be asked for, by the database's clock. What waits does so until a full minute, so that
 * the time that people read is the very moment. What does not wait is cut to the millisecond: rounded up by the column, it would.
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
