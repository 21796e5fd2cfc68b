/** The facts behind the risk checks, counted in SQL. However often somebody is paid, a judgement reads no more than the newest payouts. */
import type { Judging, Payout, RiskFacts, RiskStore } from '#lib/services/ports.ts'
import { inBatches } from '#lib/db/engine/batches.ts'
import type { Database } from '#lib/db/engine/client.ts'
import { policyOf } from '#lib/db/policy/policy-store.ts'
import { settingsFrom } from '#lib/db/policy/settings-store.ts'
import { firstPolicy } from '#lib/payouts/policy.ts'

/** The newest payouts of a receiver that are looked at: their largest payment and how often they were paid are of these. */
const lookedAt = 1_000
/** Others who use the same account: people read five names, and how many more there are. */
const sharersCounted = 100
/** One receiver may have many payouts to look at, so a statement stays below a second. */
const judgedTogether = 50

/** Whom each account is paid to: counted once, however many of the payouts are to it. After `asked`, which has their ids. */
const there = `
  account AS MATERIALIZED (
    SELECT DISTINCT payout.destination_print AS print FROM asked JOIN payout ON payout.id = asked.id
  ), there AS MATERIALIZED (
    SELECT account.print, r.id AS receiver_id, r.external_id
    FROM account, LATERAL paid_there(account.print, ${sharersCounted + 1}) AS paid JOIN receiver r ON r.id = paid
  )`

/** The facts of a payout `me`: columns, then where they come from. */
const columns = `
  me.id, now() AS now, mine."paidCount", mine."largestPaidMinor", mine."sameRequests", mine."requestsLastDay",
    (SELECT count(*)::int FROM (
      SELECT p.status FROM payout p WHERE p.destination_print = me.destination_print AND p.receiver_id = me.receiver_id
      ORDER BY p.seq DESC LIMIT ${lookedAt}) AS same WHERE same.status = 'paid') AS "paidToDestination",
    LEAST(
      (SELECT p.created_at FROM payout p WHERE p.destination_print = me.destination_print AND p.receiver_id = me.receiver_id
        ORDER BY p.seq LIMIT 1),
      (SELECT min(d.created_at) FROM destination d WHERE d.receiver_id = me.receiver_id AND d.print = me.destination_print),
      me.created_at) AS "destinationFirstSeenAt",
    (SELECT coalesce(array_agg(other.external_id ORDER BY other.external_id), '{}') FROM (
      SELECT there.external_id FROM there WHERE there.print = me.destination_print AND there.receiver_id <> me.receiver_id
      UNION
      (SELECT r.external_id FROM destination d JOIN receiver r ON r.id = d.receiver_id
        WHERE d.print = me.destination_print AND d.receiver_id <> me.receiver_id LIMIT ${sharersCounted})) AS other) AS "sharedWith",
    GREATEST(
      (SELECT contact_changed_at FROM app_user WHERE receiver_id = me.receiver_id),
      (SELECT c.changed_at FROM receiver_change c WHERE c.receiver_id = me.receiver_id AND c.email_changed
        ORDER BY c.changed_at DESC LIMIT 1)) AS "contactChangedAt"`

/** What the columns need beside `me`. */
const mine = `
  CROSS JOIN LATERAL (
    SELECT
      (count(*) FILTER (WHERE p.currency = me.currency AND p.status = 'paid'))::int AS "paidCount",
      coalesce(max(p.amount_minor) FILTER (WHERE p.currency = me.currency AND p.status = 'paid'), 0)::bigint AS "largestPaidMinor",
      coalesce(array_agg(p.id::text ORDER BY p.seq) FILTER (WHERE p.id <> me.id
        AND p.amount_minor = me.amount_minor AND p.currency = me.currency
        AND p.created_at >= now() - interval '24 hours' AND (p.final_at IS NULL OR p.status = 'paid')), '{}') AS "sameRequests",
      (count(*) FILTER (WHERE p.created_at >= now() - interval '24 hours'))::int AS "requestsLastDay"
    FROM (SELECT * FROM payout WHERE receiver_id = me.receiver_id ORDER BY seq DESC LIMIT ${lookedAt}) AS p) AS mine`

type Judged = RiskFacts & {
  id: string
  askedAlone: boolean
  policy: unknown
  settings: Record<string, unknown> | null
}

// Each list is behind a query of its own. Otherwise PostgreSQL would make a plan for its length each time, which takes as long as the rest.
export function createRiskStore({ sql }: Pick<Database, 'sql'>): RiskStore {
  const judging = inBatches<Asked, Judging>({
    most: judgedTogether,
    async together(asked) {
      const rows = await sql.query<Judged>(
        `WITH asked AS MATERIALIZED (SELECT * FROM unnest((SELECT $1::uuid[]), (SELECT $2::int[])) AS asked (id, policy)), ${there}
         SELECT ${columns}, asked_alone(me) AS "askedAlone",
           (SELECT body FROM policy_version WHERE version = asked.policy) AS policy,
           (SELECT json_object_agg(key, value) FROM setting) AS settings
         FROM asked JOIN payout me ON me.id = asked.id ${mine}`,
        [asked.map(({ id }) => id), asked.map(({ policyVersion }) => policyVersion)],
      )
      const byId = new Map(rows.map((row) => [row.id, row]))
      return asked.map((one) => toJudging(one, byId.get(one.id)))
    },
  })
  return {
    judging,

    async factsOf(payoutIds) {
      const rows = await sql.query<RiskFacts & { id: string }>(
        `WITH asked AS MATERIALIZED (SELECT * FROM unnest((SELECT $1::uuid[])) AS asked (id)), ${there}
         SELECT ${columns} FROM asked JOIN payout me ON me.id = asked.id ${mine}`,
        [[...payoutIds]],
      )
      return new Map(rows.map(({ id, ...facts }) => [id, facts]))
    },
  }
}

type Asked = Pick<Payout, 'id' | 'policyVersion'>

function toJudging({ id: payoutId, policyVersion }: Asked, row: Judged | undefined): Judging {
  if (!row) throw new Error(`Bug: no payout ${payoutId}`)
  const { id, askedAlone, policy, settings, ...facts } = row
  if (policy === null && policyVersion !== 0)
    throw new Error(`Bug: payout ${payoutId} names policy ${policyVersion}, which does not exist`)
  return {
    facts,
    askedAlone,
    policy: policyVersion === 0 ? firstPolicy : policyOf(policy),
    settings: settingsFrom(settings ?? {}),
  }
}
