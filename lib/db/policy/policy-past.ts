/** Past payouts as a policy looks at them: what another policy would have done with them is counted, not guessed. */
import type { PastPayouts, PolicyStore } from '#lib/services/ports.ts'
import type { PrismaClient } from '#lib/db/engine/client.ts'

export function createPastStore(prisma: PrismaClient): Pick<PolicyStore, 'past' | 'pastOverLimits'> {
  return {
    past: (days, cuts) => prisma.$queryRaw<PastPayouts[]>`
      SELECT currency, source, "askedAgain", min(amount_minor) AS "amountMinor", findings, count(*)::int AS count
      FROM (
        SELECT p.currency::text, p.judged_source::text AS source, p.amount_minor,
          p.replaces_id IS NOT NULL AS "askedAgain",
          (SELECT count(*) FROM unnest(${cuts.map(({ currency }) => currency)}::text[], ${cuts.map(({ atMinor }) => atMinor)}::bigint[])
             AS cut (currency, at) WHERE cut.currency = p.currency AND cut.at <= p.amount_minor) AS step,
          coalesce((
            SELECT jsonb_agg(jsonb_build_object('id', f ->> 'id', 'level', f ->> 'level') ORDER BY f ->> 'id')
            FROM jsonb_array_elements(p.risk -> 'checks') f WHERE f ->> 'level' <> 'none'), '[]') AS findings
        FROM payout p WHERE p.created_at >= now() - make_interval(days => ${days}::int)
      ) AS alike
      GROUP BY currency, source, "askedAgain", step, findings
      ORDER BY currency, source, "askedAgain", min(amount_minor), findings`,

    // From the first day of the month in which the period begins, so that the month's sum is whole. Counts as lib/db/payout/receiver-limits.ts does.
    pastOverLimits: (days, limits) => prisma.$queryRaw<{ currency: string; count: number }[]>`
      WITH most AS (
        SELECT * FROM unnest(
          ${limits.map(({ currency }) => currency)}::text[], ${limits.map(({ payoutMinor }) => payoutMinor)}::bigint[],
          ${limits.map(({ receiverDayMinor }) => receiverDayMinor)}::bigint[],
          ${limits.map(({ receiverMonthMinor }) => receiverMonthMinor)}::bigint[]) AS m (currency, payout, day, month)
      ), asked AS (
        SELECT p.receiver_id, p.currency::text AS currency, p.seq, p.created_at, p.amount_minor,
          CASE WHEN p.final_at IS NULL OR p.status = 'paid' THEN p.amount_minor ELSE 0 END AS takes,
          p.created_at AT TIME ZONE 'UTC' AS at
        FROM payout p JOIN most ON most.currency = p.currency
        WHERE p.created_at >= date_trunc('month', (now() - make_interval(days => ${days}::int)) AT TIME ZONE 'UTC') AT TIME ZONE 'UTC'
      ), summed AS (
        SELECT currency, created_at, amount_minor,
          amount_minor + coalesce(sum(takes) OVER (PARTITION BY receiver_id, currency, date_trunc('day', at)
            ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS day_sum,
          amount_minor + coalesce(sum(takes) OVER (PARTITION BY receiver_id, currency, date_trunc('month', at)
            ORDER BY seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS month_sum
        FROM asked
      )
      SELECT s.currency, count(*)::int AS count FROM summed s JOIN most ON most.currency = s.currency
      WHERE s.created_at >= now() - make_interval(days => ${days}::int)
        AND (s.amount_minor > most.payout OR s.day_sum > most.day OR s.month_sum > most.month)
      GROUP BY s.currency ORDER BY s.currency`,
  }
}
