/** What the risk checks look at, counted in SQL. */
import type { RiskFacts, RiskStore } from '#lib/services/ports.ts'
import type { PrismaClient } from './client.ts'

export function createRiskStore(prisma: PrismaClient): RiskStore {
  return {
    async facts(payoutId) {
      const [facts] = await prisma.$queryRaw<RiskFacts[]>`
        WITH me AS (SELECT * FROM payout WHERE id = ${payoutId}::uuid),
        mine AS (SELECT p.* FROM payout p, me WHERE p.receiver_id = me.receiver_id),
        elsewhere AS (
          SELECT r.external_id FROM me JOIN payout p ON p.destination_print = me.destination_print AND p.receiver_id <> me.receiver_id
            JOIN receiver r ON r.id = p.receiver_id
          UNION
          SELECT r.external_id FROM me JOIN destination d ON d.print = me.destination_print AND d.receiver_id <> me.receiver_id
            JOIN receiver r ON r.id = d.receiver_id)
        SELECT now() AS now,
          (SELECT count(*) FROM mine JOIN me USING (currency) WHERE mine.status = 'paid')::int AS "paidCount",
          coalesce((SELECT max(mine.amount_minor) FROM mine JOIN me USING (currency) WHERE mine.status = 'paid'), 0)::bigint AS "largestPaidMinor",
          (SELECT count(*) FROM mine JOIN me USING (destination_print) WHERE mine.status = 'paid')::int AS "paidToDestination",
          LEAST(
            (SELECT min(mine.created_at) FROM mine JOIN me USING (destination_print)),
            (SELECT min(d.created_at) FROM destination d JOIN me ON d.receiver_id = me.receiver_id AND d.print = me.destination_print),
            me.created_at) AS "destinationFirstSeenAt",
          (SELECT coalesce(array_agg(external_id ORDER BY external_id), '{}') FROM elsewhere) AS "sharedWith",
          (SELECT coalesce(array_agg(mine.id::text ORDER BY mine.seq), '{}') FROM mine WHERE mine.id <> me.id
             AND mine.amount_minor = me.amount_minor AND mine.currency = me.currency
             AND mine.created_at >= now() - interval '24 hours' AND (mine.final_at IS NULL OR mine.status = 'paid')) AS "sameRequests",
          (SELECT count(*) FROM mine WHERE mine.created_at >= now() - interval '24 hours')::int AS "requestsLastDay",
          (SELECT contact_changed_at FROM app_user WHERE receiver_id = me.receiver_id) AS "contactChangedAt"
        FROM me`
      if (!facts) throw new Error(`Bug: no payout ${payoutId}`)
      return facts
    },
  }
}
