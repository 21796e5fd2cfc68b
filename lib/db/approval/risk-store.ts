/** The facts behind the risk checks, counted in SQL. However often somebody is paid, a judgement reads no more than the newest payouts. */
import type { RiskFacts, RiskStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'

/** The newest payouts of a receiver that are looked at: their largest payment and how often they were paid are of these. */
const lookedAt = 1_000
/** Others who use the same account: people read five names, and how many more there are. */
const sharersCounted = 100

export function createRiskStore(prisma: PrismaClient): RiskStore {
  const store: RiskStore = {
    async facts(payoutId) {
      const facts = (await store.factsOf([payoutId])).get(payoutId)
      if (!facts) throw new Error(`Bug: no payout ${payoutId}`)
      return facts
    },

    async factsOf(payoutIds) {
      const rows = await prisma.$queryRaw<(RiskFacts & { id: string })[]>`
        SELECT me.id, now() AS now, mine."paidCount", mine."largestPaidMinor", mine."sameRequests", mine."requestsLastDay",
          (SELECT count(*)::int FROM (
            SELECT p.status FROM payout p WHERE p.destination_print = me.destination_print AND p.receiver_id = me.receiver_id
            ORDER BY p.seq DESC LIMIT ${lookedAt}) AS same WHERE same.status = 'paid') AS "paidToDestination",
          LEAST(
            (SELECT p.created_at FROM payout p WHERE p.destination_print = me.destination_print AND p.receiver_id = me.receiver_id
              ORDER BY p.seq LIMIT 1),
            (SELECT min(d.created_at) FROM destination d WHERE d.receiver_id = me.receiver_id AND d.print = me.destination_print),
            me.created_at) AS "destinationFirstSeenAt",
          (SELECT coalesce(array_agg(other.external_id ORDER BY other.external_id), '{}') FROM (
            SELECT r.external_id FROM paid_there(me.destination_print, ${sharersCounted + 1}) AS there JOIN receiver r ON r.id = there
              WHERE there <> me.receiver_id
            UNION
            (SELECT r.external_id FROM destination d JOIN receiver r ON r.id = d.receiver_id
              WHERE d.print = me.destination_print AND d.receiver_id <> me.receiver_id LIMIT ${sharersCounted})) AS other) AS "sharedWith",
          GREATEST(
            (SELECT contact_changed_at FROM app_user WHERE receiver_id = me.receiver_id),
            (SELECT c.changed_at FROM receiver_change c WHERE c.receiver_id = me.receiver_id AND c.email_changed
              ORDER BY c.changed_at DESC LIMIT 1)) AS "contactChangedAt"
        FROM payout me CROSS JOIN LATERAL (
          SELECT
            (count(*) FILTER (WHERE p.currency = me.currency AND p.status = 'paid'))::int AS "paidCount",
            coalesce(max(p.amount_minor) FILTER (WHERE p.currency = me.currency AND p.status = 'paid'), 0)::bigint AS "largestPaidMinor",
            coalesce(array_agg(p.id::text ORDER BY p.seq) FILTER (WHERE p.id <> me.id
              AND p.amount_minor = me.amount_minor AND p.currency = me.currency
              AND p.created_at >= now() - interval '24 hours' AND (p.final_at IS NULL OR p.status = 'paid')), '{}') AS "sameRequests",
            (count(*) FILTER (WHERE p.created_at >= now() - interval '24 hours'))::int AS "requestsLastDay"
          FROM (SELECT * FROM payout WHERE receiver_id = me.receiver_id ORDER BY seq DESC LIMIT ${lookedAt}) AS p) AS mine
        WHERE me.id = ANY (${[...payoutIds]}::uuid[])`
      return new Map(rows.map(({ id, ...facts }) => [id, facts]))
    },
  }
  return store
}
