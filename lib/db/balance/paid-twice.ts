import type { PrismaClient } from '#lib/db/engine/client.ts'

/**
 * Two payments of one payout: payout-pay was claimed again although what was claimed before may have left, or a payout and one of those that
 * it retries are both paid. In sentences, at most `most` of each kind.
 */
export function paidTwiceTrouble(
  prisma: PrismaClient,
  ids: string[],
  most: number,
): Promise<{ wrong: string }[]> {
  return prisma.$queryRaw<{ wrong: string }[]>`
    WITH RECURSIVE chain AS (
      SELECT p.id, p.replaces_id FROM unnest(${ids}::uuid[]) AS page (id) JOIN payout p ON p.id = page.id
      WHERE p.replaces_id IS NOT NULL AND p.status = 'paid'
      UNION ALL
      SELECT chain.id, p.replaces_id FROM chain JOIN payout p ON p.id = chain.replaces_id)
    (SELECT 'Payout ' || page.id || ' was claimed for payout-pay ' || sent.claims || ' times, and proven not to be sent '
        || sent.unsent || ' times.' AS wrong
      FROM unnest(${ids}::uuid[]) AS page (id) LEFT JOIN payout_archived h ON h.payout_id = page.id CROSS JOIN LATERAL (
        SELECT count(*) FILTER (WHERE move = 'claim') + coalesce(h.claims, 0) AS claims,
               count(*) FILTER (WHERE move = 'release_unsent') + coalesce(h.unsent, 0) AS unsent
        FROM payout_event WHERE payout_id = page.id) sent
      WHERE sent.claims > sent.unsent + 1 LIMIT ${most})
    UNION ALL
    (SELECT 'Payout ' || chain.id || ' is paid, and so is ' || earlier.id || ', which it retries.'
      FROM chain JOIN payout earlier ON earlier.id = chain.replaces_id AND earlier.status = 'paid' LIMIT ${most})`
}
