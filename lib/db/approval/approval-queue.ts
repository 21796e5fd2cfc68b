/** What waits for people, as one of them sees it. One statement, so that counts, sums and rows are of one instant. */
import type { Queue, QueueTab } from '#lib/services/ports.ts'
import type { PrismaClient, Transaction } from '#lib/db/engine/client.ts'
import { Prisma } from '#lib/db/generated/client.ts'

type Found = {
  counts: Queue['counts']
  // Amounts come as text: JSON's numbers are not exact enough for money.
  sums: { currency: string; count: number; amountMinor: string }[]
  rows: (Omit<Queue['rows'][number], 'taken'> & {
    taken: { userId: string; name: string; until: string } | null
  })[]
}

/** More than anybody has to do; a list beyond it shows the first ones. */
const needsAtMost = 5_000

/** The payouts that need this person: those they could approve now, and those with an open item that they have taken on. */
export async function needing(
  db: PrismaClient | Transaction,
  userId: string,
  decides: boolean,
): Promise<string[]> {
  const rows = await db.$queryRaw<{ id: string }[]>`
    WITH ${waitingFor(userId)}
    (SELECT id::text FROM waiting WHERE ${decides} AND NOT own AND NOT agreed AND NOT role_needed ORDER BY seq LIMIT ${needsAtMost})
    UNION
    (SELECT payout_id::text FROM open_item WHERE closed_at IS NULL AND owner_id = ${userId}::uuid AND owned_until > now() AND payout_id IS NOT NULL
     LIMIT ${needsAtMost})`
  return rows.map(({ id }) => id)
}

/**
 * What awaits approval, as one person sees it. The same rules as in `refuseDecision` and `judgeApprovals`: nobody decides on their own, and
 * a person agrees once, with whichever of their accounts.
 */
const waitingFor = (userId: string) => Prisma.sql`
    hand AS MATERIALIZED (
      SELECT node FROM app_user u, LATERAL one_hand(u.person_id) AS node WHERE u.id = ${userId}::uuid),
    me AS (
      SELECT u.id, u.person_id, u.receiver_id FROM app_user u WHERE u.person_id IN (SELECT node FROM hand)),
    agreement AS (
      SELECT p.id AS payout_id, count(DISTINCT a.person_id)::int AS given,
             bool_or(a.person_id IN (SELECT person_id FROM me)) AS agreed
      FROM payout p JOIN approval a ON a.payout_id = p.id JOIN app_user u ON u.id = a.approver_id
      WHERE p.status = 'awaiting_approval' AND a.voided_at IS NULL AND a.content_hash = p.content_hash
        AND a.order_id IS NOT DISTINCT FROM p.order_id AND u.role = 'approver' AND u.disabled_at IS NULL
      GROUP BY p.id),
    waiting AS (
      SELECT p.id, p.seq, p.currency, p.amount_minor, p.stage_since, p.expires_at, coalesce(g.given, 0) AS given, coalesce(g.agreed, false) AS agreed,
             coalesce(g.given, 0) + 1 >= greatest(1, p.approvals_required) AND l.roles IS NOT NULL AND NOT l.roles && ARRAY(
               SELECT o.role::text FROM app_user u JOIN app_user o ON o.person_id = u.person_id
               WHERE u.id = ${userId}::uuid AND o.disabled_at IS NULL) AS role_needed,
             EXISTS (SELECT FROM me WHERE me.id IN (p.requested_by_id, k.owner_id, d.created_by_id)
                                       OR me.receiver_id = p.receiver_id)
               OR coalesce(p.api_key_id IN (SELECT node FROM hand), false)
               OR p.reserves AND EXISTS (SELECT granted_by(p) INTERSECT SELECT node FROM hand)
               OR p.replaces_id IS NOT NULL AND EXISTS (SELECT asked_before(p.id) INTERSECT SELECT node FROM hand) AS own
      FROM payout p
      LEFT JOIN agreement g ON g.payout_id = p.id
      -- Roles that a rule asks for and nobody brings yet: as in nextApproval. OFFSET keeps the planner from reading every approval.
      LEFT JOIN LATERAL (
        SELECT array_agg(DISTINCT asked.role) AS roles
        FROM (SELECT one #>> '{}' AS role FROM jsonb_path_query(p.policy_note, '$.demands[*].role') AS one) AS asked
        WHERE NOT EXISTS (
          SELECT FROM approval a JOIN app_user u ON u.id = a.approver_id JOIN app_user o ON o.person_id = a.person_id
          WHERE a.payout_id = p.id AND a.voided_at IS NULL AND a.content_hash = p.content_hash
            AND a.order_id IS NOT DISTINCT FROM p.order_id AND u.role = 'approver' AND u.disabled_at IS NULL
            AND o.role::text = asked.role AND o.disabled_at IS NULL OFFSET 0)) AS l ON true
      LEFT JOIN api_key k ON k.id = p.api_key_id
      LEFT JOIN destination d ON d.id = p.destination_id
      WHERE p.status = 'awaiting_approval')`

export async function readQueue(
  db: PrismaClient | Transaction,
  { userId, decides }: { userId: string; decides: boolean },
  tab: QueueTab,
  limit: number,
): Promise<Queue> {
  const [found] = await db.$queryRaw<Found[]>`
    WITH ${waitingFor(userId)},
    costly AS (
      SELECT waiting.*, ceil(extract(epoch FROM now() - stage_since) / 3600) AS hours,
        greatest(0.25, least(4, amount_minor / avg(amount_minor) OVER (PARTITION BY currency))) AS share,
        CASE WHEN expires_at < now() + interval '1 day' THEN 4 WHEN expires_at < now() + interval '2 days' THEN 2 ELSE 1 END AS urgency
      FROM waiting),
    sorted AS (
      SELECT costly.*, ${decides} AND NOT own AND NOT agreed AND NOT role_needed AS mine,
        own OR agreed OR role_needed AS others FROM costly),
    chosen AS (
      SELECT * FROM sorted
      WHERE CASE ${tab} WHEN 'mine' THEN mine WHEN 'others' THEN others ELSE true END)
    SELECT
      (SELECT json_build_object('mine', count(*) FILTER (WHERE mine), 'others', count(*) FILTER (WHERE others), 'all', count(*))
         FROM sorted) AS counts,
      (SELECT coalesce(json_agg(json_build_object('currency', currency, 'count', count, 'amountMinor', sum) ORDER BY currency), '[]')
         FROM (SELECT currency, count(*), sum(amount_minor)::text AS sum FROM chosen GROUP BY currency) AS by_currency) AS sums,
      (SELECT coalesce(json_agg(json_build_object('payoutId', id, 'given', given, 'agreed', agreed, 'own', own, 'because', because,
           'taken', taken) ORDER BY elsewhere, cost DESC, seq), '[]')
         FROM (
           SELECT chosen.*, hours * share * urgency AS cost, coalesce(t.user_id <> ${userId}::uuid, false) AS elsewhere,
             CASE WHEN urgency > 1 THEN 'deadline' WHEN share >= 2 THEN 'amount' ELSE 'age' END AS because,
             CASE WHEN t.payout_id IS NOT NULL THEN json_build_object('userId', t.user_id, 'name', t.user_name, 'until', t.until) END AS taken
           FROM chosen LEFT JOIN payout_taken t ON t.payout_id = chosen.id AND t.until > now()
           ORDER BY elsewhere, cost DESC, seq LIMIT ${limit}) AS dearest) AS rows`
  if (!found) throw new Error('Bug: counting gives one row')
  return {
    counts: found.counts,
    sums: found.sums.map((sum) => ({ ...sum, amountMinor: BigInt(sum.amountMinor) })),
    rows: found.rows.map(({ taken, ...row }) => ({
      ...row,
      taken: taken && { ...taken, until: new Date(taken.until) },
    })),
  }
}
