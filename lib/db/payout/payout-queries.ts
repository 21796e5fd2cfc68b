/** SQL about links of payouts. */
import { Prisma } from '#lib/db/generated/client.ts'
import { linkLifetimeDays } from '#lib/services/payout/links.ts'

/** A link that is not revoked and has not ended, by the database's clock. */
export const linkStillWorks = Prisma.sql`
  link_revoked_at IS NULL
  AND (final_at IS NULL OR final_at > now() - make_interval(days => ${linkLifetimeDays}::int))`
