import type { Transaction } from '#lib/db/engine/client.ts'

export type Requested = { currency: string; amountMinor: bigint }

/** What payouts whose request is in an archive asked for, added up some payouts at a time. */
export async function* archivedRequests(tx: Transaction, atOnce: number): AsyncGenerator<Requested> {
  for (let after: string | undefined = '00000000-0000-0000-0000-000000000000'; after !== undefined;) {
    const rows: (Requested & { last: string })[] = await tx.$queryRaw`
      SELECT coalesce(h.asked_currency, p.currency, '???') AS currency, max(h.payout_id::text) AS last,
             sum(CASE WHEN h.asked > 0 THEN coalesce(h.asked_minor, p.amount_minor, 0) ELSE 0 END)::bigint AS "amountMinor"
      FROM (SELECT * FROM payout_archived WHERE payout_id > ${after}::uuid ORDER BY payout_id LIMIT ${atOnce}) AS h
      LEFT JOIN payout p ON p.id = h.payout_id AND (h.asked_minor IS NULL OR h.asked_currency IS NULL)
      GROUP BY 1`
    yield* rows
    after = rows
      .map(({ last }) => last)
      .sort()
      .at(-1)
  }
}
