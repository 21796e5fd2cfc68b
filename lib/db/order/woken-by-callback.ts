import { Prisma } from '#lib/db/generated/client.ts'
import { newsAt } from '#lib/db/payout/due-work.ts'
import { fromNow } from '#lib/db/payout/payout-changes.ts'

/**
 * `SET` clauses of `payout_work`: due now or, if another callback woke it a moment ago, once that is `everyMs` (milliseconds) old: later,
 * but never lost.
 */
export function wokenByCallback(everyMs: Prisma.Sql): Prisma.Sql {
  const every = Prisma.sql`make_interval(secs => (${everyMs})::double precision / 1000)`
  const turn = Prisma.sql`GREATEST(${fromNow(0)}, CASE WHEN woken_at > now() THEN woken_at ELSE woken_at + ${every} END)`
  return Prisma.sql`woken_at = ${turn}, ${newsAt(turn)}`
}
